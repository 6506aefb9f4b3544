"""`fsck --database` names a decision and a manifest that were edited by SQL, in a log of real files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from jejak.access import actions, purposes
from jejak.access.actions import Draft, Field, MadeExport, PurposeKind
from jejak.access.errors import RequestRefused
from jejak.access.models import Export, Request, User
from jejak.access.rules import AccountKind
from jejak.config.registries import ledger_readers
from jejak.kernel import clock
from jejak.ledger import sequencing
from jejak.ledger.reconciling import reconcile
from jejak.trail.rules import Purpose

pytestmark = pytest.mark.django_db(transaction=True)
ACTION, KIND = "contoh.taken", "contoh"


@pytest.fixture
def asked() -> Iterator[MadeExport]:
    """A file of sixty people that somebody else approved, and a request that was refused; both in the log."""
    actions.register_purpose(
        PurposeKind(KIND, "Contoh", {ACTION: frozenset({"health_officer"})}, frozenset({Field.NAME}))
    )
    aminah, badrul = (
        actions.add_account(email=f"{name}@contoh.example", name=name.title(), kind=AccountKind.STAFF, role=role)
        for name, role in (("aminah", "health_officer"), ("badrul", "senior_health_officer"))
    )
    shutil.rmtree(sequencing.log_files().folder, ignore_errors=True)
    now, seniors = clock.now(), frozenset({"senior_health_officer"})
    draft = Draft(
        holds="contoh.contacts", action=ACTION, stem="contoh", title="Contoh", heading=["name"],
        rows=[[f"Orang {number}"] for number in range(60)], people=frozenset(range(1, 61)),
    )  # fmt: skip
    purpose = Purpose(KIND, "Kes 2022/104, kluster Tembok", "104")
    with actions.look(by=aminah, action=ACTION, purpose=purpose, at=now) as look:
        made = actions.make_export(look=look, draft=draft, form="csv", at=now)
    assert made.request
    actions.approve(by=badrul, uuid=made.request, needed=seniors, now=now)
    other = actions.ask(by=aminah, kind="contoh.other", what={"rows": 4}, reason="Outbreak at a market", now=now)
    actions.refuse(by=badrul, uuid=other.uuid, needed=seniors, note="One district is enough", now=now)
    sequencing.sequence()
    yield made
    purposes._kinds.pop(KIND)
    shutil.rmtree(sequencing.log_files().folder, ignore_errors=True)


def findings(database: Any, statement: str) -> list[str]:
    """Return what is found after a statement of the database's owner, who may do anything."""
    with psycopg.connect(database.urls.owner) as connection:
        connection.execute(statement.encode())
    return reconcile(readers=ledger_readers()).findings


@pytest.mark.usefixtures("asked")
def test_an_untouched_database_agrees(node_database: Any) -> None:
    assert findings(node_database, "select 1") == []


def test_a_refusal_turned_into_an_approval_is_named(node_database: Any, asked: MadeExport) -> None:
    refused = Request.objects.get(kind="contoh.other")
    found = findings(node_database, f"update access_request set decision = 'approved' where uuid = '{refused.uuid}'")
    assert found == [f"request {refused.uuid} was changed since the ledger committed to how it ended"]


def test_a_decision_written_past_the_ledger_is_named_and_opens_nothing(node_database: Any, asked: MadeExport) -> None:
    aminah, badrul, now = User.objects.get(name="Aminah"), User.objects.get(name="Badrul"), clock.now()
    wish = actions.ask(by=aminah, kind="contoh.other", what={"rows": 9}, reason="Outbreak at a market", now=now)
    forged = f"decision = 'approved', decided_by_id = {badrul.pk}, decided_at = now()"
    found = findings(node_database, f"update access_request set {forged} where uuid = '{wish.uuid}'")
    assert found == [f"request {wish.uuid} ended, and the ledger knows nothing of it"]
    with pytest.raises(RequestRefused, match="changed"):
        actions.use(by=aminah, uuid=wish.uuid, kind="contoh.other", what={"rows": 9}, now=now)
    between = (Request.objects.get(kind="export").record or 0) + 1  # the number of the file's own entry
    borrowed = f"update access_request set record = {between} where uuid = '{wish.uuid}'"
    assert findings(node_database, borrowed) == [f"request {wish.uuid} claims record {between}, which is no decision"]


@pytest.mark.parametrize("change", ["rows = 4000", "purpose_text = 'Something else'", "digest = sha256('x')"])
def test_an_edited_manifest_is_named(node_database: Any, asked: MadeExport, change: str) -> None:
    found = findings(node_database, f"update access_export set {change} where uuid = '{asked.uuid}'")
    assert found == [f"export {asked.uuid} was changed since the ledger committed to its manifest"]


def test_rows_deleted_by_sql_are_named(node_database: Any, asked: MadeExport) -> None:
    found = findings(node_database, "delete from access_export; delete from access_request where kind = 'export'")
    assert any(one.startswith(f"request {asked.request} of record ") for one in found)
    assert any(one.startswith(f"export {asked.uuid} of record ") for one in found)
    assert all(one.endswith("is gone, and no retention entry covers it") for one in found)


def test_files_and_decisions_that_no_entry_knows_are_named_even_where_there_are_no_entries(
    node_database: Any, asked: MadeExport
) -> None:
    """The first of their kind: nothing in the log says that there is anything to look for."""
    refused = Request.objects.get(kind="contoh.other")
    forged = "truncate ledger_record, ledger_place, ledger_waiting, ledger_state"
    shutil.rmtree(sequencing.log_files().folder)
    found = findings(node_database, forged)
    for row in (Request.objects.get(kind="export"), refused):
        assert f"request {row.uuid} claims record {row.record}, which is no decision" in found
    export = Export.objects.get()
    assert f"export {export.uuid} claims record {export.record}, which is no manifest" in found
    ended = findings(node_database, f"update access_request set record = null where uuid = '{refused.uuid}'")
    assert f"request {refused.uuid} ended, and the ledger knows nothing of it" in ended


def test_two_rows_never_share_an_entry(node_database: Any, asked: MadeExport) -> None:
    """The database refuses it; where its owner has taken that away, it is named."""
    export, fresh = Export.objects.get(), "0190c000-0000-7000-8000-000000000001"
    left_out = {
        "id",
        "uuid",
        "people",
        "content_sealed",
        "persons_sealed",
        "request_id",
        "decided_by_id",
        "decided_agency_id",
    }
    columns = ", ".join(field.column for field in Export._meta.fields if field.column not in left_out)
    twice = f"insert into access_export (uuid, people, {columns}) select '{fresh}', 1, {columns} from access_export"
    with pytest.raises(psycopg.errors.UniqueViolation, match="record"):
        findings(node_database, twice)
    with psycopg.connect(node_database.urls.owner) as owner:
        rows = owner.execute(
            "select conname from pg_constraint where conrelid = 'access_export'::regclass and contype = 'u'"
            " and pg_get_constraintdef(oid) = 'UNIQUE (record)'"
        ).fetchall()
    [(name,)] = rows
    try:
        found = findings(node_database, f"alter table access_export drop constraint {name}; {twice}")
        assert f"export {fresh} claims record {export.record}, which is another one's" in found
    finally:
        undone = f"delete from access_export where uuid = '{fresh}'; "
        findings(node_database, f"{undone} alter table access_export add constraint {name} unique (record)")
