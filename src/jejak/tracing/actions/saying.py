"""Whom interviews name: matched with the log as it is now, and each once, however many interviews name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jejak.people import queries as people
from jejak.people.rules import fold_name
from jejak.tracing import sealed
from jejak.tracing.actions.uniting import know
from jejak.tracing.models import SaidContact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from jejak.access.actions import Look
    from jejak.tracing.models import RunCase

    Reached = tuple[str, str]  # a number in E.164 and a folded name: people of one household share numbers

TABLE: Final = "tracing_said_contact"


def match_said(rows: Sequence[RunCase], *, look: Look, at: datetime) -> None:
    """Let whom interviews of some cases name be persons of the log as soon as it knows them by number and name."""
    unknown = [one for one in _named(rows) if one.person_id is None and one.phone_sealed]
    if not unknown:
        return
    reported = [people.Reported(_opened(one, "name"), _opened(one, "phone")) for one in unknown]
    for one, meant in zip(unknown, people.meant_by(reported, look=look), strict=True):
        if meant.person is not None:
            SaidContact.objects.filter(pk=one.pk).update(person=meant.person)
            know(said=one.pk, person=meant.person, by=look.by, at=at)
            look.shows(people.together([meant.person]))


def once(named: Iterable[SaidContact]) -> Mapping[int, int]:
    """Return for each whom an interview names, and no log knows, the number that stands for them: of the first named.

    Two are one if number and name are; without a number everybody is somebody else.
    """
    mine = [one for one in named if one.person_id is None and one.phone_key]
    others = SaidContact.objects.filter(
        phone_key__in=[one.phone_key for one in mine],
        person=None,
        case__agency__in={one.case.agency_id for one in mine},
    )  # also of words that were taken back: the line keeps its number
    first: dict[Reached, int] = {}
    for one in others.order_by("pk"):
        first.setdefault(reached(one), one.pk)
    return {one.pk: first[reached(one)] for one in mine}


def _named(rows: Sequence[RunCase]) -> list[SaidContact]:
    return list(SaidContact.objects.filter(case__in=[row.case_id for row in rows], ended_at=None).order_by("pk"))


def reached(one: SaidContact) -> Reached:
    """Return by what somebody whom an interview names is told from others: the number and the folded name."""
    return _opened(one, "phone"), fold_name(name=_opened(one, "name"))


def _opened(one: SaidContact, column: str) -> str:
    return sealed.opened(getattr(one, f"{column}_sealed"), table=TABLE, column=column, row=one.uuid)
