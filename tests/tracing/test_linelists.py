"""Line lists: what leaves of whom, in the words of the systems that read it, and never more than was shown."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from jejak.access import actions as access
from jejak.access.errors import ExportTooLarge, PurposeRefused
from jejak.access.models import Export, Request
from jejak.access.rules import AgencyKind
from jejak.formats import godata, sormas
from jejak.formats.spreadsheet import restore
from jejak.kernel import clock
from jejak.kernel.places import local_day, local_midnight
from jejak.tracing import actions, contactwords, followrules, linelists
from jejak.tracing.actions import linelists as taking
from jejak.tracing.errors import CaseUnknown, RunUnknown
from jejak.tracing.models import Contact, Exposure, FollowUp
from jejak.tracing.queries.linelists import CASE, RUN, WORK, Wanted
from jejak.tracing.queries.work import Filter
from jejak.trail.errors import PurposeMissing
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db
HOSTILE = '=HYPERLINK("http://jahat.example","klik")'
SAID = "Untuk pasukan wabak negeri, kluster Tembok"


@pytest.fixture
def run(case: Town, office: Office) -> Any:
    """A run over Aminah's case, of which nobody was shown yet."""
    office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)), state="MY-10", district="Petaling")
    return office.run(minutes=10)


@pytest.fixture
def shown(run: Any, office: Office) -> Any:
    """The same once its officer was shown all three of it."""
    actions.show_run(uuid=run.uuid, sliders=None, release=True, by=office.officer, at=clock.now())
    return run


def made(office: Office, form: str = "csv", wanted: Wanted | None = None, **more: Any) -> Any:
    more = {"said": SAID, "by": office.officer, "at": clock.now()} | more
    return actions.line_list(wanted=wanted or Wanted(), form=form, **more)


def content(office: Office, form: str = "csv", wanted: Wanted | None = None) -> bytes:
    """Return a file that is handed out at once, without a second person."""
    file = made(office, form, wanted).file
    assert file is not None
    found: bytes = file.content
    return found


def table(data: bytes) -> list[dict[str, str]]:
    heading, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [dict(zip(heading, map(restore, row), strict=True)) for row in rows]


def of_sormas(data: bytes) -> list[dict[str, str]]:
    text = "".join(one for one in data.decode("utf-8-sig").splitlines(keepends=True) if not one.startswith("##"))
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";", escapechar="\\"))[2:]
    return [dict(zip(sormas.COLUMNS, map(restore, row), strict=True)) for row in rows]


def followed(contact: Contact, **more: Any) -> FollowUp:
    last = local_day(contact.last)
    facts: dict[str, Any] = {
        "started_at": clock.now(), "until": last + timedelta(days=10), "quarantine_until": last + timedelta(days=5),
        "due_on": last + timedelta(days=3), "facts": {"vaccination": "full"},
        "facts_from": "contact", "heard_on": last + timedelta(days=2), "tests": [f"{last + timedelta(days=1)}"],
    }  # fmt: skip
    return FollowUp.objects.create(contact=contact, **facts | more)


class TestWhoIsInIt:
    """Nobody whose name was not shown, nobody of another office, nobody whom the filter leaves out."""

    def test_nobody_is_in_it_whom_nobody_was_shown(self, run: Any, office: Office) -> None:
        assert table(content(office, wanted=Wanted(RUN, run.uuid))) == []
        assert not Entry.objects.get(action="tracing.line-list").subjects.exists()

    def test_the_file_names_those_shown_and_the_trail_names_each(self, shown: Any, case: Town, office: Office) -> None:
        found = table(content(office, wanted=Wanted(RUN, shown.uuid)))
        names = {"Razak bin Abu", "Tan Mei Ling", HOSTILE}
        assert {row["nama"] for row in found} == names
        entry = Entry.objects.get(action="tracing.line-list")
        assert set(entry.subjects.values_list("person_id", flat=True)) == {case.persons[name] for name in names}
        assert entry.purpose == SAID

    @pytest.mark.usefixtures("shown")
    def test_the_work_lists_filter_narrows_it(self, office: Office) -> None:
        near = Contact.objects.get(tier=1)
        contacts = table(content(office, wanted=Wanted(WORK, None, Filter(tier=1))))
        assert len(contacts) == 1
        Contact.objects.filter(pk=near.pk).update(work="done")
        assert len(table(content(office))) == 2
        assert len(table(content(office, wanted=Wanted(WORK, None, Filter(work="done"))))) == 1

    def test_of_one_case_are_its_contacts_with_that_case_alone(self, shown: Any, case: Town, office: Office) -> None:
        second = office.case(case.persons["Jauh binti Lain"], onset=local_day(case.at(9)))
        first = office.cases[0]
        one = Contact.objects.get(person=case.persons["Razak bin Abu"])
        old = Exposure.objects.get(contact=one)
        Exposure.objects.create(
            contact=one, case=second, run=shown, minutes=20, first=old.first, last=old.last, tier=2, observed=True,
            why=old.why,
        )  # fmt: skip
        assert [
            row["caseIdExternalSystem"] for row in of_sormas(content(office, "sormas", Wanted(CASE, second.uuid)))
        ] == [second.number]
        assert len(of_sormas(content(office, "sormas", Wanted(CASE, first.uuid)))) == 3
        whole = of_sormas(content(office, "sormas"))
        assert sorted(row["caseIdExternalSystem"] for row in whole) == [first.number] * 3 + [second.number]
        both = next(row for row in table(content(office)) if row["nama"] == "Razak bin Abu")
        assert set(both["kes"].split(", ")) == {first.number, second.number}

    def test_an_exposure_that_ended_is_in_no_file(self, shown: Any, office: Office) -> None:
        Exposure.objects.update(ended_at=clock.now())
        assert of_sormas(content(office, "sormas")) == []
        assert table(content(office, wanted=Wanted(RUN, shown.uuid))) == []

    def test_another_offices_run_case_and_list_are_not_there(self, shown: Any, office: Office) -> None:
        stranger = office.colleague("Lim Lain")
        stranger.agency = access.add_agency(name="Pejabat Lain", kind=AgencyKind.HEALTH, now=clock.now())
        stranger.save()
        with pytest.raises(RunUnknown):
            made(office, wanted=Wanted(RUN, shown.uuid), by=stranger)
        with pytest.raises(CaseUnknown):
            made(office, wanted=Wanted(CASE, office.cases[0].uuid), by=stranger)
        found = made(office, by=stranger).file
        assert found is not None
        assert table(found.content) == []

    @pytest.mark.usefixtures("shown")
    def test_who_belongs_to_no_office_has_no_list(self, office: Office) -> None:
        office.officer.agency = None
        office.officer.save()
        with pytest.raises(PurposeRefused):
            made(office)


class TestSecondPerson:
    """Small and shown before at once; anything else waits, sealed."""

    @pytest.mark.usefixtures("shown")
    def test_a_colleague_who_was_not_shown_them_waits_for_a_second_person(self, office: Office) -> None:
        colleague = office.colleague("Siti Rakan")
        asked = made(office, "sormas", by=colleague)
        assert asked.file is None
        kept = Export.objects.get(uuid=asked.uuid)
        assert (kept.people, kept.rows, kept.form, kept.holds) == (3, 3, "csv", "tracing.line-list")
        assert kept.fields[:2] == ["caseIdExternalSystem", "disease"]
        assert b"Razak" not in bytes(kept.content_sealed or b"")
        assert not Entry.objects.get(action="tracing.line-list").subjects.exists()

    @pytest.mark.usefixtures("shown")
    def test_after_the_approval_the_bytes_are_those_that_were_made(self, office: Office) -> None:
        colleague, senior = office.colleague("Siti Rakan"), office.colleague("Wan Ketua", role="senior_health_officer")
        asked = made(office, "godata", by=colleague)
        needed = frozenset({"senior_health_officer"})
        access.approve(by=senior, uuid=Request.objects.get().uuid, needed=needed, now=clock.now())
        file = access.take_export(by=colleague, uuid=asked.uuid, at=clock.now())
        assert {item["firstName"] for item in json.loads(file.content)} == {
            "Razak",
            "Tan Mei",
            HOSTILE.split(" ", maxsplit=1)[0],
        }
        assert Entry.objects.filter(action="tracing.line-list").latest("pk").subjects.count() == 3

    @pytest.mark.usefixtures("run")
    def test_whom_an_interview_alone_names_counts_and_waits_beyond_fifty(self, office: Office) -> None:
        at, ill = clock.now(), office.cases[0]
        day = local_day(at)
        for number in range(51):
            said = actions.ContactSaid(f"Nenek {number}", "household", "case", day, day)
            actions.add_contact(uuid=ill.uuid, by=office.officer, at=at, said=said)
        office.run()
        Contact.objects.filter(person=None).update(released_at=at)
        asked = made(office, wanted=Wanted(CASE, ill.uuid))
        assert asked.file is None
        assert Export.objects.get(uuid=asked.uuid).people == 51

    @pytest.mark.usefixtures("shown")
    def test_more_rows_than_one_file_holds_are_refused_before_a_name_is_opened(self, office: Office) -> None:
        ill, at = office.cases[0], clock.now()
        times = {"first": at, "last": at, "tier": 3}
        more = [
            Contact(
                disease="covid-19", agency=office.agency, said=None, person=None, found_at=at, released_at=at, **times
            )
            for _ in range(4998)
        ]
        persons = _persons(len(more))
        for one, person in zip(more, persons, strict=True):
            one.person_id = person
        Contact.objects.bulk_create(more)
        Exposure.objects.bulk_create(
            Exposure(contact=one, case=ill, minutes=20, observed=True, why=[], **times) for one in more
        )
        assert Contact.objects.exclude(released_at=None).count() == 5001
        looks = Entry.objects.filter(action="tracing.line-list")
        for form in actions.LINE_LISTS:
            with pytest.raises(ExportTooLarge):
                made(office, form)
        assert not looks.exists()
        assert not Export.objects.exists()

    @pytest.mark.usefixtures("shown")
    def test_a_purpose_is_asked_for(self, office: Office) -> None:
        with pytest.raises(PurposeMissing):
            made(office, said="  ")


def _persons(number: int) -> list[int]:
    """Return so many persons of whom nothing is known."""
    from jejak.people.models import Person

    made = Person.objects.bulk_create(Person(level=1, created_at=clock.now()) for _ in range(number))
    return [one.pk for one in made]


class TestWhatItSays:
    """Each system's words for the same contacts."""

    @pytest.mark.usefixtures("shown")
    def test_a_contact_in_sormas(self, case: Town, office: Office) -> None:
        one = Contact.objects.get(person=case.persons["Razak bin Abu"])
        followed(one)
        row = next(row for row in of_sormas(content(office, "sormas")) if row["person.lastName"] == "bin Abu")
        day = local_day(case.at(9))
        assert {name: value for name, value in row.items() if value} == {
            "caseIdExternalSystem": office.cases[0].number,
            "disease": "CORONAVIRUS",
            "reportDateTime": f"{local_day(one.found_at):%d/%m/%Y}",
            "region": "Selangor",
            "district": "Petaling",
            "firstContactDate": f"{day:%d/%m/%Y}",
            "lastContactDate": f"{day:%d/%m/%Y}",
            "contactProximity": "SAME_ROOM",
            "contactCategory": "HIGH_RISK",
            "contactClassification": "CONFIRMED",
            "contactStatus": "ACTIVE",
            "followUpStatus": "FOLLOW_UP",
            "followUpUntil": f"{day + timedelta(days=10):%d/%m/%Y}",
            "quarantine": "HOME",
            "quarantineFrom": f"{day:%d/%m/%Y}",
            "quarantineTo": f"{day + timedelta(days=5):%d/%m/%Y}",
            "person.firstName": "Razak",
            "person.lastName": "bin Abu",
            "person.sex": "UNKNOWN",
            "person.phone": "0060198887777",
            "vaccinationStatus": "VACCINATED",
        }

    @pytest.mark.usefixtures("shown")
    def test_a_contact_in_godata_with_the_watermark_as_comment(self, case: Town, office: Office) -> None:
        one = Contact.objects.get(person=case.persons["Razak bin Abu"])
        followed(one)
        items = json.loads(content(office, "godata"))
        assert all(tuple(item) == godata.CONTACT for item in items)
        item = next(item for item in items if item["firstName"] == "Razak")
        assert item["visualId"] == str(one.uuid)
        assert item["addresses"][0]["phoneNumber"] == "+60198887777"
        assert item["followUp"]["status"].endswith("UNDER_FOLLOW_UP")
        relationship = item["relationship"]
        assert relationship["persons"] == [{"id": office.cases[0].number}]
        assert relationship["contactDateEstimated"] is True
        assert relationship["exposureDurationId"].endswith("MEDIUM_HOURS")
        assert str(Export.objects.get().uuid) in relationship["comment"]
        assert "Pegawai Contoh" in relationship["comment"]

    @pytest.mark.usefixtures("shown")
    def test_a_plain_table_has_the_follow_up(self, case: Town, office: Office) -> None:
        one = Contact.objects.get(person=case.persons["Razak bin Abu"])
        followed(one)
        row = next(row for row in table(content(office)) if row["nama"] == "Razak bin Abu")
        assert list(row.values())[-11:-1] == [
            "", "Disusuli", f"{local_day(one.last) + timedelta(days=10)}", f"{local_day(one.last) + timedelta(days=5)}",
            f"{local_day(one.last) + timedelta(days=1)}", f"{local_day(one.last) + timedelta(days=3)}",
            f"{local_day(one.last) + timedelta(days=2)}", "sihat", "", "vaksinasi lengkap",
        ]  # fmt: skip
        sheet = load_workbook(io.BytesIO(content(office, "xlsx"))).active
        assert sheet.max_row == 4
        assert {cell.data_type for line in sheet.iter_rows() for cell in line if cell.value is not None} == {"s"}

    @pytest.mark.usefixtures("shown")
    def test_a_plain_table_says_why_a_follow_up_ended(self, case: Town, office: Office) -> None:
        one = Contact.objects.get(person=case.persons["Razak bin Abu"])
        followed(one, state="released", due_on=None, ended_at=clock.now(), ended_why="over")
        row = next(row for row in table(content(office)) if row["nama"] == "Razak bin Abu")
        assert row["susulan"] == "Dilepaskan"
        assert row["berakhir"] == f"{local_day(clock.now())} Hari akhir sudah tamat"

    def test_every_end_of_a_follow_up_has_words(self) -> None:
        known = {followrules.OVER, *followrules.EARLY, *followrules.LOSSES, "case", "united"}
        assert set(contactwords.ENDINGS) == known

    @pytest.mark.usefixtures("shown")
    def test_no_cell_of_a_file_for_spreadsheets_can_run(self, office: Office) -> None:
        for form, delimiter in (("csv", ","), ("sormas", ";")):
            lines = csv.reader(io.StringIO(content(office, form).decode("utf-8-sig"), newline=""), delimiter=delimiter)
            cells = [cell for line in lines for cell in line]
            assert any("HYPERLINK" in cell for cell in cells)
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)

    @pytest.mark.usefixtures("shown")
    def test_the_watermark_ends_a_file_for_sormas(self, office: Office) -> None:
        last = content(office, "sormas").decode("utf-8-sig").splitlines()[-1]
        assert last.startswith(f"## {Export.objects.get().uuid}")

    @pytest.mark.parametrize(
        ("state", "more", "status", "follow_up"),
        [
            ("following", {}, "ACTIVE", "FOLLOW_UP"),
            ("released", {"until": 0}, "ACTIVE", "COMPLETED"),
            ("released", {"until": 9}, "ACTIVE", "CANCELED"),
            ("lost", {}, "ACTIVE", "LOST"),
            ("became-case", {}, "CONVERTED", "CANCELED"),
        ],
    )
    def test_where_a_follow_up_stands(self, state: str, more: dict[str, int], status: str, follow_up: str) -> None:
        today = date(2022, 3, 20)
        one = linelists.Followed(
            state=state, started=today, until=today + timedelta(days=more.get("until", 5)), apart_until=None, tests=(),
            due=None, heard=None, ill=False, ended=None if state == "following" else today, why="", facts={},
        )  # fmt: skip
        assert linelists._status(one) == status
        assert linelists._follow_up(one) == follow_up
        assert linelists._quarantine(one) == "NONE"
        assert linelists._vaccination(one) == ""


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Aminah binti Ali", ("Aminah", "binti Ali")),
        ("Muhammad Razak Bin Abu Bakar", ("Muhammad Razak", "Bin Abu Bakar")),
        ("Kumar a/l Raju", ("Kumar", "a/l Raju")),
        ("Mary anak Jugah", ("Mary", "anak Jugah")),
        ("Tan Mei Ling", ("Tan Mei", "Ling")),
        ("Bintang Malam", ("Bintang", "Malam")),
        ("Robin", ("Robin", "–")),
        ("", ("–", "–")),
        ("  Siti   Aminah ", ("Siti", "Aminah")),
        ("binti Ali", ("binti", "Ali")),
    ],
)
def test_a_name_parts_in_two_that_are_the_name_again(name: str, parts: tuple[str, str]) -> None:
    assert linelists.named(name) == parts
    assert " ".join(part for part in parts if part != "–") == " ".join(name.split())


class TestPages:
    """Choosing what to write and for whom."""

    def test_a_page_counts_and_names_nobody(self, officer_client: Any, shown: Any, office: Office) -> None:
        for address in (
            reverse("tracing:line-list"),
            reverse("tracing:line-list-run", args=[shown.uuid]),
            reverse("tracing:line-list-case", args=[office.cases[0].uuid]),
        ):
            page = officer_client.get(address)
            assert page.status_code == 200
            assert "SORMAS" in page.content.decode()
            assert "Razak" not in page.content.decode()
        assert not Entry.objects.filter(action="tracing.line-list").exists()

    def test_it_hands_out_a_small_file_of_those_shown(self, officer_client: Any, shown: Any) -> None:
        answer = officer_client.post(
            reverse("tracing:line-list-run", args=[shown.uuid]), {"form": "godata", "said": SAID}
        )
        assert answer["Content-Type"] == "application/json; charset=utf-8"
        assert answer["Content-Disposition"].endswith('.json"')
        assert len(json.loads(answer.content)) == 3

    @pytest.mark.usefixtures("shown")
    def test_the_filter_of_the_work_list_comes_along(self, officer_client: Any) -> None:
        listing = officer_client.get(reverse("tracing:work"), {"work": "new", "tier": "1"}).content.decode()
        assert f"{reverse('tracing:line-list')}?work=new&amp;tier=1" in listing
        answer = officer_client.post(
            reverse("tracing:line-list"), {"form": "csv", "said": SAID, "work": "new", "tier": "1"}
        )
        assert len(table(answer.content)) == 1

    def test_a_run_and_a_case_lead_to_it(self, officer_client: Any, shown: Any, office: Office) -> None:
        pages = {
            reverse("tracing:run", args=[shown.uuid]): reverse("tracing:line-list-run", args=[shown.uuid]),
            reverse("tracing:case", args=[office.cases[0].uuid]): reverse(
                "tracing:line-list-case", args=[office.cases[0].uuid]
            ),
        }
        for page, link in pages.items():
            assert link in officer_client.get(page).content.decode()

    @pytest.mark.usefixtures("shown")
    def test_without_a_purpose_it_says_what_is_missing(self, officer_client: Any) -> None:
        answer = officer_client.post(reverse("tracing:line-list"), {"form": "csv", "said": " "})
        assert answer.status_code == 422
        assert not Export.objects.exists()

    @pytest.mark.usefixtures("shown")
    def test_a_way_of_writing_that_is_none_is_not_there(self, officer_client: Any) -> None:
        for form in ("", "pdf", "__class__"):
            assert officer_client.post(reverse("tracing:line-list"), {"form": form, "said": SAID}).status_code == 404

    @pytest.mark.usefixtures("shown")
    def test_too_many_rows_are_told_before_and_after(
        self, officer_client: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from jejak.tracing.views import linelists as views

        monkeypatch.setattr(taking, "MOST_ROWS", 2)
        monkeypatch.setattr(views, "MOST_ROWS", 2)
        assert "disabled" in officer_client.get(reverse("tracing:line-list")).content.decode()
        answer = officer_client.post(reverse("tracing:line-list"), {"form": "csv", "said": SAID})
        assert answer.status_code == 422
        assert not Export.objects.exists()


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize(
    ("why", "classification", "status"),
    [
        ("wrong-person", "NO_CONTACT", "DROPPED"),
        ("not-exposed", "NO_CONTACT", "DROPPED"),
        ("died", "CONFIRMED", "DROPPED"),
        ("doctor", "CONFIRMED", "ACTIVE"),
    ],
)
def test_whose_follow_up_ended_early_goes_out_as_what_became_of_them(
    office: Office, why: str, classification: str, status: str
) -> None:
    one, *_ = Contact.objects.order_by("tier")
    followed(one, state="released", due_on=None, ended_at=clock.now(), ended_why=why)
    row = next(each for each in of_sormas(content(office, "sormas")) if each["followUpStatus"])
    assert (row["contactClassification"], row["contactStatus"]) == (classification, status)
    assert (row["quarantine"], row["quarantineTo"] != "") == (("HOME", True) if why == "doctor" else ("NONE", False))


@pytest.mark.usefixtures("shown")
def test_an_exposure_that_ends_at_midnight_is_of_the_day_before(office: Office) -> None:
    midnight = local_midnight(local_day(clock.now()))
    Exposure.objects.update(first=midnight - timedelta(hours=1), last=midnight)
    days = {(row["firstContactDate"], row["lastContactDate"]) for row in of_sormas(content(office, "sormas"))}
    assert days == {(f"{local_day(midnight - timedelta(hours=1)):%d/%m/%Y}",) * 2}
