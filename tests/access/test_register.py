"""The register of staff accounts: what it says, what it points out, who reads it, and the file of it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from jejak.access import actions, queries
from jejak.access.models import Agency, Export, Identity, RoleGrant, User
from jejak.access.rules import AgencyKind, generic, shared_mailbox
from jejak.kernel import clock
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_node")]
DAY = timedelta(days=1)


def agency(name: str = "Pejabat Kesihatan Contoh", kind: AgencyKind = AgencyKind.HEALTH) -> Agency:
    return actions.add_agency(name=name, kind=kind, now=clock.now())


def staff(
    name: str, role: str = "health_officer", *, of: Agency | None = None, demo: bool = False, **more: Any
) -> User:
    email = f"{name.split(maxsplit=1)[0].lower()}.{role}@contoh.example"
    return actions.add_account(email=email, name=name, kind="staff", role=role, agency=of, is_demo=demo, **more)


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(staff("Aminah Audit", "auditor", of=agency("Audit Contoh", AgencyKind.AUDIT), demo=True))
    return client


def row(name: str) -> Any:
    return next(one for one in queries.register(now=clock.now()) if one.name == name)


def test_a_row_says_who_gave_which_role_where_and_until_when() -> None:
    chief, siti = staff("Ketua", "agency_manager", of=agency()), staff("Siti", of=agency(), password="x" * 14)
    RoleGrant.objects.filter(user=siti).update(
        granted_by=chief, state="MY-10", district="Petaling", until=clock.now() + DAY
    )
    Identity.objects.create(account=siti, issuer="https://id.example", subject="1", bound_at=clock.now())
    found = row("Siti")
    held = found.held[0]
    assert (held.role, held.state, held.district, held.granted_by) == ("health_officer", "MY-10", "Petaling", "Ketua")
    assert (found.agency, found.ways, found.factors) == ("Pejabat Kesihatan Contoh", ("password", "agency"), ())
    RoleGrant.objects.filter(user=siti).update(until=clock.now() - DAY, granted_at=clock.now() - 2 * DAY)
    assert row("Siti").held == ()


def test_what_to_ask_about_is_pointed_out() -> None:
    siti, gone = staff("Siti", of=agency()), staff("Lama Lama", of=agency())
    now = clock.now()
    User.objects.filter(pk=siti.pk).update(joined_at=now - 300 * DAY, seen_at=now - 90 * DAY)
    actions.close_account(user=gone, now=now)
    staff("Kaunter 1", "data_steward", demo=True)
    assert row("Siti").flags == ("unused", "no-second")
    assert row("Kaunter 1").flags == ("generic", "no-second", "no-employer")
    assert row("Lama Lama").flags == ()
    User.objects.filter(pk=siti.pk).update(seen_at=now - 89 * DAY)
    assert row("Siti").flags == ("no-second",)


@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("", ["Budi", "Lama", "Zaid"]),
        ("working", ["Budi", "Zaid"]),
        ("left", ["Lama"]),
        ("unused", ["Budi"]),
        ("no-employer", []),
    ],
)
def test_the_register_is_filtered_sorted_and_searched(show: str, names: list[str]) -> None:
    for name in ("Zaid", "Budi", "Lama"):
        staff(name, of=agency())
    User.objects.filter(name="Budi").update(joined_at=clock.now() - 200 * DAY)
    actions.close_account(user=User.objects.get(name="Lama"), now=clock.now())
    found = queries.register(now=clock.now(), show=show, order="name")
    assert [one.name for one in found] == names
    turned = queries.register(now=clock.now(), show=show, order="-name")
    assert [one.name for one in turned] == names[::-1]
    assert [one.name for one in queries.register(now=clock.now(), text="zai contoh")] == ["Zaid"]
    assert queries.register(now=clock.now(), role="auditor") == ()


def test_an_auditor_reads_it_and_owners_and_citizens_are_not_in_it(auditor: Client, owner: User) -> None:
    staff("Siti", of=agency())
    actions.citizen(phone_key=b"k" * 16, phone_sealed=b"s", now=clock.now())
    page = auditor.get("/staff/accounts/").content.decode()
    assert "Siti" in page
    assert owner.name not in page
    assert "citizen" not in page
    assert len(queries.register(now=clock.now())) == 2


@pytest.mark.parametrize("query", ["?show=x&role=y&sort=z&page=0", "?sort=-seen&show=unused", "?q=" + "a " * 50])
def test_an_unknown_wish_asks_for_nothing(auditor: Client, query: str) -> None:
    assert auditor.get("/staff/accounts/" + query).status_code == 200


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_of_it_is_what_was_shown_and_goes_on_record(auditor: Client, form: str) -> None:
    staff("Siti", of=agency(), demo=True)
    staff("=1+1 Budi", of=agency(), demo=True)
    actions.close_account(user=staff("Lama", of=agency()), now=clock.now())
    answer = auditor.post("/staff/accounts/file/", {"form": form, "show": "working", "sort": "name"})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f'.{form}"')
    assert Export.objects.get().holds == "access.register"
    assert Entry.objects.filter(action="access.register").count() == 1
    if form == "csv":
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [one[0].lstrip("'\t") for one in rows[1:]] == ["=1+1 Budi", "Aminah Audit", "Siti"]
        assert not any(cell.startswith(("=", "+", "-", "@")) for one in rows for cell in one)


def test_nobody_but_an_auditor_takes_a_file(client: Client) -> None:
    client.force_login(staff("Ketua", "agency_manager", of=agency(), demo=True))
    assert client.get("/staff/accounts/").status_code == 403
    assert client.post("/staff/accounts/file/", {"form": "csv"}).status_code == 403


@pytest.mark.parametrize(
    ("email", "shared"),
    [
        ("kaunter1@moh.gov.my", True),
        ("klinik.umum@moh.gov.my", True),
        ("IT-support@moh.gov.my", True),
        ("helpdesk@moh.gov.my", True),
        ("siti.aminah@moh.gov.my", False),
        ("siti.klinik@moh.gov.my", False),
        ("880101015566@moh.gov.my", False),
        ("itah@moh.gov.my", False),
    ],
)
def test_a_mailbox_of_nothing_but_functions_is_shared(email: str, shared: bool) -> None:
    assert shared_mailbox(email=email) is shared


def test_names_of_people_are_no_functions() -> None:
    assert not generic(name="Siti Nurhaliza binti Kassim")
    assert not generic(name="Muthu a/l Rajan")
    assert generic(name="Pengguna Klinik")


def test_a_page_of_an_invitation_refuses_a_shared_mailbox(client: Client) -> None:
    client.force_login(staff("Ketua", "agency_manager", of=agency(), demo=True))
    said = {"name": "Siti Contoh", "email": "kaunter@contoh.example", "role": "health_officer"}
    assert client.post("/staff/people/invite/", said).status_code == 422
