"""Files of other people's data: sealed at the asking, approved by somebody else, taken by whoever asked, on record."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction
from openpyxl import load_workbook
from racing import at_once

from jejak.access import actions, purposes, queries
from jejak.access.actions import Draft, Field, MadeExport, PurposeKind
from jejak.access.entries import APPROVAL, EXPORT
from jejak.access.errors import (
    ExportAltered,
    ExportClosed,
    ExportTooLarge,
    PurposeRefused,
    UnknownExport,
    UnknownRequest,
)
from jejak.access.manifests import MOST_ROWS, State
from jejak.access.models import Export, Request, User
from jejak.access.reconciling import approval_differences, export_differences
from jejak.access.rules import AccountKind
from jejak.kernel import clock
from jejak.ledger import queries as ledger
from jejak.ledger.models import Record
from jejak.store import retention
from jejak.trail.actions import run_retention
from jejak.trail.models import Entry
from jejak.trail.rules import Purpose

ACTION = "contoh.taken"
KIND = "contoh"
PURPOSE = Purpose(KIND, "Kes 2022/104, kluster Tembok", "104")
SENIORS = frozenset({"senior_health_officer"})
HOSTILE = '=HYPERLINK("http://jahat.example","klik")'
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    officers = frozenset({"health_officer"})
    actions.register_purpose(PurposeKind(KIND, "Contoh", {ACTION: officers}, frozenset({Field.NAME})))
    yield
    purposes._kinds.pop(KIND)


def staff(email: str, role: str) -> User:
    name = email.split("@", maxsplit=1)[0].title()
    return actions.add_account(email=email, name=name, kind=AccountKind.STAFF, role=role)


def officer(email: str = "aminah@contoh.example") -> User:
    return staff(email, "health_officer")


def senior(email: str = "badrul@contoh.example") -> User:
    return staff(email, "senior_health_officer")


def draft(people: int = 60, *, released: bool = False, rows: int | None = None) -> Draft:
    names = [HOSTILE, *(f"Orang {number}" for number in range(1, people if rows is None else rows))]
    return Draft(
        holds="contoh.contacts", action=ACTION, stem="contoh", title="Contoh", heading=["name"],
        rows=([name] for name in names), people=frozenset(range(1, people + 1)), note="Kes 104", released=released,
    )  # fmt: skip


def made(by: User, wanted: Draft | None = None, *, form: str = "csv", at: Any = None) -> MadeExport:
    moment = at or clock.now()
    with actions.look(by=by, action=ACTION, purpose=PURPOSE, at=moment) as look:
        return actions.make_export(look=look, draft=wanted or draft(), form=form, at=moment)


def decided(one: MadeExport, by: User, decision: str = "approved", *, at: Any = None) -> Request:
    assert one.request
    settle = actions.approve if decision == "approved" else actions.refuse
    return settle(by=by, uuid=one.request, needed=SENIORS, note="Not this many people", now=at or clock.now())


def request_of(one: MadeExport) -> Request:
    assert one.request
    return Request.objects.get(uuid=one.request)


def row(one: MadeExport) -> Export:
    return Export.objects.get(uuid=one.uuid)


@pytest.mark.django_db
class TestOneFile:
    """From the asking to the taking."""

    def test_a_large_file_waits_sealed_and_nobody_is_shown(self) -> None:
        asked = made(officer())
        assert asked.file is None
        kept = row(asked)
        assert b"Orang" not in bytes(kept.content_sealed or b"")
        assert (kept.rows, kept.people, kept.record) == (60, 60, None)
        assert not Entry.objects.get(action=ACTION).subjects.exists()

    def test_the_second_person_reads_the_manifest_and_never_a_row(self) -> None:
        asked = made(officer())
        what = request_of(asked).what
        assert (what["rows"], what["people"], what["fields"]) == (60, 60, ["name", row(asked).fields[-1]])
        assert what["sha256"] == bytes(row(asked).digest).hex()
        assert "Orang" not in str(what)

    def test_whoever_asked_takes_exactly_the_bytes_that_were_approved(self) -> None:
        aminah = officer()
        asked = made(aminah)
        decided(asked, senior())
        file = actions.take_export(by=aminah, uuid=asked.uuid, at=clock.now())
        assert sha256(file.content).hexdigest() == request_of(asked).what["sha256"]
        assert request_of(asked).used_at is not None

    def test_each_taking_is_on_the_trail_and_names_everybody_once(self) -> None:
        aminah = officer()
        asked = made(aminah)
        decided(asked, senior())
        for _ in range(2):
            actions.take_export(by=aminah, uuid=asked.uuid, at=clock.now())
        entries = Entry.objects.filter(action=ACTION, detail__has_key="time").order_by("pk")
        assert [(entry.detail["time"], entry.subjects.count()) for entry in entries] == [(1, 60), (2, 0)]
        assert row(asked).taken == 2

    def test_every_row_carries_the_watermark_and_no_cell_runs(self) -> None:
        aminah, badrul = officer(), senior()
        for form in ("csv", "xlsx"):
            asked = made(aminah, form=form)
            decided(asked, badrul)
            content = actions.take_export(by=aminah, uuid=asked.uuid, at=clock.now()).content
            if form == "csv":
                rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]
            else:
                sheet = load_workbook(io.BytesIO(content)).active
                assert sheet is not None
                rows = [[str(cell) for cell in line] for line in sheet.iter_rows(min_row=3, values_only=True)]
            assert len(rows) == 60
            assert all(str(asked.uuid) in line[-1] and "Aminah" in line[-1] for line in rows)
            assert rows[0][0] == f"'{HOSTILE}"

    def test_nobody_else_takes_it_and_nobody_takes_it_early(self) -> None:
        aminah, badrul = officer(), senior()
        asked = made(aminah)
        with pytest.raises(ExportClosed, match="waiting"):
            actions.take_export(by=aminah, uuid=asked.uuid, at=clock.now())
        decided(asked, badrul)
        for other in (badrul, officer("chong@contoh.example")):
            with pytest.raises(UnknownExport):
                actions.take_export(by=other, uuid=asked.uuid, at=clock.now())

    def test_whoever_lost_the_role_takes_nothing(self) -> None:
        aminah = officer()
        asked = made(aminah)
        decided(asked, senior())
        actions.end_role(user=aminah, role="health_officer", now=clock.now())
        with pytest.raises(PurposeRefused):
            actions.take_export(by=aminah, uuid=asked.uuid, at=clock.now())
        assert row(asked).taken == 0

    def test_an_approval_lives_for_a_day_from_the_decision(self) -> None:
        aminah, now = officer(), clock.now()
        asked = made(aminah, at=now)
        decided(asked, senior(), at=now + 20 * HOUR)
        assert actions.take_export(by=aminah, uuid=asked.uuid, at=now + 43 * HOUR).rows == 60
        with pytest.raises(ExportClosed, match="expired"):
            actions.take_export(by=aminah, uuid=asked.uuid, at=now + 44 * HOUR)

    @pytest.mark.parametrize("ending", ["refused", "withdrawn", "expired", "over"])
    def test_what_is_over_is_destroyed_and_its_manifest_stays(self, ending: str) -> None:
        aminah, now = officer(), clock.now()
        asked = made(aminah, at=now)
        assert asked.request
        if ending == "refused":
            decided(asked, senior(), "refused")
        elif ending == "withdrawn":
            actions.withdraw_request(by=aminah, uuid=asked.request, now=now)
        elif ending == "expired":
            assert actions.expire_requests(now=now + 24 * HOUR) == 1
        else:
            decided(asked, senior(), at=now)
            assert (actions.destroy_over(now=now + 23 * HOUR), actions.destroy_over(now=now + 24 * HOUR)) == (0, 1)
        kept = row(asked)
        assert (kept.content_sealed, kept.persons_sealed) == (None, None)
        assert kept.rows == 60
        state = queries.export_of(by=aminah, uuid=asked.uuid, now=now + 24 * HOUR).state
        assert state == (State.EXPIRED if ending == "over" else State(ending))

    def test_as_many_people_as_a_released_page_shows_need_no_second_person(self) -> None:
        asked = made(officer(), draft(50, released=True))
        assert asked.request is None
        assert asked.file
        assert asked.file.rows == 50
        assert Entry.objects.get(action=ACTION).subjects.count() == 50
        assert ledger.entry(row(asked).record or 0).kind == EXPORT.number
        assert row(asked).content_sealed is None

    @pytest.mark.parametrize("wanted", [draft(51, released=True), draft(50)])
    def test_one_more_or_no_released_page_waits(self, wanted: Draft) -> None:
        assert made(officer(), wanted).file is None

    def test_people_whom_an_interview_alone_names_count_like_any(self) -> None:
        asked = made(officer(), replace(draft(50, released=True), others=1))
        assert asked.file is None
        assert row(asked).people == 51

    def test_a_body_of_its_own_is_written_with_the_watermark(self) -> None:
        wanted = replace(draft(50, released=True), body=lambda mark: f'["{mark}"]'.encode())
        asked = made(officer(), wanted, form="json")
        assert asked.file
        assert (asked.file.name[-5:], asked.file.content_type) == (".json", "application/json; charset=utf-8")
        assert str(asked.uuid) in asked.file.content.decode()

    def test_the_same_rows_asked_for_twice_are_one_file(self) -> None:
        aminah = officer()
        assert made(aminah).uuid == made(aminah).uuid
        assert made(aminah, form="xlsx").uuid != made(aminah).uuid
        assert Request.objects.count() == 2

    def test_more_rows_than_a_file_may_hold_are_refused_and_nothing_is_kept(self) -> None:
        with pytest.raises(ExportTooLarge):
            made(officer(), draft(rows=MOST_ROWS + 1))
        assert not Export.objects.exists()
        assert not Entry.objects.filter(action=ACTION).exists()

    def test_somebody_elses_request_is_not_there_to_be_withdrawn(self) -> None:
        asked = made(officer())
        assert asked.request
        with pytest.raises(UnknownRequest):
            actions.withdraw_request(by=senior(), uuid=asked.request, now=clock.now())

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("export_form_known", {"form": "pdf"}),
            ("export_rows_capped", {"rows": MOST_ROWS + 1}),
            ("export_digest_sized", {"digest": b"x"}),
            ("export_bytes_kept_or_destroyed", {"content_sealed": None}),
            ("export_bytes_kept_or_destroyed", {"request": None, "people": 50}),
            ("export_decided_by_another", {"decided_by": "asker", "expires_at": "now", "record": 1}),
            ("export_larger_was_decided", {"expires_at": "now", "record": 1}),
            ("export_open_is_on_record", {"record": 1}),
            ("export_taken_once_open", {"taken": 1}),
        ],
    )
    def test_each_constraint_refuses(self, name: str, values: dict[str, Any]) -> None:
        asked = made(officer())
        values = {
            key: {"asker": row(asked).asked_by, "now": clock.now()}.get(str(each), each) for key, each in values.items()
        }
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Export.objects.filter(uuid=asked.uuid).update(**values)

    def test_a_large_file_without_a_request_cannot_be_kept(self) -> None:
        asked = made(officer(), draft(50, released=True))
        with pytest.raises(IntegrityError, match="export_alone_is_small"), transaction.atomic():
            Export.objects.filter(uuid=asked.uuid).update(people=51)


def ended(*deeds: Callable[[], object]) -> list[str]:
    """Return what each of these deeds at one moment gave or raised, sorted; a number is how many requests it ended."""
    return sorted(f"{one} ended" if isinstance(one, int) else type(one).__name__ for one in at_once(*deeds))


@pytest.mark.django_db(transaction=True)
class TestRaces:
    """Two at once: one wins, the other is told so, and bytes and decision agree."""

    def test_two_who_approve(self) -> None:
        asked, badrul, chong = made(officer()), senior(), senior("chong@contoh.example")
        assert ended(lambda: decided(asked, badrul), lambda: decided(asked, chong)) == ["Request", "RequestRefused"]
        assert Record.objects.filter(kind=EXPORT.number).count() == 1

    def test_one_who_approves_and_one_who_refuses(self) -> None:
        asked, badrul, chong = made(officer()), senior(), senior("chong@contoh.example")
        outcomes = ended(lambda: decided(asked, badrul), lambda: decided(asked, chong, "refused"))
        assert outcomes == ["Request", "RequestRefused"]
        self.agree(asked)

    def test_one_who_approves_while_the_asker_withdraws(self) -> None:
        aminah, badrul = officer(), senior()
        asked = made(aminah)
        assert asked.request
        withdraw = lambda: actions.withdraw_request(by=aminah, uuid=asked.request, now=clock.now())  # noqa: E731
        assert ended(lambda: decided(asked, badrul), withdraw) in (
            ["Request", "RequestOver"],
            ["Request", "RequestRefused"],
        )
        self.agree(asked)

    def test_one_who_approves_while_it_runs_out(self) -> None:
        aminah, badrul, now = officer(), senior(), clock.now()
        asked = made(aminah, at=now)
        over = lambda: actions.expire_requests(now=now + 24 * HOUR)  # noqa: E731
        assert ended(lambda: decided(asked, badrul, at=now), over) in (
            ["0 ended", "Request"],
            ["1 ended", "RequestRefused"],
        )
        self.agree(asked)

    def test_all_four_at_once(self) -> None:
        aminah, badrul, chong, now = officer(), senior(), senior("chong@contoh.example"), clock.now()
        asked = made(aminah, at=now)
        at_once(
            lambda: decided(asked, badrul, at=now),
            lambda: decided(asked, chong, "refused", at=now),
            lambda: actions.withdraw_request(by=aminah, uuid=asked.request, now=now),  # type: ignore[arg-type]
            lambda: actions.expire_requests(now=now + 24 * HOUR),
        )
        self.agree(asked)
        assert Record.objects.filter(kind=APPROVAL.number).count() == 1

    def test_two_who_let_requests_run_out(self) -> None:
        asked = made(officer())
        over = lambda: actions.expire_requests(now=clock.now() + 24 * HOUR)  # noqa: E731
        assert ended(over, over) == ["0 ended", "1 ended"]
        self.agree(asked)

    def test_two_takings_at_once_name_everybody_once(self) -> None:
        aminah = officer()
        asked = made(aminah)
        decided(asked, senior())
        take = lambda: actions.take_export(by=aminah, uuid=asked.uuid, at=clock.now())  # noqa: E731
        assert ended(take, take) == ["ExportFile", "ExportFile"]
        entries = Entry.objects.filter(action=ACTION, detail__has_key="time")
        assert sorted(entry.subjects.count() for entry in entries) == [0, 60]

    def test_a_taking_while_it_is_destroyed(self) -> None:
        aminah, now = officer(), clock.now()
        asked = made(aminah, at=now)
        decided(asked, senior(), at=now)
        take = lambda: actions.take_export(by=aminah, uuid=asked.uuid, at=now + HOUR)  # noqa: E731
        outcomes = ended(take, lambda: actions.destroy_over(now=now + 24 * HOUR))
        assert outcomes in (["1 ended", "ExportFile"], ["1 ended", "ExportClosed"])

    @staticmethod
    def agree(asked: MadeExport) -> None:
        """Check that decision, bytes and ledger say the same."""
        request, kept = request_of(asked), row(asked)
        assert request.record is not None
        assert (kept.content_sealed is not None) is (request.decision == "approved") is (kept.record is not None)
        record = ledger.entry(request.record).record or {}
        assert record["decision"] == request.decision


@pytest.mark.django_db
class TestTheLedger:
    """Each decision and each file is an entry; rows changed by SQL are named."""

    def kept(self, kind: int) -> list[ledger.Kept]:
        return [ledger.kept(record) for record in Record.objects.filter(kind=kind).order_by("pk")]

    @pytest.fixture
    def asked(self) -> MadeExport:
        asked = made(officer())
        decided(asked, senior())
        return asked

    def test_a_decision_and_a_file_enter_with_their_facts_and_without_a_name(self, asked: MadeExport) -> None:
        [approval], [export] = self.kept(APPROVAL.number), self.kept(EXPORT.number)
        said, manifest = approval.record or {}, export.record or {}
        assert (said["decision"], said["kind"], said["request"]) == ("approved", "export", str(asked.request))
        assert (manifest["rows"], manifest["sha256"]) == (60, bytes(row(asked).digest).hex())
        assert manifest["decided_by"] == said["decided_by"] == str(User.objects.get(name="Badrul").uuid)
        assert (approval.opened, export.opened) == (False, False)
        for name in ("Aminah", "Badrul", "Orang", "Tembok"):
            assert name not in str([said, manifest])
        assert [*approval_differences([approval]), *export_differences([export])] == []

    @pytest.mark.usefixtures("asked")
    @pytest.mark.parametrize(
        "values",
        [
            {"decision": "refused"},
            {"note": "Another note"},
            {"reason": "Another reason"},
            {"what": {"rows": 1}},
            {"expires_at": clock.now() + timedelta(days=9)},
            {"kind": "people.merge"},
        ],
    )
    def test_a_decision_edited_by_sql_is_named(self, values: dict[str, Any]) -> None:
        Request.objects.update(**values)
        uuid = Request.objects.get().uuid
        found = list(approval_differences(self.kept(APPROVAL.number)))
        assert found == [f"request {uuid} was changed since the ledger committed to how it ended"]

    @pytest.mark.parametrize(
        "values",
        [
            {"rows": 7},
            {"people": 7},
            {"digest": b"x" * 32},
            {"purpose_text": "Another purpose"},
            {"fields": ["phone"]},
            {"action": "another"},
            {"expires_at": clock.now() + timedelta(days=9)},
        ],
    )
    def test_a_manifest_edited_by_sql_is_named_and_its_file_stays_shut(
        self, asked: MadeExport, values: dict[str, Any]
    ) -> None:
        Export.objects.update(**values)
        found = list(export_differences(self.kept(EXPORT.number)))
        assert found == [f"export {asked.uuid} was changed since the ledger committed to its manifest"]
        with pytest.raises(ExportAltered):
            actions.take_export(by=User.objects.get(name="Aminah"), uuid=asked.uuid, at=clock.now())

    def test_bytes_put_in_from_elsewhere_stay_shut(self, asked: MadeExport) -> None:
        other = made(User.objects.get(name="Aminah"), draft(70))
        Export.objects.filter(uuid=asked.uuid).update(content_sealed=row(other).content_sealed)
        with pytest.raises(ExportAltered):
            actions.take_export(by=User.objects.get(name="Aminah"), uuid=asked.uuid, at=clock.now())

    def test_an_approval_written_by_sql_opens_nothing(self) -> None:
        aminah, now = officer(), clock.now()
        asked = made(aminah)
        badrul = senior()
        Request.objects.update(decision="approved", decided_by=badrul, decided_at=now)
        Export.objects.update(decided_by=badrul, expires_at=now + HOUR, record=1)
        with pytest.raises(ExportAltered):
            actions.take_export(by=aminah, uuid=asked.uuid, at=now)

    def test_rows_that_are_gone_are_named_unless_retention_deleted_them(self, asked: MadeExport) -> None:
        approvals, exports = self.kept(APPROVAL.number), self.kept(EXPORT.number)
        Export.objects.update(record=-1)
        Request.objects.update(record=-1)
        [gone] = approval_differences(approvals)
        [went] = export_differences(exports)
        assert gone.startswith(f"request {asked.request} of record ")
        assert went.startswith(f"export {asked.uuid} of record ")


@pytest.mark.django_db(databases=["default", "retention"], transaction=True)
def test_bytes_go_after_a_week_and_manifests_with_the_trail() -> None:
    aminah, now = officer(), clock.now()
    old = made(aminah, at=now)
    Export.objects.filter(uuid=old.uuid).update(made_at=now - timedelta(days=9))
    run_retention(now=now)
    assert row(old).content_sealed is None
    Export.objects.filter(uuid=old.uuid).update(
        made_at=now - timedelta(days=retention.classes()["manifests"].days() + 2)
    )
    run_retention(now=now)
    assert not Export.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_apps_own_login_deletes_no_manifest(node_database: Any) -> None:
    made(officer())
    with psycopg.connect(node_database.urls.app) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("delete from access_export")
