"""Every open case can be run over, however many there are: those that no run went over yet come first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.actions.runs import MOST_CASES
from jejak.tracing.models import Case, Run, RunCase
from jejak.tracing.queries import offering
from jejak.tracing.queries.offering import PAGE_LENGTH, Wanted

if TYPE_CHECKING:
    from tracing.office import Office

pytestmark = pytest.mark.django_db
MANY = MOST_CASES + 20


def opened(office: Office, many: int) -> list[Case]:
    """Open so many cases."""
    first = office.case(None, onset=local_day(clock.now()))
    rows = []
    for number in range(2, many + 1):
        row = Case.objects.get(pk=first.pk)
        row.pk, row.number, row.reference = None, f"KES-{number:04d}", f"MAKMAL-{number}"
        row.uuid = Case._meta.get_field("uuid").get_default()
        rows.append(row)
    return [first, *Case.objects.bulk_create(rows)]


def posted(client: Any, **more: Any) -> Run:
    """Start a run from its page and return it."""
    given = {"direction": "forward", "minutes": "15", "purpose": "Kluster Tembok minggu ini"}
    answer = client.post(reverse("tracing:runs"), given | more)
    assert answer.status_code == 302, answer.context["wrong"]
    return Run.objects.latest("pk")


def test_more_open_cases_than_a_run_takes_are_all_run_over_in_turn(officer_client: Any, office: Office) -> None:
    opened(office, MANY)
    page = officer_client.get(reverse("tracing:runs"))
    assert (page.context["offer"].total, len(page.context["offer"].rows)) == (MANY, PAGE_LENGTH)
    assert len(page.content) < 100_000
    first = posted(officer_client, which="never")
    second = posted(officer_client, which="never")
    assert (first.cases.count(), second.cases.count()) == (MOST_CASES, MANY - MOST_CASES)
    assert RunCase.objects.values("case").distinct().count() == MANY
    assert offering.offer(wanted=Wanted(), by=office.officer, now=clock.now()).never == 0


def test_cases_are_narrowed_by_number_district_officer_and_whether_a_run_went_over_them(
    officer_client: Any, office: Office
) -> None:
    siti = office.colleague("Siti Rakan")
    today = local_day(clock.now())
    ran = office.case(None, onset=today, district="Petaling", officer=siti)
    new = office.case(None, onset=today, district="Klang")
    office.run(ran)

    def numbers(**asked: Any) -> list[str]:
        offer = officer_client.get(reverse("tracing:runs"), asked).context["offer"]
        return [row.number for row in offer.rows]

    assert numbers() == [new.number, ran.number], "those that no run went over first"
    assert numbers(text=ran.number[-4:]) == [ran.number]
    assert numbers(district="Klang") == [new.number]
    assert numbers(officer=siti.pk) == [ran.number]
    assert numbers(officer="nobody") == [new.number]
    assert numbers(never="1") == [new.number]
    assert numbers(text="tiada") == []
    assert numbers(text="tiada", case=str(ran.uuid)) == [ran.number], "what was chosen stays"
    assert set(posted(officer_client, which="all", district="Petaling").cases.values_list("case", flat=True)) == {
        ran.pk
    }
    assert numbers(never="1", page="7", officer="9" * 30) == []


def test_a_case_that_a_run_is_about_to_go_over_says_so(officer_client: Any, office: Office) -> None:
    cases = opened(office, 5)
    run = posted(officer_client, case=[str(one.uuid) for one in cases[:4]])
    offer = offering.offer(wanted=Wanted(), by=office.officer, now=clock.now())
    assert [row.waits for row in offer.rows] == [False, True, True, True, True]
    assert actions.go_on(number=run.pk, clock=clock.now)
    offer = offering.offer(wanted=Wanted(), by=office.officer, now=clock.now())
    assert (offer.never, [row.waits for row in offer.rows]) == (1, [False] * 5)
