"""Premises that may be the one about to be registered: by trigrams where the server has them, else by a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection, transaction
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import MD5, Lower

from jejak.premises.likeness import alike, folded
from jejak.premises.models import Premises
from jejak.premises.queries import register
from jejak.premises.rules import tidy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.premises.queries.register import Place
    from jejak.premises.rules import Details

MOST_SHOWN: Final = 5
_THRESHOLD: Final = 0.4
"""The trigram similarity below which nothing is looked at; `likeness.alike` decides among the rest."""
_MOST_BY_TRIGRAM, _MOST_BY_WORD = 40, 200


def alike_to(*, details: Details, but: UUID) -> tuple[Place, ...]:
    """Return at most five open premises that may be the same as these details, the likeliest first.

    ``but`` is the number minted with the form, so that a form sent twice does not find itself.
    """
    rows = Premises.objects.filter(state=details.state, closed_at=None).exclude(uuid=but)
    same = rows.filter(same_key=key_of(name=details.name, branch=details.branch, address=details.address))
    found = {row.pk: row for row in [*same[:MOST_SHOWN], *_candidates(rows, details)]}
    places = [register.read(row) for row in found.values()]
    return tuple(place for place in places if alike(details, place))[:MOST_SHOWN]


def key_of(*, name: str, branch: str, address: str) -> Func:
    """Return the expression for what `Premises.same_key` is for these texts; the server alone knows the rule."""
    text = Value(f"{name} {branch} {address}", output_field=TextField())
    plain = Func(
        Lower(text), Value("[[:punct:][:space:]]+"), Value(""), Value("g"), function="regexp_replace",
        output_field=TextField(),
    )  # fmt: skip
    return MD5(plain)


def _candidates(rows: QuerySet[Premises], details: Details) -> Iterable[Premises]:
    text = tidy(f"{details.name} {details.branch} {details.address} {details.district}").lower()
    if not _has_trigrams():
        longest = max(folded(details.name).split() or [details.name.lower()], key=len)
        return rows.filter(Q(words__contains=longest))[:_MOST_BY_WORD]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('pg_trgm.similarity_threshold', %s, true)", [str(_THRESHOLD)])
        near = Func(F("words"), Value(text, output_field=TextField()), function="similarity")
        like = rows.extra(where=["words %% %s"], params=[text])
        return list(like.annotate(near=near).order_by("-near", "id")[:_MOST_BY_TRIGRAM])


def _has_trigrams() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from pg_extension where extname = 'pg_trgm')")
        return bool(cursor.fetchone()[0])
