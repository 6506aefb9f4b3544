"""What merging needs: the purposes for looking at two persons, and what a second person reads before deciding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jejak.access import actions as access
from jejak.access import rules as access_rules
from jejak.access.actions import Field, PurposeKind, RequestKind
from jejak.people import merging
from jejak.people.keys import FIND_BY_KEYS
from jejak.people.models import Merge, Proposal
from jejak.people.pairs import COMPARE, FIND_BY_PHONE, SEARCH
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Mapping

STEWARDS: Final = frozenset({access_rules.DATA_STEWARD})
REASONS: Final = {
    "document": gettext_lazy("the same document was shown for both"),
    "phone": gettext_lazy("the same phone number"),
    "birth": gettext_lazy("the same birth date"),
    "name": gettext_lazy("names that may be one"),
}


def register() -> None:
    """Add the kinds of purpose and request of people who exist twice."""
    for_a_pair = (COMPARE, merging.MERGE, merging.UNMERGE, merging.KEEP_APART)
    access.register_purpose(
        PurposeKind(
            code=merging.PURPOSE,
            label=gettext_lazy("Reviewing people who may exist twice"),
            allows=dict.fromkeys(for_a_pair, STEWARDS),
            sees=frozenset({Field.NAME}),
            refers=_refers,
        )
    )
    access.register_purpose(
        PurposeKind(
            code=SEARCH,
            label=gettext_lazy("Searching for people who may exist twice"),
            allows={FIND_BY_KEYS: STEWARDS, FIND_BY_PHONE: STEWARDS},
            sees=frozenset({Field.NAME}),
        )
    )
    access.register_request(RequestKind(merging.MERGE, gettext_lazy("Read two people as one"), STEWARDS, said_of_merge))
    access.register_request(
        RequestKind(merging.UNMERGE, gettext_lazy("Read two people apart again"), STEWARDS, said_of_undoing)
    )


def _refers(reference: str, _account: int) -> bool:
    """Return whether there is such a proposal or merge; every steward reviews all of them."""
    try:
        uuid = UUID(reference)
    except ValueError:
        return False
    return Proposal.objects.filter(uuid=uuid).exists() or Merge.objects.filter(uuid=uuid).exists()


def said_of_merge(what: Mapping[str, object]) -> str:
    """Return in words and numbers what a merge will do."""
    why = ", ".join(str(REASONS.get(reason, reason)) for reason in _listed(what.get("reasons")))
    one, other = what.get("kept"), what.get("merged")
    whole = ngettext(
        "Afterwards %(many)s person is read as person %(read_as)s.",
        "Afterwards %(many)s persons are read as person %(read_as)s.",
        int(str(what.get("persons", 2))),
    ) % {"many": words.number(int(str(what.get("persons", 2)))), "read_as": what.get("read_as")}
    return " ".join(
        (
            _("Persons %(one)s and %(other)s are read as one. Likeness %(score)s %%: %(why)s.")
            % {"one": one, "other": other, "score": what.get("score"), "why": why},
            whole,
            _("Nothing is moved: every visit stays with the person who made it, and this can be undone."),
        )
    )


def said_of_undoing(what: Mapping[str, object]) -> str:
    """Return in words and numbers what undoing a merge will do."""
    return " ".join(
        (
            _("Persons %(one)s and %(other)s are read apart again, as if they had never been one.")
            % {"one": what.get("kept"), "other": what.get("merged")},
            ngettext(
                "%(many)s person is read as one with them until then.",
                "%(many)s persons are read as one until then.",
                int(str(what.get("persons", 2))),
            )
            % {"many": words.number(int(str(what.get("persons", 2))))},
        )
    )


def _listed(reasons: object) -> list[str]:
    return [str(reason) for reason in reasons] if isinstance(reasons, list) else []
