"""Every class of data that goes is announced in the ledger, night by night, for everybody to read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.kernel.settings import settings
from jejak.ledger import queries
from jejak.ledger.entries import RETENTION_PERIODS, RETENTION_RUN
from jejak.ledger.models import Record
from jejak.ledger.queries import kept
from jejak.store import retention
from jejak.trail import actions
from jejak.trail.actions import Machine
from jejak.visits.actions import make_days

pytestmark = pytest.mark.django_db(databases=["default", "retention"], transaction=True)
DAY = timedelta(days=1)


def announced() -> list[tuple[str, str | None, int, str]]:
    found = [kept(one).record or {} for one in Record.objects.filter(kind=RETENTION_RUN.number).order_by("pk")]
    return [(one["class"], one["day"], one["rows"], one["kept_from"]) for one in found]


def test_a_night_on_which_nothing_goes_is_announced_class_by_class() -> None:
    actions.run_retention(now=clock.now())
    today = local_day(clock.now())
    expected = [(code, None, 0, str(today - one.days() * DAY)) for code, one in retention.classes().items() if one.kept]
    assert announced() == expected
    periods = queries.latest_of(RETENTION_PERIODS)
    assert periods is not None
    assert periods.record == {"days": {code: one.days() for code, one in retention.classes().items() if one.kept}}
    actions.run_retention(now=clock.now())
    assert Record.objects.filter(kind=RETENTION_PERIODS.number).count() == 1


def test_whole_days_are_announced_by_day_and_other_rows_by_number() -> None:
    gone = local_day(clock.now()) - (settings().visit_days + 1) * DAY
    make_days(first=gone, last=gone)
    machine = Machine(0, "nod")
    actions.record(by=machine, action="x", purpose="contoh", at=clock.now() - (settings().trail_days + 2) * DAY)
    actions.run_retention(now=clock.now())
    assert ("visits", str(gone), 0, str(gone + DAY)) in announced()
    kept_from = local_day(clock.now()) - settings().trail_days * DAY
    assert ("trail", None, 1, str(kept_from)) in announced()
    assert queries.kept_from(of="trail") == kept_from


def test_a_dry_run_announces_nothing() -> None:
    actions.run_retention(now=clock.now(), dry_run=True)
    assert not Record.objects.exists()


def test_when_the_trail_goes_its_leaves_stay_and_their_salts_go() -> None:
    from jejak.ledger import sequencing
    from jejak.ledger.reconciling import reconcile
    from jejak.trail import closing
    from jejak.trail.entries import DAY as KIND
    from jejak.trail.models import Leaf

    machine, long_ago = Machine(0, "nod"), clock.now() - (settings().trail_days + 2) * DAY
    actions.record(by=machine, action="x", purpose="contoh", persons=[5], at=long_ago)
    closing.close_days(now=long_ago + DAY, node="nod")
    sequencing.sequence()
    assert reconcile(readers={KIND.number: closing.differences}).findings == []
    actions.run_retention(now=clock.now())
    assert [leaf.salt for leaf in Leaf.objects.all()] == [None, None]
    assert reconcile(readers={KIND.number: closing.differences}).findings == []
