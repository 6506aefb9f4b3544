"""How long "not yours" takes against "not there", route by route: an answer's time must not say what exists.

Both are asked for in turn, which of the two comes first changing with every round; what is compared are medians, and
the spread is that of the ratio over ten parts of the run. The machine drifts, both drift with it. Django's own test
client asks: no network, which would only hide a difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from bench.node import running
from bench.search import Times
from jejak.kernel import clock
from jejak.kernel.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from bench.report import Report

ROUNDS, QUICK_ROUNDS, WARM, PARTS = 1_000, 200, 20, 10
MOST: Final = 1.1
"""The mark: neither of the two takes more than a tenth longer."""
PLACES: Final = 300
"""Premises of each owner, so that there is something among which to look."""


@dataclass(frozen=True, slots=True)
class Case:
    """A route, who asks for it, what of another's there is, and how an address of nothing is made."""

    name: str
    client: Any
    there: str
    nothing: Callable[[], str]
    post: bool = False

    def ask(self, address: str) -> None:
        """Ask, and expect nothing."""
        answer = self.client.post(address) if self.post else self.client.get(address)
        assert answer.status_code == 404, f"{self.name}: {answer.status_code}"


def run(report: Report, *, quick: bool = False) -> None:
    """Measure every case."""
    with running(clients=True):
        for case in _cases():
            theirs, missing = _measured(case, rounds=QUICK_ROUNDS if quick else ROUNDS)
            ratio = theirs.ms / missing.ms
            parts = sorted(_parts(theirs.seconds, missing.seconds))
            report.note(f"{case.name}: ratio {ratio:.3f}, in tenths of the run {parts[0]:.3f} to {parts[-1]:.3f}")
            report.line(case=f"{case.name}, not there", value=missing.ms, unit="ms")
            report.line(
                case=f"{case.name}, not yours", value=theirs.ms, unit="ms", ratio=max(ratio, 1 / ratio),
                of="not there, whichever is longer", at_most=MOST,
            )  # fmt: skip


def _measured(case: Case, *, rounds: int) -> tuple[Times, Times]:
    for _ in range(WARM):
        case.ask(case.there)
        case.ask(case.nothing())
    theirs, missing = Times(), Times()
    for number in range(rounds):
        pair = [(theirs, case.there), (missing, case.nothing())]
        for times, address in pair if number % 2 else reversed(pair):
            times.of(lambda address=address: case.ask(address))  # type: ignore[misc]
    return theirs, missing


def _parts(theirs: list[float], missing: list[float]) -> list[float]:
    """Return the ratio in each tenth of a run."""
    size = len(theirs) // PARTS
    cuts = [slice(part * size, (part + 1) * size) for part in range(PARTS)]
    return [median(theirs[cut]) / median(missing[cut]) for cut in cuts]


def _cases() -> Iterator[Case]:
    from jejak.access import actions as access
    from jejak.access.rules import AccountKind, AgencyKind

    owners = [
        access.add_account(
            email=f"devi{n}@contoh.example", name=f"Devi {n}", kind=AccountKind.OWNER, role="premises_owner"
        )
        for n in range(2)
    ]
    mine, others = _client(owners[0]), _belongings(owners[1])
    _belongings(owners[0])
    for name, form in FORMS.items():
        address = f"/premises/{form}"
        yield Case(name, mine, address.format(**others), lambda a=address: a.format(**_nothing()))  # type: ignore[misc]
    agencies = [access.add_agency(name=f"Pejabat {n}", kind=AgencyKind.HEALTH, now=clock.now()) for n in range(2)]
    staff = [
        access.add_account(
            email=f"mei{n}@contoh.example",
            name=f"Mei {n}",
            kind=AccountKind.STAFF,
            role=role,
            agency=agencies[n % 2],
            is_demo=True,
        )
        for n, role in enumerate(("agency_manager", "data_steward", "data_steward", "health_officer"))
    ]
    asked = access.ask(by=staff[1], kind="people.merge", what={}, reason="The same man, seen by me", now=clock.now())
    yield _of_staff("a colleague", _client(staff[0]), "/staff/people/{}/leave/", staff[1].uuid)
    yield _of_staff("a colleague, by POST", _client(staff[0]), "/staff/people/{}/leave/", staff[1].uuid, post=True)
    yield _of_staff("a request", _client(staff[3]), "/staff/requests/{}/", asked.uuid)
    yield _of_staff("an alert", _client(staff[0]), "/staff/alerts/{}/", _alert(staff[1]))


FORMS: Final = {
    "premises": "{uuid}/",
    "the owner's day": "{uuid}/today",
    "a premises' form": "{uuid}/edit/",
    "a part": "{uuid}/zones/{zone}/",
    "a poster": "{uuid}/posters/{code}/",
    "a poster's picture": "{uuid}/posters/{code}/qr.svg",
    "a tablet": "{uuid}/door/tablets/{tablet}/",
}


def _belongings(owner: Any) -> dict[str, str]:  # noqa: ANN401 - an account
    """Return one of everything that an owner has, out of many premises."""
    from jejak.entrance import actions as entrance
    from jejak.premises import actions as premises
    from jejak.premises.rules import Details

    now = clock.now()
    uuids: list[UUID] = []
    for number in range(PLACES):
        uuids.append(uuid7())
        details = Details(
            name=f"Kedai {owner.name} {number}", kind="shop", address=f"{number} Jalan Contoh", state="MY-10",
            district="Petaling", opening_hours=None,
        )  # fmt: skip
        premises.register(by=owner, uuid=uuids[-1], details=details, now=now - timedelta(days=1))
    uuid = uuids[PLACES // 2]
    zone = premises.add_zone(by=owner, uuid=uuid, name="Tingkat Satu", stay=25, now=now)
    poster = premises.issue_poster(by=owner, uuid=uuid, zone="Tingkat Satu", now=now)
    tablet = entrance.add_tablet(by=owner, uuid=uuid, name="Pintu", mode="counter", zone=None, now=now)
    return {"uuid": str(uuid), "zone": str(zone.uuid), "code": poster.short_code, "tablet": str(tablet)}


def _nothing() -> dict[str, str]:
    return {"uuid": str(uuid7()), "zone": str(uuid7()), "code": "ZZZZZZZ", "tablet": str(uuid7())}


def _of_staff(name: str, client: Any, form: str, uuid: UUID, *, post: bool = False) -> Case:  # noqa: ANN401 - a browser
    return Case(name, client, form.format(uuid), lambda: form.format(uuid7()), post)


def _alert(of: Any) -> UUID:  # noqa: ANN401 - an account
    from jejak.access.models import Alert

    now = clock.now()
    return Alert.objects.create(
        account_id=of.pk, agency_id=of.agency_id, kind="refusals", first_at=now, last_at=now
    ).uuid


def _client(user: Any) -> Any:  # noqa: ANN401 - an account, and a browser of Django's
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client
