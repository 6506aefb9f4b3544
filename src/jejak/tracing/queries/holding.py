"""Whom open cases hold: somebody who is one, or who is followed up, keeps name and number until that is over."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from jejak.tracing.followrules import FOLLOWING
from jejak.tracing.models import Case, FollowUp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def open_of(persons: Sequence[int]) -> Mapping[int, int]:
    """Return how many open cases each person is, or is followed up for.

    Being a contact alone holds nobody: an answer that says so would tell them, and whoever asks in their name.
    """
    ill = Case.objects.filter(person__in=persons, closed_at=None).exclude(classification="discarded")
    followed = FollowUp.objects.filter(contact__person__in=persons, state=FOLLOWING)
    held = [*ill.values_list("person_id", flat=True), *followed.values_list("contact__person_id", flat=True)]
    return Counter(person for person in held if person is not None)
