"""Who is on call to decide, who is told that a request waits, and the manager's page of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction

from jejak.access import actions, queries, second
from jejak.access.actions.telling import REQUEST_WAITING
from jejak.access.errors import DutyRefused, UnknownAccount
from jejak.access.models import Agency, Duty, User
from jejak.access.rules import AccountKind, AgencyKind, duty_objection
from jejak.access.second import RequestKind
from jejak.kernel import clock
from jejak.kernel.sealing import sealer
from jejak.messaging.models import Message
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

KIND = "contoh.files"
SENIOR = "senior_health_officer"
HOUR = timedelta(hours=1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_node")]


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    second.register(RequestKind(KIND, "Contoh", frozenset({SENIOR}), lambda what: f"{what['rows']} rows"))
    yield
    second._kinds.pop(KIND)


def agency(name: str = "Pejabat Kesihatan Contoh", kind: AgencyKind = AgencyKind.HEALTH) -> Agency:
    return actions.add_agency(name=name, kind=kind, now=clock.now())


def staff(email: str, role: str = SENIOR, of: Agency | None = None) -> User:
    name = email.split("@", maxsplit=1)[0].title()
    return actions.add_account(
        email=email, name=name, kind=AccountKind.STAFF, role=role, agency=of or agency(), is_demo=True
    )


@pytest.fixture
def manager() -> User:
    return staff("pengurus@contoh.example", "agency_manager")


def on_call(user: User, manager: User, *, hours: tuple[int, int] = (-1, 1)) -> Duty:
    now = clock.now()
    start, end = (now + many * HOUR for many in hours)
    return actions.put_on_call(by=manager, uuid=user.uuid, starts_at=start, ends_at=end, now=now)


def ask(by: User) -> None:
    actions.ask(by=by, kind=KIND, what={"rows": 4}, reason="Outbreak at a market", now=clock.now())


def told() -> set[str]:
    """Return the addresses written to."""
    opened = sealer().unseal
    return {
        opened(table="messaging_message", column="recipient", row=row.uuid, sealed=bytes(row.recipient_sealed or b""))
        for row in Message.objects.filter(template=REQUEST_WAITING)
    }


def test_who_is_on_call_is_told_and_nobody_else(manager: User) -> None:
    on_call(staff("badrul@contoh.example"), manager)
    on_call(staff("chong@contoh.example"), manager, hours=(1, 2))
    staff("devi@contoh.example")
    ask(staff("aminah@contoh.example", "health_officer"))
    assert told() == {"badrul@contoh.example"}


def test_if_nobody_is_on_call_all_who_decide_are_told_but_the_asker(manager: User) -> None:
    aminah = staff("aminah@contoh.example")
    on_call(aminah, manager)
    left = staff("efendi@contoh.example")
    actions.leave(by=manager, uuid=left.uuid, now=clock.now())
    for name in ("badrul", "chong"):
        staff(f"{name}@contoh.example")
    ask(aminah)
    assert told() == {"badrul@contoh.example", "chong@contoh.example"}


def test_the_message_names_nobody() -> None:
    staff("badrul@contoh.example")
    aminah = staff("aminah@contoh.example", "health_officer")
    ask(aminah)
    message = Message.objects.get(template=REQUEST_WAITING)
    slots = sealer().unseal(
        table="messaging_message", column="slots", row=message.uuid, sealed=bytes(message.slots_sealed or b"")
    )
    assert "Aminah" not in slots
    assert "Outbreak" not in slots


def test_a_wish_repeated_tells_nobody_again() -> None:
    staff("badrul@contoh.example")
    aminah = staff("aminah@contoh.example", "health_officer")
    ask(aminah)
    ask(aminah)
    assert Message.objects.filter(template=REQUEST_WAITING).count() == 1


def test_being_on_call_ends_and_is_on_the_trail(manager: User) -> None:
    badrul = staff("badrul@contoh.example")
    duty = on_call(badrul, manager)
    assert set(queries.on_call([badrul.pk], now=clock.now())) == {badrul.pk}
    actions.take_off_call(by=manager, uuid=badrul.uuid, duty=duty.uuid, now=clock.now())
    assert queries.on_call([badrul.pk], now=clock.now()) == {}
    assert Entry.objects.filter(action__in=["access.on-call", "access.off-call"], by_id=manager.pk).count() == 2


@pytest.mark.parametrize(
    ("hours", "why"),
    [((1, 1), "turned-round"), ((2, 1), "turned-round"), ((-3, -2), "past"), ((0, 32 * 24), "too-long")],
)
def test_a_time_that_makes_no_sense_is_refused(manager: User, hours: tuple[int, int], why: str) -> None:
    badrul = staff("badrul@contoh.example")
    with pytest.raises(DutyRefused, match=why):
        on_call(badrul, manager, hours=hours)
    now = clock.now()
    assert duty_objection(starts_at=now, ends_at=now + 31 * 24 * HOUR, now=now) == ""


def test_only_who_decides_is_put_on_call_and_only_by_their_own_manager(manager: User) -> None:
    with pytest.raises(DutyRefused, match="role"):
        on_call(staff("aminah@contoh.example", "health_officer"), manager)
    elsewhere = agency("Pejabat Lain")
    other = staff("badrul@contoh.example", of=elsewhere)
    with pytest.raises(UnknownAccount):
        on_call(other, manager)
    with pytest.raises(UnknownAccount):
        on_call(staff("chong@contoh.example"), staff("devi@contoh.example"))


@pytest.mark.parametrize(
    ("name", "values"), [("duty_ends_after", {"ends_at": "start"}), ("duty_end_paired", {"ended_at": "start"})]
)
def test_each_constraint_refuses(manager: User, name: str, values: dict[str, str]) -> None:
    duty = on_call(staff("badrul@contoh.example"), manager)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Duty.objects.filter(pk=duty.pk).update(**dict.fromkeys(values, duty.starts_at))


def test_the_manager_sets_and_ends_it_on_a_page(client: Client, manager: User) -> None:
    badrul = staff("badrul@contoh.example")
    client.force_login(manager)
    client.cookies["jejak_language"] = "en"
    path = f"/staff/people/{badrul.uuid}/on-call/"
    assert path in client.get("/staff/people/").content.decode()
    assert client.post(path, {"starts_at": "2020-01-01T08:00", "ends_at": "2020-01-01T20:00"}).status_code == 422
    assert client.post(path, {"starts_at": "2020-01-01T08:00", "ends_at": "kelmarin"}).status_code == 422
    here = clock.now() + timedelta(hours=8)  # Malaysian time, as the picker says it
    said = {"starts_at": f"{here - HOUR:%Y-%m-%dT%H:%M}", "ends_at": f"{here + HOUR:%Y-%m-%dT%H:%M}"}
    assert client.post(path, said).status_code == 302
    assert "on call" in client.get("/staff/people/").content.decode()
    duty = Duty.objects.get()
    client.post(f"{path}{duty.uuid}/end/")
    assert queries.on_call([badrul.pk], now=clock.now()) == {}


def test_the_request_page_names_who_is_on_call(client: Client, manager: User) -> None:
    on_call(staff("badrul@contoh.example"), manager)
    aminah = staff("aminah@contoh.example", "health_officer")
    request = actions.ask(by=aminah, kind=KIND, what={"rows": 4}, reason="Outbreak at a market", now=clock.now())
    client.force_login(aminah)
    assert "Badrul" in client.get(f"/staff/requests/{request.uuid}/").content.decode()
