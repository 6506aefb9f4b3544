"""What the database refuses of runs, contacts and exposures, whoever writes them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing.models import Contact, Exposure, Onward, Run, RunCase

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(case: Town, office: Office) -> Any:
    """A run over Aminah's case, which found three."""
    office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))
    return office.run()


def refused(name: str, change: Any) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


def again(row: Any, **values: Any) -> Any:
    """Return a function that writes a row once more, with other values."""
    kept = {
        field.attname: getattr(row, field.attname) for field in row._meta.fields if field.attname not in {"id", "uuid"}
    }
    return lambda: type(row).objects.create(**kept | values)


def test_a_run_has_a_direction_and_finishes_after_it_began(run: Any) -> None:
    refused("run_direction_known", again(run, direction="sideways"))
    refused("run_finishes_after", again(run, finished_at=run.asked_at - timedelta(seconds=1)))


def test_a_case_is_in_a_run_once_with_a_window(run: Any) -> None:
    row = RunCase.objects.get()
    refused("run_case_once", again(row))
    other = Run.objects.create(
        **{name: getattr(run, name) for name in ("direction", "profile", "settings", "purpose", "asked_by", "agency")},
        asked_at=run.asked_at,
    )
    refused("run_case_window", again(row, run_id=other.pk, end=row.start))


def test_a_contact_is_one_open_line_in_one_state(run: Any) -> None:
    one = Contact.objects.order_by("pk")[0]
    refused("contact_person_once", again(one))
    refused("contact_is_somebody", again(one, person_id=None))
    closed = {"closed_at": clock.now()}
    refused("contact_work_known", again(one, work="asleep", **closed))
    refused("contact_exposed_in_order", again(one, last=one.first - timedelta(seconds=1), **closed))
    refused("contact_held_until_then", again(one, held_until=clock.now(), **closed))
    assert again(one, **closed)().pk, "a closed line stands beside the open one"


def test_a_case_exposes_a_contact_in_one_open_way(run: Any) -> None:
    one = Exposure.objects.order_by("pk")[0]
    refused("exposure_once", again(one))
    ended = {"ended_at": clock.now()}
    refused("exposure_in_order", again(one, last=one.first - timedelta(seconds=1), **ended))
    refused("exposure_minutes_count", again(one, minutes=-1, **ended))


def test_a_contact_met_somebody_onward_once_in_a_run(run: Any, case: Town) -> None:
    one = Exposure.objects.order_by("pk")[0]
    made = Onward.objects.create(
        run=run, case=one.case, contact=one.contact, person_id=case.persons["Jauh binti Lain"], minutes=20, crowd=2,
        first=one.first, last=one.last, tier=2,
    )  # fmt: skip
    refused("onward_once", again(made))
    refused("onward_in_order", again(made, person_id=case.persons["Tan Mei Ling"], last=one.first - timedelta(days=1)))
