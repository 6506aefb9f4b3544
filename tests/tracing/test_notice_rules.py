"""When a senior is asked, what a notice names and how long it lives; and what the database refuses of notices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from tracing.telling import sent, traced

from jejak.kernel import clock
from jejak.kernel.periods import Period
from jejak.tracing import followrules, noticerules
from jejak.tracing.exposures import Exposed, Stretch
from jejak.tracing.models import Contact, Notice, NoticeBatch

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("contacts", "last_hour", "asked"),
    [
        (1, 0, False),
        (100, 0, False),
        (101, 0, True),
        (100, 200, False),
        (100, 201, True),
        (1, 300, True),
        (12_000, 0, True),
    ],
)
def test_a_senior_is_asked_beyond_a_hundred_at_once_or_three_hundred_an_hour(
    contacts: int, last_hour: int, asked: bool
) -> None:
    assert noticerules.needs_second(contacts=contacts, last_hour=last_hour) is asked


@given(days=st.integers(0, 200))
def test_a_notice_lives_28_days_after_the_exposure_but_a_week_at_least(days: int) -> None:
    ends = noticerules.ends_at(last=NOON - timedelta(days=days), at=NOON)
    assert ends - NOON == max(timedelta(days=28 - days), timedelta(days=7))


def test_an_exposure_until_midnight_was_on_the_day_before() -> None:
    midnight = datetime(2026, 3, 1, 16, tzinfo=UTC)  # in Kuala Lumpur
    assert followrules.last_day(midnight).isoformat() == "2026-03-01"
    assert followrules.last_day(midnight + timedelta(minutes=1)).isoformat() == "2026-03-02"


def stretch(hour: int, premises: int = 7) -> Stretch:
    start = NOON + timedelta(hours=hour)
    return Stretch(Period(start, start + timedelta(hours=1)), premises, None, 60, 1, 2, observed=True, flags=0)


def test_a_notice_names_stays_in_the_order_of_time_by_exposure_and_number() -> None:
    found = noticerules.named([(2, Exposed((stretch(5), stretch(1)))), (9, Exposed((stretch(3, 8),)))])
    assert [(one["exposure"], one["stay"], one["premises"]) for one in found] == [(2, 1, 7), (9, 0, 8), (2, 0, 7)]


def test_the_same_place_and_time_is_the_same_whatever_exposure_tells_it() -> None:
    one, other = noticerules.named([(2, Exposed((stretch(5),)))]), noticerules.named([(3, Exposed((stretch(5),)))])
    assert noticerules.places(one) == noticerules.places(other)


@given(
    st.lists(
        st.tuples(st.integers(1, 50), st.sampled_from(noticerules.WAYS), st.sampled_from(("ms", "en"))), unique=True
    )
)
def test_a_digest_knows_whom_and_how_and_no_order(lines: list[tuple[int, str, str]]) -> None:
    mark = noticerules.digest(lines)
    assert noticerules.digest(reversed(lines)) == mark
    assert noticerules.digest([*lines, (51, "sms", "ms")]) != mark


@pytest.mark.parametrize(
    ("facts", "stands"),
    [
        ({}, "unsent"),
        ({"stopped": True}, "stopped"),
        ({"failed": "no-address"}, "failed"),
        ({"sent": True, "state": "queued"}, "on-the-way"),
        ({"sent": True, "state": "sending", "stopped": True}, "on-the-way"),
        ({"sent": True, "state": "sent"}, "sent"),
        ({"sent": True}, "unrecorded"),  # messaging forgot it after its time
        ({"sent": True, "state": "delivered"}, "delivered"),
        ({"sent": True, "state": "expired"}, "failed"),
        ({"sent": True, "state": "delivered", "withdrawn": True}, "withdrawn"),
        ({"sent": True, "way": "page"}, "by-hand"),
    ],
)
def test_a_notice_stands_somewhere(facts: dict[str, Any], stands: str) -> None:
    usual = {"way": "sms", "sent": False, "failed": "", "withdrawn": False, "stopped": False, "state": ""}
    assert noticerules.standing(**usual | facts) == stands
    assert stands in noticerules.STANDINGS


@pytest.fixture
def notice(case: Town, office: Office) -> Notice:
    (made,) = sent(office, traced(case, office)[0])
    return made


def refused(name: str, row: Any, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**values)


@pytest.mark.django_db
def test_a_notice_goes_a_known_way_in_a_known_language_and_is_withdrawn_with_a_reason(notice: Notice) -> None:
    now = clock.now()
    refused("notice_way_known", notice, way="pigeon")
    refused("notice_language_known", notice, language="xx")
    refused("notice_withdrawn_with_reason", notice, withdrawn_at=now)
    refused("notice_withdrawn_with_reason", notice, withdrawn_at=now, withdrawn_why="whim")
    refused("notice_withdrawal_sent_once_withdrawn", notice, withdrawal_sent_at=now)
    refused("notice_message_once_sent", notice, sent_at=None)
    refused("notice_message_once_sent", notice, failed="no-address")
    with pytest.raises(IntegrityError, match="notice_once"), transaction.atomic():
        Notice.objects.create(
            batch=notice.batch, contact=notice.contact, way="sms", language="ms", day=notice.day, advice={}, named=[],
            ends_at=notice.ends_at,
        )  # fmt: skip


@pytest.mark.django_db
def test_a_batch_is_finished_or_stopped_and_held_with_a_reason(notice: Notice) -> None:
    batch, now = NoticeBatch.objects.get(), clock.now()
    refused("notice_batch_sent_or_stopped", batch, stopped_at=now)
    refused("notice_batch_finished_once_confirmed", batch, confirmed_at=None)
    refused("notice_batch_finished_once_confirmed", batch, finished_at=batch.asked_at - timedelta(days=1))
    refused("notice_batch_held_with_reason", batch, held_until=now)
    refused("contact_language_known", Contact.objects.get(pk=notice.contact_id), language="xx")
