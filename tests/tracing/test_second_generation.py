"""The second generation and the places that cases share, from the log to the page."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.urls import reverse

from jejak.kernel import clock
from jejak.kernel.places import local_day, local_midnight
from jejak.tracing import actions
from jejak.tracing.models import Onward
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from datetime import datetime

    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db


def onward(case: Town, office: Office) -> Any:
    """Return a run of the second generation over Aminah's case: Razak met two people later, one of them before."""
    case.place("Rumah Terbuka")
    for name in ("Ong Jauh", "Nur Awal"):
        if name not in case.persons:
            case.person(name)
    case.visit("Razak bin Abu", "Rumah Terbuka", case.at(20), 120)
    case.visit("Ong Jauh", "Rumah Terbuka", case.at(20), 60)
    case.visit("Razak bin Abu", "Pasar Malam", case.at(1), 60)
    case.visit("Nur Awal", "Pasar Malam", case.at(1), 60)
    office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))
    office.run()
    return office.run(direction="second")


def test_whom_a_contact_met_after_their_exposure_is_the_second_generation(case: Town, office: Office) -> None:
    onward(case, office)
    row = Onward.objects.get()
    assert (row.person_id, row.contact.person_id, row.minutes) == (
        case.persons["Ong Jauh"],
        case.persons["Razak bin Abu"],
        60,
    )


def test_a_contact_is_followed_onward_beyond_the_window_of_their_case(town: Town, office: Office) -> None:
    today = local_day(clock.now())

    def at(ago: int) -> datetime:
        return local_midnight(today - timedelta(days=ago)) + timedelta(hours=9)

    with connection.cursor() as cursor:
        cursor.execute("select visits_make_partitions(%s, %s)", [today - timedelta(days=22), today])
    for place in ("Kedai Jauh", "Pasar Jauh"):
        town.place(place)
    for name in ("Kes Lama", "Kontak Dekat", "Orang Ketiga"):
        town.person(name)
    office.case(town.persons["Kes Lama"], onset=today - timedelta(days=16))
    for name, place, ago in (
        ("Kes Lama", "Kedai Jauh", 4),
        ("Kontak Dekat", "Kedai Jauh", 4),
        ("Kontak Dekat", "Pasar Jauh", 1),
        ("Orang Ketiga", "Pasar Jauh", 1),
    ):
        town.visit(name, place, at(ago), 60)
    office.run()
    office.run(direction="second")
    assert Onward.objects.get().person_id == town.persons["Orang Ketiga"]


def test_who_turned_out_to_be_no_case_hangs_on_the_tree(case: Town, office: Office) -> None:
    case.person("Ong Jauh")
    office.case(case.persons["Ong Jauh"], onset=local_day(case.at(9)), classification="discarded")
    office.cases.clear()
    onward(case, office)
    assert Onward.objects.get().person_id == case.persons["Ong Jauh"]


def test_the_second_generation_is_on_nobodys_list_and_read_under_a_look_at_the_contacts(
    case: Town, office: Office
) -> None:
    from jejak.tracing.models import Contact

    onward(case, office)
    assert not Contact.objects.filter(person=case.persons["Ong Jauh"]).exists()
    entry = Entry.objects.filter(action="tracing.ran").order_by("-pk")[0]
    assert case.persons["Razak bin Abu"] in set(entry.subjects.values_list("person_id", flat=True))


def test_the_tree_names_nobody(officer_client: Any, case: Town, office: Office) -> None:
    run = onward(case, office)
    page = officer_client.get(reverse("tracing:run", args=[run.uuid]), follow=True)
    text = page.content.decode()
    assert page.context["tree"].people == 1
    assert "<svg" in text
    assert not re.search(r"Razak|Ong Jauh|Aminah", text)
    assert not re.search(r"<(?:rect|path)[^>]*style=", text)


def test_a_place_that_two_cases_share_is_listed_with_what_is_usual_there(
    officer_client: Any, case: Town, office: Office
) -> None:
    for name in ("Aminah binti Ali", "Razak bin Abu"):
        office.case(case.persons[name], onset=local_day(case.at(9)))
    run = office.run()
    page = officer_client.get(reverse("tracing:run-places", args=[run.uuid]))
    rows = page.context["rows"]
    assert {row["place"] for row in rows} == {"Kedai Runcit", "Pasar Malam"}
    assert all(row["cases"] == ["KES-0001", "KES-0002"] for row in rows)
    entry = Entry.objects.filter(action="tracing.run-places").order_by("-pk")[0]
    named = set(entry.subjects.values_list("person_id", flat=True))
    assert named == {case.persons["Aminah binti Ali"], case.persons["Razak bin Abu"]}
    shared = actions.show_shared(uuid=run.uuid, by=office.officer, at=clock.now())
    assert shared.total == 2


def test_a_quiet_place_is_weighed_before_a_busy_one_with_more_cases(
    case: Town, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jejak.tracing.actions import picturing

    case.place("Pasar Raya")
    for number in range(5):
        name = f"Kes {number}"
        case.person(name)
        case.visit(name, "Pasar Raya", case.at(12), 60)
        if number < 3:
            case.visit(name, "Kedai Runcit", case.at(18), 60)
        office.case(case.persons[name], onset=local_day(case.at(9)))
    for number in range(40):
        case.person(f"Pelanggan {number}")
        case.visit(f"Pelanggan {number}", "Pasar Raya", case.at(12), 50)
        case.visit(f"Pelanggan {number}", "Pasar Raya", case.at(36), 50)
    case.visit("Pelanggan 0", "Kedai Runcit", case.at(42), 30)  # the day after says what is usual
    monkeypatch.setattr(picturing, "MOST_WEIGHED", 1)
    run = office.run(minutes=240)
    shared = actions.show_shared(uuid=run.uuid, by=office.officer, at=clock.now())
    (one,) = shared.ranked
    assert (shared.total, shared.places[one.gathering.premises].name) == (2, "Kedai Runcit")
