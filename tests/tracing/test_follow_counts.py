"""What stands on the lists of follow-up adds up: each count is of the rows that its list shows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tracing.contacts import contacts

from jejak.kernel import clock
from jejak.kernel.places import local_day, local_midnight
from jejak.tracing import actions, followwords
from jejak.tracing.errors import FollowUpRefused
from jejak.tracing.models import Contact, FollowUp
from jejak.tracing.queries import following, work
from jejak.tracing.queries.following import ONLY, TABS, Asked

if TYPE_CHECKING:
    from django.test import Client
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def four(town: Town, office: Office) -> list[Contact]:
    """One who was never heard of and is over, one heard of today by no table, one overdue, one due today."""
    made, today = contacts(office, town, 4), local_day(clock.now())
    actions.start_follow_ups(contacts=made, by=office.officer, at=clock.now())
    rows = FollowUp.objects
    rows.filter(contact=made[0]).update(due_on=today - DAY, until=today - DAY, quarantine_until=None)
    rows.filter(contact=made[1]).update(due_on=today + DAY, heard_on=today, table=None, row=None)
    rows.filter(contact=made[2]).update(due_on=today - DAY)
    Contact.objects.filter(pk=made[2].pk).update(officer=office.officer)
    return made


@pytest.mark.parametrize("whose", ["", "mine", "nobody"])
def test_every_count_is_of_what_its_list_shows(office: Office, four: list[Contact], whose: str) -> None:
    today, seen = local_day(clock.now()), 0
    for tab in TABS:
        whole = following.page(asked=Asked(tab=tab, whose=whose), by=office.officer, today=today)
        assert whole.total == whole.counts[tab]
        seen += whole.total
        for only in ONLY:
            part = following.page(asked=Asked(tab=tab, only=only, whose=whose), by=office.officer, today=today)
            assert part.total == whole.counts[only], (tab, only)
    assert seen == {"": 4, "mine": 1, "nobody": 3}[whose], "everybody stands on one list"


def test_who_was_never_heard_of_stays_due_and_needs_a_reason(office: Office, four: list[Contact]) -> None:
    (never, *_), now = four, clock.now()
    asked = Asked(tab="now", only="overdue")
    found = following.page(asked=asked, by=office.officer, today=local_day(now))
    assert {row.contact_id for row in found.rows} == {never.pk, four[2].pk}
    row = FollowUp.objects.get(contact=never)
    assert followwords.standing(row, today=local_day(now))[1] == "attention"
    assert actions.release_over(uuids=[never.uuid], by=office.officer, at=now) == 0
    wish = {"uuid": never.uuid, "version": row.version, "by": office.officer, "at": now}
    with pytest.raises(FollowUpRefused):
        actions.release(**wish, why="over")
    actions.lost(**wish, why="unreachable")


def test_the_work_list_counts_whose_contacts_it_shows(office: Office, four: list[Contact]) -> None:
    found = work.page(asked=work.Filter(whose="mine"), by=office.officer)
    assert (len(found.contacts), found.counts["new"]) == (1, 1)
    assert work.page(asked=work.Filter(tier=1), by=office.officer).counts["new"] == 2


def test_beginning_what_goes_on_says_that_nothing_began(
    office: Office, four: list[Contact], officer_client: Client
) -> None:
    answer = officer_client.post(f"/tracing/work/{four[3].uuid}/follow-up/", follow=True)
    assert "Tiada apa-apa yang bermula" in answer.content.decode()


def test_who_may_be_followed_anew_is_offered_it(town: Town, office: Office, officer_client: Client) -> None:
    (one,) = contacts(office, town, 1)
    actions.start_follow_ups(contacts=[one], by=office.officer, at=clock.now())
    FollowUp.objects.update(state="released", ended_at=clock.now() - DAY, ended_why="doctor", due_on=None)
    page = f"/tracing/work/{one.uuid}/"
    assert f'{page}follow-up/"' not in officer_client.get(page).content.decode()
    Contact.objects.update(last=local_midnight(local_day(clock.now())) + DAY)
    assert f'{page}follow-up/"' in officer_client.get(page).content.decode()
