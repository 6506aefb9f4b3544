"""Single check-ins written by pages and text messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from jejak.kernel.ids import uuid7_at
from jejak.visits import actions
from jejak.visits.errors import VisitConflict
from jejak.visits.models import Visit
from jejak.visits.rules import KIOSK, OBSERVED

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


def leave(visit: UUID, *, at: datetime, person: int = 7, device: int = -3) -> datetime | None:
    return actions.check_out(visit=visit, premises=1, person=person, device=device, at=at, longest_minutes=240)


def test_a_check_out_ends_the_visit_and_the_first_one_counts() -> None:
    visit = uuid7_at(NOW)
    began = check_in(visit)
    end = leave(visit, at=began + timedelta(minutes=20))
    assert end == began + timedelta(minutes=20)
    assert leave(visit, at=began + timedelta(minutes=30)) is None
    row = Visit.objects.get()
    assert (row.until, row.flags) == (end, KIOSK | OBSERVED)


def test_no_stay_ends_before_it_begins_or_lasts_longer_than_the_longest_there() -> None:
    for minutes, expected in ((-30, timedelta(milliseconds=1)), (6000, timedelta(minutes=240))):
        visit = uuid7_at(NOW - timedelta(seconds=abs(minutes)))
        began = check_in(visit)
        assert leave(visit, at=began + timedelta(minutes=minutes)) == began + expected


def test_a_visit_is_ended_by_nobody_else_and_by_no_other_device() -> None:
    visit = uuid7_at(NOW)
    check_in(visit)
    assert leave(visit, at=NOW, person=8) is None
    assert leave(visit, at=NOW, device=0) is None
    assert Visit.objects.get().flags == KIOSK
