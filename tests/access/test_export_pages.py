"""The pages of files: asking, deciding, taking; auditors see every manifest and never a row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from jejak.access import actions, purposes, second
from jejak.access.actions import Draft, Field, MadeExport, PurposeKind
from jejak.access.errors import RequestRefused
from jejak.access.models import Export, Request, User
from jejak.access.rules import AccountKind, AgencyKind
from jejak.kernel import clock
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_node")]
ACTION, KIND = "contoh.taken", "contoh"
SECRET = "Nama Yang Tersembunyi"


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    allowed = {ACTION: frozenset({"health_officer"})}
    actions.register_purpose(PurposeKind(KIND, "Contoh", allowed, frozenset({Field.NAME})))
    yield
    purposes._kinds.pop(KIND)


def staff(name: str, role: str, agency: AgencyKind = AgencyKind.HEALTH) -> User:
    employer = actions.add_agency(name=f"Pejabat {agency}", kind=agency, now=clock.now())
    return actions.add_account(
        email=f"{name.lower()}@contoh.example",
        name=name,
        kind=AccountKind.STAFF,
        role=role,
        agency=employer,
        is_demo=True,
    )


@pytest.fixture
def aminah() -> User:
    return staff("Aminah", "health_officer")


def made(by: User, *, purpose: str = "Kes 2022/104, kluster Tembok", people: int = 60) -> MadeExport:
    draft = Draft(
        holds="tracing.contacts", action=ACTION, stem="contoh", title="Contoh", heading=["name"],
        rows=[[f"{SECRET} {number}"] for number in range(people)], people=frozenset(range(1, people + 1)),
    )  # fmt: skip
    with actions.look(by=by, action=ACTION, purpose=Purpose(KIND, purpose, "104"), at=clock.now()) as look:
        return actions.make_export(look=look, draft=draft, form="csv", at=clock.now())


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    client.cookies["jejak_language"] = "en"
    return client


def test_from_asking_to_taking_on_the_pages(client: Client, aminah: User) -> None:
    asked = made(aminah)
    page = f"/staff/exports/{asked.uuid}/"
    badrul = staff("Badrul", "senior_health_officer")
    assert "waits for a second person" in signed_in(client, aminah).get("/staff/exports/").content.decode()
    assert client.post(f"{page}file/", follow=True).redirect_chain[-1][0] == page
    manifest = signed_in(client, badrul).get(f"/staff/requests/{asked.request}/").content.decode()
    assert Export.objects.get().digest.hex() in manifest
    assert SECRET not in manifest
    client.post(f"/staff/requests/{asked.request}/", {"decision": "approved"})
    answer = signed_in(client, aminah).post(f"{page}file/")
    assert sha256(answer.content).digest() == bytes(Export.objects.get().digest)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "taken" in client.get(page).content.decode().lower()


def test_the_file_of_somebody_else_is_not_there_and_nothing_tells_it_from_none(client: Client, aminah: User) -> None:
    theirs, none = made(aminah).uuid, uuid4()
    signed_in(client, staff("Badrul", "senior_health_officer"))
    for method, tail in (("get", ""), ("post", "file/"), ("post", "withdraw/")):
        answers = [getattr(client, method)(f"/staff/exports/{uuid}/{tail}") for uuid in (theirs, none)]
        assert [answer.status_code for answer in answers] == [404, 404]
        bodies = {
            answer.content.replace(str(uuid).encode(), b"")
            for answer, uuid in zip(answers, (theirs, none), strict=True)
        }
        assert len(bodies) == 1
    assert Request.objects.get().decision == ""


def test_a_file_is_never_taken_by_following_a_link(client: Client, aminah: User) -> None:
    assert signed_in(client, aminah).get(f"/staff/exports/{made(aminah).uuid}/file/").status_code == 405


def test_withdrawing_destroys_it(client: Client, aminah: User) -> None:
    asked = made(aminah)
    signed_in(client, aminah).post(f"/staff/exports/{asked.uuid}/withdraw/")
    assert Export.objects.get().content_sealed is None
    assert "withdrawn" in client.get(f"/staff/exports/{asked.uuid}/").content.decode()
    again = client.post(f"/staff/exports/{asked.uuid}/withdraw/", follow=True).content.decode()
    assert "Nothing changed" in again


def test_an_altered_file_is_not_handed_out(client: Client, aminah: User) -> None:
    asked = made(aminah)
    Request.objects.update(expires_at=clock.now() + timedelta(hours=1))
    badrul = staff("Badrul", "senior_health_officer")
    actions.approve(
        by=badrul, uuid=Request.objects.get().uuid, needed=frozenset({"senior_health_officer"}), now=clock.now()
    )
    Export.objects.update(rows=59)
    answer = signed_in(client, aminah).post(f"/staff/exports/{asked.uuid}/file/", follow=True)
    assert "Tell an auditor" in answer.content.decode()


def test_an_auditor_finds_every_manifest_and_no_rows(client: Client, aminah: User) -> None:
    small, large = made(aminah, purpose="Kes 2022/105, sekolah", people=55), made(aminah, people=70)
    signed_in(client, staff("Efendi", "auditor", AgencyKind.AUDIT))
    everything = client.get("/staff/exports/all/?sort=people").content.decode()
    assert everything.index(str(small.uuid)) < everything.index(str(large.uuid))
    turned = client.get("/staff/exports/all/?sort=-people").content.decode()
    assert turned.index(str(small.uuid)) > turned.index(str(large.uuid))
    for words, there in (
        ("sekolah", True),
        ("aminah sekolah", True),
        ("aminah hospital", False),
        (str(small.uuid), True),
    ):
        assert (str(small.uuid) in client.get("/staff/exports/all/", {"q": words}).content.decode()) is there
    page = client.get(f"/staff/exports/{large.uuid}/").content.decode()
    assert "Aminah" in page
    assert SECRET not in page + everything
    assert client.post(f"/staff/exports/{large.uuid}/file/").status_code == 404


def test_only_auditors_list_all_manifests(client: Client, aminah: User) -> None:
    assert signed_in(client, aminah).get("/staff/exports/all/").status_code == 403


def test_a_request_decided_meanwhile_says_so(client: Client, aminah: User) -> None:
    asked = made(aminah)
    badrul = signed_in(client, staff("Badrul", "senior_health_officer"))
    assert asked.request
    actions.withdraw_request(by=aminah, uuid=asked.request, now=clock.now())
    page = badrul.post(f"/staff/requests/{asked.request}/", {"decision": "approved"}).content.decode()
    assert "Somebody decided this before you" in page
    assert 'value="approved"' not in page


def test_a_mass_action_is_approved_for_just_those_things() -> None:
    aminah, badrul = staff("Aminah", "health_officer"), staff("Badrul", "senior_health_officer")
    seniors = frozenset({"senior_health_officer"})
    second.register(
        actions.mass_action("contoh.close", "Contoh", deciders=seniors, said=lambda many: f"{many} tickets")
    )
    now = clock.now()
    asked = actions.ask(by=aminah, kind="contoh.close", what=actions.things([3, 1, 2]), reason="An old queue", now=now)
    assert second.kinds()["contoh.close"].said(asked.what) == "3 tickets"
    actions.approve(by=badrul, uuid=asked.uuid, needed=seniors, now=now)
    with pytest.raises(RequestRefused, match="changed"):
        actions.use(by=aminah, uuid=asked.uuid, kind="contoh.close", what=actions.things([1, 2, 4]), now=now)
    actions.use(by=aminah, uuid=asked.uuid, kind="contoh.close", what=actions.things([2, 1, 3]), now=now)
    second._kinds.pop("contoh.close")


def test_the_job_ends_what_nobody_decided(aminah: User) -> None:
    from jejak.access import jobs

    made(aminah)
    Request.objects.update(asked_at=clock.now() - timedelta(days=2), expires_at=clock.now() - timedelta(days=1))
    jobs.end_requests(timestamp=0)
    assert Request.objects.get().decision == "expired"
    assert Export.objects.get().content_sealed is None
