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
from jejak.access.models import Request, User
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
