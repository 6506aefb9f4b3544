"""Everybody locks a contact before its follow-up, so that two never wait for each other."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from tracing.contacts import contacts
from tracing.notified import notice_to

from jejak.kernel import clock
from jejak.tracing import actions
from jejak.tracing.followrules import Said
from jejak.tracing.models import Contact, FollowUp

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
WELL = Said(well=True)


def says_today(one: Contact, office: Office, notice: Any) -> None:
    actions.say_today(notice=notice.uuid, said=WELL, at=clock.now())


def is_asked(one: Contact, office: Office, _notice: Any) -> None:
    actions.assess(uuid=one.uuid, said=WELL, by=office.officer, at=clock.now())


def is_released(one: Contact, office: Office, _notice: Any) -> None:
    actions.release_over(uuids=[one.uuid], by=office.officer, at=clock.now() + 30 * DAY)


def is_exposed(one: Contact, office: Office, _notice: Any) -> None:
    actions.follow_exposures(contacts=[one.pk], by=office.officer, at=clock.now())


def is_told(one: Contact, office: Office, _notice: Any) -> None:
    actions.start_follow_ups(contacts=[one], by=office.officer, at=clock.now())


@pytest.mark.parametrize("change", [says_today, is_asked, is_released, is_exposed, is_told])
def test_whoever_waits_for_a_contact_holds_nothing_of_its_follow_up(
    town: Town, office: Office, change: Callable[[Contact, Office, Any], None]
) -> None:
    (one,) = contacts(office, town, 1)
    actions.start_follow_ups(contacts=[one], by=office.officer, at=clock.now())
    FollowUp.objects.update(heard_on=one.last.date())
    notice = notice_to(one, office=office)
    other = threading.Thread(target=_apart, args=(change, one, office, notice))
    with transaction.atomic():
        Contact.objects.select_for_update(of=("self",)).get(pk=one.pk)
        other.start()
        _until_somebody_waits()
        FollowUp.objects.select_for_update(of=("self",), nowait=True).get(contact=one)
    other.join()


def _apart(change: Callable[[Contact, Office, Any], None], *told: Any) -> None:
    try:
        change(*told)
    finally:
        connection.close()


def _until_somebody_waits() -> None:
    for _each in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "select exists (select from pg_locks where not granted and pid <> pg_backend_pid()"
                " and pg_backend_pid() = any(pg_blocking_pids(pid)))"
            )
            if cursor.fetchone() == (True,):
                return
        time.sleep(0.05)
    pytest.fail("nobody waited")
