"""Single check-ins written by pages and text messages."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from jejak.kernel.ids import uuid7_at
from jejak.visits import actions
from jejak.visits.errors import VisitConflict
from jejak.visits.models import Visit
from jejak.visits.rules import KIOSK

NOW = datetime.now(UTC)
pytestmark = pytest.mark.django_db


def check_in(visit: UUID, *, person: int = 7) -> datetime:
    actions.make_partitions(now=NOW)
    return actions.check_in(visit=visit, premises=1, zone=None, minutes=45, person=person, device=-3, flags=KIOSK)


def test_a_check_in_is_stored_at_the_moment_of_its_id() -> None:
    at = check_in(uuid7_at(NOW))
    row = Visit.objects.get()
    assert (row.checked_in, row.premises_id, row.person_id, row.device_id, row.flags) == (at, 1, 7, -3, KIOSK)
    assert (row.until - row.checked_in).total_seconds() == 45 * 60


def test_the_same_check_in_sent_again_changes_nothing() -> None:
    visit = uuid7_at(NOW)
    assert check_in(visit) == check_in(visit)
    assert Visit.objects.count() == 1


def test_the_same_id_for_somebody_else_is_refused() -> None:
    visit = uuid7_at(NOW)
    check_in(visit)
    with pytest.raises(VisitConflict):
        check_in(visit, person=8)
    assert Visit.objects.get().person_id == 7
