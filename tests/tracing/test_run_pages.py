"""Pages of runs and of the work list, as an officer uses them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.models import Contact, Run

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db
PERSONAL = re.compile(r"razak|tan mei|hyperlink|887777|2223333", re.IGNORECASE)


@pytest.fixture
def aminah(case: Town, office: Office) -> Any:
    """A case of Aminah."""
    return office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))


def begin(client: Any, *cases: Any, **more: str) -> str:
    """Start a run from its page, and return where it stands."""
    chosen = {"case": [str(one.uuid) for one in cases], "direction": "forward", "minutes": "10"}
    response = client.post(reverse("tracing:runs"), {**chosen, "purpose": "Kluster Tembok minggu ini", **more})
    assert response.status_code == 302, response.context["wrong"]
    return str(response["Location"])


def test_an_officer_starts_a_run_and_sees_counts_without_names(officer_client: Any, aminah: Any) -> None:
    page = officer_client.get(reverse("tracing:runs"))
    assert "KES-0001" in page.content.decode()
    answer = officer_client.get(begin(officer_client, aminah))
    assert (answer.context["found"].total, answer.context["rows"]) == (3, [])
    assert not PERSONAL.search(answer.content.decode())
    narrowed = officer_client.get(answer.request["PATH_INFO"], {"minutes": "60", "estimated": "0"})
    assert narrowed.context["found"].matching == 1


def test_a_case_leads_to_a_run_with_it_chosen(officer_client: Any, aminah: Any) -> None:
    page = officer_client.get(reverse("tracing:case", args=[aminah.uuid])).content.decode()
    address = f"{reverse('tracing:runs')}?case={aminah.uuid}"
    assert address in page
    assert f'value="{aminah.uuid}" checked' in officer_client.get(address).content.decode()


def test_names_come_by_a_button_and_are_then_on_the_work_list(officer_client: Any, aminah: Any) -> None:
    address = begin(officer_client, aminah)
    shown = officer_client.post(f"{address}names/", {"minutes": "20", "page": "1"})
    page = officer_client.get(shown["Location"].partition("#")[0])
    assert "Razak bin Abu" in page.content.decode()
    assert "Tan Mei Ling" not in page.content.decode()
    work = officer_client.get(reverse("tracing:work"))
    assert [line["line"].name for line in work.context["lines"]] == [
        "Razak bin Abu",
        '=HYPERLINK("http://jahat.example","klik")',
    ]


@pytest.mark.parametrize("wrong", [{"case": []}, {"purpose": ""}, {"purpose": "a " * 400}, {"case": ["x"]}])
def test_a_run_that_cannot_be_is_told_on_the_page(officer_client: Any, aminah: Any, wrong: dict[str, Any]) -> None:
    sent = {"case": [str(aminah.uuid)], "direction": "forward", "purpose": "Kluster Tembok minggu ini"} | wrong
    response = officer_client.post(reverse("tracing:runs"), sent)
    assert (response.status_code, bool(response.context["wrong"]), Run.objects.count()) == (422, True, 0)


def test_many_cases_are_the_workers_and_the_page_shows_how_far(
    officer_client: Any, aminah: Any, case: Town, office: Office
) -> None:
    for number in range(4):
        case.person(f"Kes {number}")
        office.case(case.persons[f"Kes {number}"], onset=local_day(case.at(9)))
    address = begin(officer_client, *office.cases)
    page = officer_client.get(address)
    assert '<progress value="0" max="5">' in page.content.decode()
    run = Run.objects.get()
    assert actions.go_on(number=run.pk, clock=clock.now)
    page = officer_client.get(address).content.decode()
    assert "<progress" not in page
    assert 'hx-trigger="every' not in page


def test_the_next_contact_is_called_and_done(officer_client: Any, aminah: Any, office: Office) -> None:
    address = begin(officer_client, aminah)
    officer_client.post(f"{address}names/", {"minutes": "10"})
    taken = officer_client.post(reverse("tracing:work-next"), {"work": "new"})
    page = officer_client.get(taken["Location"])
    contact = page.context["contact"]
    assert page.context["shown"].mine
    done = officer_client.post(f"{taken['Location']}state/", {"version": contact.version, "work": "done"}, follow=True)
    assert done.context["contact"].work == "done"
    again = officer_client.post(f"{taken['Location']}state/", {"version": contact.version, "work": "new"}, follow=True)
    assert again.context["contact"].work == "done", "an old page changes nothing"
    assert len(list(again.context["messages"])) == 1


def test_contacts_chosen_are_given_to_a_colleague(officer_client: Any, aminah: Any, office: Office) -> None:
    colleague = office.colleague("Siti Rakan")
    address = begin(officer_client, aminah)
    officer_client.post(f"{address}names/", {"minutes": "10"})
    chosen = [str(one.uuid) for one in Contact.objects.all()[:2]]
    officer_client.post(reverse("tracing:work-assign"), {"contact": chosen, "officer": colleague.pk, "work": "new"})
    assert Contact.objects.filter(officer=colleague, work="to-call").count() == 2
    stranger = officer_client.post(reverse("tracing:work-assign"), {"contact": chosen, "officer": "999999"})
    assert stranger.status_code == 404


def test_a_reference_of_nothing_is_not_found(officer_client: Any, aminah: Any) -> None:
    from uuid import uuid4

    for name in ("run", "contact"):
        assert officer_client.get(reverse(f"tracing:{name}", args=[uuid4()])).status_code == 404
    for name in ("run-names", "run-ask", "run-resume", "run-onward", "contact-hold", "contact-let-go", "contact-state"):
        assert officer_client.post(reverse(f"tracing:{name}", args=[uuid4()])).status_code == 404, name


def test_a_run_says_of_which_cases_the_log_cannot_know(officer_client: Any, case: Town, office: Office) -> None:
    known = office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))
    nobody = office.case(None, onset=local_day(case.at(9)), name_sealed=b"x")
    past = office.case(case.persons["Razak bin Abu"], onset=local_day(case.at(9)) - timedelta(days=200))
    page = officer_client.get(begin(officer_client, known, nobody, past))
    gaps = page.context["gaps"]
    assert (gaps.unmatched, gaps.past) == ((nobody.number,), (past.number,))
    text = page.content.decode()
    assert f"Kes {nobody.number} " in text
    assert f"kes {past.number} " in text
    assert "bukan milik sesiapa" not in officer_client.get(begin(officer_client, known)).content.decode()


def test_a_reason_with_a_character_that_no_database_keeps_is_asked_without_it(officer_client: Any, aminah: Any) -> None:
    address = begin(officer_client, aminah)
    answer = officer_client.post(f"{address}ask/", {"reason": "Kluster \0 Tembok perlu dihubungi"}, follow=True)
    assert answer.status_code == 200
    assert officer_client.post(reverse("tracing:cases"), {"text": "K\0ES"}).status_code in {200, 302}
    chosen = {"case": str(aminah.uuid), "purpose": "Kluster \0 Tembok minggu ini"}
    assert officer_client.post(reverse("tracing:runs"), chosen).status_code == 302


@pytest.mark.parametrize(
    "place",
    ["1~0001-01-01T00:00:00+23:59~1", "1~9999-12-31T23:59:00-23:59~1", f"{'9' * 30}~2022-01-01T00:00:00+00:00~1"],
)
def test_an_address_beyond_all_years_begins_the_list(officer_client: Any, office: Office, place: str) -> None:
    assert officer_client.get(reverse("tracing:work"), {"after": place}).status_code == 200
