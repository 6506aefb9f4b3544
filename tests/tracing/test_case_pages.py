"""The pages of cases: reported, found, opened, changed, seen as they were; another office's are not there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from tracing.cases import Office, office

from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.models import Case, CaseEvent, CaseStay, SaidContact

if TYPE_CHECKING:
    from tracing.conftest import Town

pytestmark = pytest.mark.django_db


def change(browser: Any, uuid: Any, what: str, *, seen: str | None = None, **given: Any) -> Any:
    """Send a form of a case's page, as it is now or as it was when ``seen`` had changed it."""
    last = CaseEvent.objects.filter(case__uuid=uuid).exclude(kind="interviewed").latest("pk")
    sent = {"seen": str(last.uuid) if seen is None else seen} | {f"{what}-{name}": each for name, each in given.items()}
    return browser.post(reverse("tracing:case-change", args=[uuid, what]), sent)


@pytest.fixture
def desk(demo_node: None) -> Office:
    return office()


@pytest.fixture
def browser(client: Any, desk: Office) -> Any:
    client.force_login(desk.officer)
    return client


def typed(desk: Office, **more: str) -> dict[str, str]:
    return {
        "disease": "covid-19", "office": str(desk.agency.pk), "name": "Aminah binti Ali", "phone": "012-345 6789",
        "sample": local_day(desk.now).isoformat(), "evidence": "laboratory", "reference": "M-1",
        "classification": "confirmed", "district": "Petaling", "state": "MY-10", **more,
    }  # fmt: skip


def test_an_officer_reports_a_case_and_goes_on_with_it(browser: Any, desk: Office, case: Town) -> None:
    response = browser.post(reverse("tracing:case-new"), typed(desk), follow=True)
    assert response.status_code == 200, response.context["form"].errors
    page = response.content.decode()
    assert "Kedai Runcit" in page
    assert Case.objects.get().person_id == case.persons["Aminah binti Ali"]


def test_a_laboratory_is_told_the_number_and_sees_no_case(client: Any, desk: Office, case: Town) -> None:
    client.force_login(desk.laboratory)
    response = client.post(reverse("tracing:case-new"), typed(desk))
    row = Case.objects.get()
    assert row.number in response.content.decode()
    assert "Aminah" not in response.content.decode()
    for address in (reverse("tracing:cases"), reverse("tracing:case", args=[row.uuid])):
        assert client.get(address).status_code == 403
    assert row.reporter == desk.laboratory.agency


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": ""}, "name"), ({"phone": "12"}, "phone"), ({"sample": ""}, "onset"), ({"reference": ""}, "reference"),
     ({"document": "123", "document_kind": "mykad"}, "document")],
)  # fmt: skip
def test_what_is_wrong_with_a_report_stands_at_its_field(
    browser: Any, desk: Office, wrong: dict[str, str], field: str
) -> None:
    response = browser.post(reverse("tracing:case-new"), typed(desk, **wrong))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Case.objects.exists()


def test_the_list_names_nobody_and_a_number_leads_to_the_case(browser: Any, desk: Office) -> None:
    done = desk.report()
    desk.report("Tan Mei Ling", phone="+60112222333", district="Gombak")
    page = browser.get(reverse("tracing:cases")).content.decode()
    assert done.number in page
    assert "Aminah" not in page
    assert "Tan Mei" not in page
    found = browser.post(reverse("tracing:cases"), {"text": "012-345 6789"})
    assert found["Location"] == reverse("tracing:case", args=[done.uuid])


def test_another_offices_case_is_no_page_at_all(browser: Any, desk: Office) -> None:
    other = office("PKD Klang")
    uuid = other.report().uuid
    for name in ("case", "case-history"):
        assert browser.get(reverse(f"tracing:{name}", args=[uuid])).status_code == 404
    assert browser.post(reverse("tracing:case-change", args=[uuid, "close"]), {"close-why": "other"}).status_code == 404


def test_an_officer_classifies_assigns_and_closes_a_case(browser: Any, desk: Office) -> None:
    uuid = desk.report(evidence="none", reference="", classification="suspected").uuid

    refused = change(browser, uuid, "classify", classification="confirmed", evidence="none")
    assert refused.status_code == 422
    assert refused.context["forms"]["classify"].errors
    assert (
        change(browser, uuid, "classify", classification="confirmed", evidence="clinical", reference="K-1").status_code
        == 302
    )
    assert change(browser, uuid, "assign", officer=desk.officer.pk).status_code == 302
    assert (
        change(browser, uuid, "dates", onset=(local_day(desk.now) - timedelta(days=2)).isoformat()).status_code == 302
    )
    assert change(browser, uuid, "close", why="followed-up", note="Semua selesai").status_code == 302
    assert change(browser, uuid, "assign", officer="").status_code == 409
    assert change(browser, uuid, "reopen", note="").status_code == 422
    assert change(browser, uuid, "reopen", note="Ujian baharu").status_code == 302
    row = Case.objects.get()
    assert (row.classification, row.officer, row.closed_at) == ("confirmed", desk.officer, None)
    assert "Semua selesai" in browser.get(reverse("tracing:case", args=[uuid])).content.decode()
    assert browser.post(reverse("tracing:case-change", args=[uuid, "sell"]), {}).status_code == 404


def test_the_later_of_two_forms_overwrites_nothing_unseen(browser: Any, desk: Office, case: Town) -> None:
    uuid = desk.report("Siti binti Abu", evidence="none", reference="", classification="suspected").uuid
    page = browser.get(reverse("tracing:case", args=[uuid]))
    seen = page.context["case"].seen
    assert f'name="seen" value="{seen}"' in page.content.decode()
    by = {"by": desk.officer, "at": desk.now}
    actions.classify(uuid=uuid, classification="confirmed", evidence="laboratory", reference="M-77", **by)
    before = Case.objects.values().get()
    for what, given in [
        ("classify", {"classification": "suspected", "evidence": "none"}),
        ("dates", {"onset": local_day(desk.now).isoformat()}),
        ("assign", {"officer": desk.officer.pk}),
        ("hand-over", {"office": desk.agency.pk, "note": "Pindah"}),
        ("match", {"person": case.persons["Aminah binti Ali"]}),
        ("close", {"why": "other", "note": "Tutup sahaja"}),
    ]:
        for old in (seen, "", "x"):
            refused = change(browser, uuid, what, seen=old, **given)
            assert refused.status_code == 409, what
            assert [line["kind"] for line in refused.context["changed"]] == ["classified"], what
        assert Case.objects.values().get() == before, what
    words = refused.content.decode()
    assert "Rakan sekerja mengubah kes ini" in words
    assert "Tutup sahaja" in words, "what they typed is not lost"
    assert change(browser, uuid, "close", seen=refused.context["case"].seen, why="other").status_code == 302


def test_an_interview_meanwhile_hinders_no_form(browser: Any, desk: Office) -> None:
    uuid = desk.report().uuid
    seen, day = browser.get(reverse("tracing:case", args=[uuid])).context["case"].seen, local_day(desk.now)
    said = actions.ContactSaid("Nenek Timah", "household", "case", day, day)
    actions.add_contact(uuid=uuid, said=said, by=desk.officer, at=desk.now)
    assert change(browser, uuid, "assign", seen=seen, officer=desk.officer.pk).status_code == 302


def test_a_case_handed_over_leaves_the_list(browser: Any, desk: Office) -> None:
    other, uuid = office("PKD Klang"), desk.report().uuid
    response = change(browser, uuid, "hand-over", office=other.agency.pk, district="Klang", note="Tinggal di Klang")
    assert response["Location"] == reverse("tracing:cases")
    assert browser.get(reverse("tracing:case", args=[uuid])).status_code == 404


def test_who_is_meant_by_the_number_is_chosen_on_the_page(browser: Any, desk: Office, case: Town) -> None:
    uuid = desk.report("Siti binti Abu").uuid
    assert "Aminah binti Ali" in browser.get(reverse("tracing:case", args=[uuid])).content.decode()
    assert change(browser, uuid, "match", person=case.persons["Aminah binti Ali"]).status_code == 302
    assert CaseEvent.objects.filter(kind="matched").count() == 1


def test_the_history_shows_a_day_as_it_was(browser: Any, desk: Office) -> None:
    uuid = desk.report().uuid
    yesterday = local_day(desk.now) - timedelta(days=1)
    address = reverse("tracing:case-history", args=[uuid])
    assert browser.get(address).context["then"].event is not None
    assert browser.get(address, {"on": yesterday.isoformat()}).context["then"].event is None
    assert browser.get(address, {"on": "esok"}).status_code == 200


def test_what_people_say_is_written_down_with_its_source_and_taken_back(browser: Any, desk: Office, case: Town) -> None:
    uuid = desk.report().uuid
    start = (desk.now - timedelta(days=1)).strftime("%Y-%m-%dT10:00")
    end = (desk.now - timedelta(days=1)).strftime("%Y-%m-%dT12:00")
    sent = {"stay-place": "Rumah nenek di Klang", "stay-start": start, "stay-end": end, "stay-source": "household"}
    assert browser.post(reverse("tracing:case-stay", args=[uuid]), sent).status_code == 302
    sent = {"contact-name": "Nenek Timah", "contact-relation": "household", "contact-said_by": "case",
            "contact-first": local_day(desk.now).isoformat(), "contact-reach": "Jalan Kebun 5, Klang"}  # fmt: skip
    assert browser.post(reverse("tracing:case-contact", args=[uuid]), sent).status_code == 302
    page = browser.get(reverse("tracing:case", args=[uuid])).content.decode()
    assert "Rumah nenek di Klang" in page
    assert "Nenek Timah" in page
    said = SaidContact.objects.get()
    assert b"Timah" not in bytes(said.name_sealed or b"")
    assert browser.post(reverse("tracing:case-said-end", args=[uuid, said.uuid])).status_code == 302
    assert browser.post(reverse("tracing:case-said-end", args=[uuid, said.uuid])).status_code == 404
    assert "Nenek Timah" not in browser.get(reverse("tracing:case", args=[uuid])).content.decode()


@pytest.mark.parametrize(
    ("name", "sent"),
    [("case-stay", {"stay-place": "x", "stay-start": "2022-01-02T10:00", "stay-end": "2022-01-01T10:00"}),
     ("case-contact", {"contact-name": "", "contact-relation": "household"})],
)  # fmt: skip
def test_what_cannot_be_said_is_told_on_the_page(browser: Any, desk: Office, name: str, sent: dict[str, str]) -> None:
    response = browser.post(reverse(f"tracing:{name}", args=[desk.report().uuid]), sent)
    assert response.status_code == 422
    assert CaseEvent.objects.filter(kind="interviewed").count() == 0


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_a_search_starts_from_the_case_in_its_window_and_keeps_its_stays(
    browser: Any, desk: Office, case: Town, direction: str
) -> None:
    uuid = desk.report(sample=local_day(desk.now) - timedelta(days=1)).uuid
    response = browser.post(reverse("tracing:case-search", args=[uuid]), {"direction": direction})
    answer = browser.get(response["Location"]).context["answer"]
    assert answer.search.case == str(uuid)
    assert answer.total == 3 if direction == "forward" else answer.total >= 0
    assert CaseStay.objects.filter(case__uuid=uuid, source="scan").count() == 2


def test_a_closed_case_is_searched_no_more(browser: Any, desk: Office, case: Town) -> None:
    uuid = desk.report().uuid
    Case.objects.update(closed_at=desk.now, closed_why="other")
    assert browser.post(reverse("tracing:case-search", args=[uuid])).status_code == 409
    form = {"case": Case.objects.get().number, "phone": "0123456789", "purpose": "Kes 2022/104"}
    assert "case" in browser.post(reverse("tracing:start"), form).context["form"].errors
