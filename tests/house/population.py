"""A node with everybody on it: an account of each role, two owners, two citizens, and what belongs to each of them."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from entrance.standing import Door, door
from house.pages import forms_of
from people.citizens import claimed, sign_in, visitor
from people.twice import approved_merge, proposal
from premises.shops import shop
from tracing.cases import case_of, left_cases
from tracing.office import left_behind

from jejak.access import actions as access
from jejak.access.models import Alert, Bound, Duty, Export, Request
from jejak.access.rules import ROLES, ROLES_OF, AccountKind, AgencyKind
from jejak.entrance import actions as entrance
from jejak.formats.tablefiles import PAGE
from jejak.kernel import clock
from jejak.kernel.ids import uuid7, uuid7_at
from jejak.people import actions as people
from jejak.people import documents
from jejak.people.models import Guardian, Offer, Person
from jejak.premises import actions as premises
from jejak.premises import queries as places
from jejak.trail import actions as trail
from jejak.trail.models import Drawn, Question, Sample
from jejak.trail.rules import Purpose
from jejak.visits import actions as visits

if TYPE_CHECKING:
    from jejak.access.models import User

PASSWORD = "tiga perkataan panjang"
NOBODY, TABLET, CITIZEN, OWNER = "nobody", "tablet", "citizen", "premises_owner"
EVERYBODY = (NOBODY, TABLET, CITIZEN, *ROLES)
PHONE, OTHER = "+60187654301", "+60187654322"
CASE = "Kes 17 di Kajang"
COUNTER = Purpose("counter", "document shown", "mykad")
HEADING = b"name,branch,kind,address,state,district,hours,capacity,number,phone\n"
ROW = b'Kedai Satu,,Kedai,"1, Jalan Satu",Selangor,petaling,09:00-22:00,40,202003123456,0123456789\n'


@dataclass(frozen=True)
class Thing:
    """An object that addresses name: whose it is, and its address's parts; ``others`` is the same thing of another.

    ``strangers`` are accounts that may call the address, and for whom ``own`` is not there either.
    """

    of: str
    own: dict[str, str]
    others: dict[str, str]
    strangers: tuple[str, ...] = ()


@dataclass
class Node:
    """Everybody's account and browser, and the things by the name that the table gives them."""

    users: dict[str, User] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)


def agency_kind(role: str) -> AgencyKind:
    return next(kind for kind, held in ROLES_OF.items() if role in held)


def staff(role: str, *, agency: str = "", name: str = "", email: str = "", state: str = "") -> User:
    kind = agency_kind(role)
    where = access.add_agency(name=agency or f"Agensi {kind.title()}", kind=kind, now=clock.now())
    said = name or f"Puan {role.replace('_', ' ').title().replace('Staff', 'Klinik').replace('Operator', 'Mesin')}"
    return access.add_account(
        email=email or f"puan.{sorted(ROLES).index(role)}@contoh.example", name=said, kind=AccountKind.STAFF, role=role,
        password=PASSWORD, agency=where, is_demo=True, state=state,
    )  # fmt: skip


def owner(email: str, name: str) -> User:
    return access.add_account(email=email, name=name, kind=AccountKind.OWNER, role=OWNER, password=PASSWORD)


def browser(user: User | None = None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def visited(person: int, premises_id: int, *, device: int = 101, hours: float = 3, minutes: int = 60) -> str:
    at = clock.now() - timedelta(hours=hours)
    visit = uuid7_at(at)
    visits.check_in(
        visit=visit, premises=premises_id, zone=None, minutes=minutes, person=person, device=device, flags=1
    )
    return str(visit)


def days() -> None:
    today = clock.now().date()
    with connection.cursor() as cursor:
        cursor.execute("select visits_make_partitions(%s, %s)", [today - timedelta(days=4), today + timedelta(days=2)])


def showed(person: int, *, by: User, mykad: str, phone: str = "") -> None:
    """Show a document at the counter."""
    paper = documents.read(kind="mykad", number=mykad)
    people.show_document(
        by=by, person=person, document=paper, birth=documents.birth_dates(paper)[0], phone=phone, purpose=COUNTER,
        at=clock.now(),
    )  # fmt: skip


def settle() -> Node:
    """Return the node, settled within the caller's transaction."""
    days()
    node = Node()
    for role in ROLES:
        node.users[role] = owner("hassan@contoh.example", "Pemilik Satu") if role == OWNER else staff(role)
    for role, user in node.users.items():
        node.browsers[role] = browser(user)
    node.browsers[NOBODY] = browser()
    _of_owners(node)
    _of_citizens(node)
    _of_staff(node)
    _of_officers(node)
    _of_runs(node)
    _passkeys(node)
    return node


def _of_owners(node: Node) -> None:
    mine = _premises(node, node.users[OWNER], mark="a")
    theirs = _premises(node, owner("devi@contoh.example", "Pemilik Dua"), mark="b")
    for name, parts in mine.items():
        node.things[name] = Thing(TABLET if name == "door-staff" else OWNER, parts, theirs[name])


def _premises(node: Node, of: User, *, mark: str) -> dict[str, dict[str, str]]:
    """Return one of everything that an owner has, by name, as the parts of its address."""
    now = clock.now()
    stand: Door = door(of)
    uuid = stand.place.uuid
    at = {"uuid": str(uuid)}
    zone = premises.add_zone(by=of, uuid=uuid, name="Tingkat Satu", stay=25, now=now)
    poster = premises.issue_poster(by=of, uuid=uuid, zone="Tingkat Satu", now=now)
    offered = premises.offer_transfer(by=of, uuid=uuid, email=f"bakal-{mark}@contoh.example", now=now)
    given = premises.preview_import(
        file=io.BytesIO(HEADING + ROW.replace(b"Satu", f"Satu {mark}".encode())), name="premis.csv", owner=of.pk,
        by_name=of.name, limits=PAGE, now=now,
    )  # fmt: skip
    done = premises.preview_import(
        file=io.BytesIO(HEADING + ROW.replace(b"Satu", f"Dua {mark}".encode())), name="dua.csv", owner=of.pk,
        by_name=of.name, limits=PAGE, now=now,
    )  # fmt: skip
    premises.confirm_import(by=of, uuid=done.uuid, now=now)
    premises.take_import(number=done.number, clock=clock.now)
    premises.ask_an_officer(by=of, uuid=uuid, now=now)
    member = stand.member("Siti Pintu", "482913")
    if mark == "a":
        node.browsers[TABLET] = stand.browser("counter")
    tablet = entrance.add_tablet(by=of, uuid=uuid, name="Pintu", mode="counter", zone=None, now=now)
    return {
        "premises": at,
        "zone": at | {"zone": str(zone.uuid)},
        "poster": at | {"code": poster.short_code, "form": "qr.svg"},
        "way": at | {"way": "phone"},
        "offer": at | {"invitation": str(offered.uuid)},
        "tablet": at | {"tablet": str(tablet)},
        "member": at | {"member": str(member)},
        "door-staff": {"uuid": str(member)},
        "import": {"uuid": str(given.uuid)},
        "import-done": {"uuid": str(done.uuid)},
        **_taken_over(of, mark=mark),
    }


def _taken_over(of: User, *, mark: str) -> dict[str, dict[str, str]]:
    """Return a part that this owner rents in a mall, and an invitation to another part."""
    now = clock.now()
    mall = shop(
        owner(f"tuan.{mark}@contoh.example", f"Mall {mark.upper()}"), name=f"Pusat Beli-belah {mark}", kind="mall"
    )
    landlord = places.place(mall.id)
    host: Any = access.User.objects.get(email=f"tuan.{mark}@contoh.example")
    rented, offered = (
        premises.add_zone(by=host, uuid=landlord.uuid, name=name, stay=None, now=now)
        for name in ("Lot Satu", "Lot Dua")
    )
    for part in (rented, offered):
        made = premises.invite_tenant(by=host, uuid=landlord.uuid, zone=part.uuid, email=of.email or "", now=now)
        if part is rented:
            premises.accept(by=of, token=made.token, now=now)
    premises.issue_zone_poster(by=of, zone=rented.uuid, now=now)
    code = places.zone_posters_of(owner=of, uuid=rented.uuid)[0].short_code
    return {
        "tenancy": {"uuid": str(rented.uuid)},
        "tenant-poster": {"uuid": str(rented.uuid), "code": code, "form": "qr.svg"},
        "invitation": {"token": str(made.token)},
    }


def _of_citizens(node: Node) -> None:
    """Two citizens of whom a document stands behind the browser, each with a visit, a look and a browser."""
    clinic, seen = node.users["clinic_staff"], node.users["health_officer"]
    place = places.one_of(owner=node.users[OWNER], uuid=_uuid(node, "premises")).id
    found: list[dict[str, dict[str, str]]] = []
    for name, phone, mykad, device in (
        ("Ali Rahsia", PHONE, "900101-14-5678", 101),
        ("Bakar Sulit", OTHER, "910202-14-5679", 202),
    ):
        person, client = claimed(name, phone=phone), browser()
        visit = visited(person, place, device=device)
        showed(person, by=clinic, mykad=mykad, phone=phone)
        typed = claimed(f"{name} Muda", phone=phone)
        visitor(client, person=typed, device=device)
        sign_in(client, phone)
        client.get("/me/")  # the browser's own name is verified by being looked at
        entry = trail.record(by=seen, action="visits.stays", purpose="kes 17 di Kajang", persons=[person])
        asked = trail.record(by=seen, action="visits.stays", purpose="kes 18 di Kajang", persons=[person])
        trail.question(entry=asked.uuid, person=person, words="Mengapa saya?", at=clock.now())
        child = Person.objects.get(pk=claimed(f"{name} Kecil", phone=f"{phone[:-1]}0"))
        Guardian.objects.create(dependant=child, guardian_id=person, kind="guardian", since=clock.now())
        offered = Offer.objects.create(
            dependant=child, guardian_id=person, kind="co-guardian", handle=f"{device:04}", digest=bytes(32),
            shown_at=clock.now(),
        )  # fmt: skip
        found.append(
            {
                "ward": {"uuid": str(child.uuid)},
                "offered": {"uuid": str(offered.uuid)},
                "twin": {"uuid": str(proposal(person, typed).uuid)},
                "visit": {"uuid": visit},
                "look": {"uuid": str(entry.uuid)},
                "claimed": {"uuid": str(Person.objects.get(pk=typed).uuid)},
                "browser": {"number": str(_bound(person))},
            }
        )
        node.browsers.setdefault(CITIZEN, client)
    for name, parts in found[0].items():
        node.things[name] = Thing(CITIZEN, parts, found[1][name])


def _bound(person: int) -> int:
    return int(Bound.objects.get(person_id=person).pk)


def _of_staff(node: Node) -> None:
    """What staff work on: colleagues, invitations, requests; and what a role may open, of which nothing is another's."""
    now, steward = clock.now(), node.users["data_steward"]
    wrong = {"uuid": str(_uuid(node, "premises"))}
    manager = node.users["agency_manager"]
    colleague = staff("health_officer", agency=manager.agency.name, name="Rakan Sekerja", email="siti@contoh.example")
    if colleague.agency_id != manager.agency_id:
        raise AssertionError
    stranger = node.users["laboratory"]
    node.things["colleague"] = Thing("agency_manager", {"uuid": str(colleague.uuid)}, {"uuid": str(stranger.uuid)})
    chief = staff("agency_manager", agency="Makmal Lain", name="Ketua Makmal", email="ros@contoh.example")
    node.things |= oversight(manager=manager, colleague=colleague, chief=chief, stranger=stranger, node=node)
    invited = [
        access.invite(by=by, email=f"{n}@contoh.example", name="Jemputan Baharu", role="agency_manager", now=now)
        for n, by in enumerate((manager, chief))
    ]
    node.things["staff-invitation"] = Thing("agency_manager", *({"uuid": str(one.uuid)} for one in invited))
    node.things["token"] = Thing(NOBODY, {"token": invited[0].token}, {"token": invited[0].token[::-1]})
    second = staff("data_steward", agency="Pejabat Dua", name="Puan Kedua", email="mei@contoh.example")
    one, two, three, four = (claimed(f"Kembar {n}", phone="012-777 6666") for n in ("Satu", "Dua", "Tiga", "Empat"))
    pair, merge = proposal(one, two), approved_merge(three, four, by=steward, second=second)
    node.things["joined"] = Thing(CITIZEN, {"uuid": str(merge.uuid)}, {"uuid": str(merge.uuid)})
    node.things["pair"] = Thing("data_steward", {"uuid": str(pair.uuid)}, wrong)
    node.things["merge"] = Thing("data_steward", {"uuid": str(merge.uuid)}, wrong)
    waiting = Request.objects.filter(asked_by=steward).latest("pk")
    blind = (CITIZEN, OWNER, "health_officer", "auditor", "agency_manager", "operator")
    node.things["request"] = Thing("data_steward", {"uuid": str(waiting.uuid)}, wrong, blind)
    node.things["person"] = Thing("clinic_staff", {"uuid": str(Person.objects.get(pk=one).uuid)}, wrong)
    proof = places.waiting(now=now)[0]
    node.things["proof"] = Thing("health_officer", {"proof": str(proof.uuid)}, {"proof": wrong["uuid"]})
    node.things["question"] = Thing("auditor", {"uuid": str(Question.objects.latest("pk").uuid)}, wrong)


def oversight(*, manager: User, colleague: User, chief: User, stranger: User, node: Node) -> dict[str, Thing]:
    """Return times on call, alerts and files: of the manager's agency or one's own, and of others."""
    now = clock.now()
    on_call, alerts = [], []
    for user, by in ((colleague, manager), (stranger, chief)):
        duty = Duty.objects.create(user=user, starts_at=now, ends_at=now + timedelta(hours=9), set_by=by, set_at=now)
        on_call.append({"uuid": str(user.uuid), "duty": str(duty.uuid)})
        alert = Alert.objects.create(
            account_id=user.pk, agency_id=user.agency_id, kind="budget-looks", first_at=now, last_at=now
        )
        alerts.append({"uuid": str(alert.uuid)})
    mine, theirs = (
        {"uuid": str(Export.objects.create(
            holds="tracing.contacts", action="tracing.show", name="kes.csv", form="csv", fields=["Nama"], rows=1,
            people=1, size=9, digest=bytes(32), likeness=bytes(32), purpose_text=CASE, asked_by=by, made_at=now,
        ).uuid)}
        for by in (node.users["health_officer"], node.users["senior_health_officer"])
    )  # fmt: skip
    blind = (CITIZEN, OWNER, "data_steward", "agency_manager", "operator")
    return sampled(auditor=node.users["auditor"], by=(colleague, stranger)) | {
        "duty": Thing("agency_manager", *on_call),
        "alert": Thing("agency_manager", *alerts),
        "export": Thing("health_officer", mine, theirs, blind),
    }


def sampled(*, auditor: User, by: tuple[User, User]) -> dict[str, Thing]:
    """Return an auditor's sample and what it drew of the manager's agency, and those of another auditor and agency."""
    now, found = clock.now(), []
    for n, (drawer, user) in enumerate(zip((auditor, by[1]), by, strict=True)):
        entry = trail.record(by=user, action="people.names", purpose=CASE, at=now - timedelta(days=2))
        sample = Sample.objects.create(
            by_id=drawer.pk, by_name=drawer.name, since=now - timedelta(days=3), until=now - timedelta(days=1), number=1,
            nonce=bytes(32), record=900 + n, committed_at=now, drawn_at=now, root=bytes(32), candidates=1, digest=bytes(32),
        )  # fmt: skip
        drawn = Drawn.objects.create(sample=sample, position=1, entry=entry.uuid)
        trail.judge(by=drawer, number=drawn.pk, finding="questionable", note="tiada dalam fail", at=now)
        found.append((str(sample.uuid), str(drawn.pk)))
    (mine, drawn_by_me), (_theirs, drawn_by_another) = found
    numbers = {"number": drawn_by_me}, {"number": drawn_by_another}
    return {
        "sample": Thing("auditor", {"uuid": mine}, {"uuid": str(uuid4())}),
        "drawn": Thing("auditor", *numbers),
        "asked": Thing("agency_manager", *numbers),
    }


def _of_officers(node: Node) -> None:
    """Searches as an officer starts them; another kind of search has the address of neither."""
    officer = node.browsers["health_officer"]
    for role in ("health_officer", "senior_health_officer"):
        case_of(node.users[role])
    found = {
        "search": searched(officer, "/tracing/", phone=PHONE),
        "visitors": searched(officer, "/tracing/premises/", text="Kedai Kopi Contoh"),
    }
    for name, other in (("search", "visitors"), ("visitors", "search")):
        node.things[name] = Thing("health_officer", {"reference": found[name]}, {"reference": found[other]})


def _of_runs(node: Node) -> None:
    """A run and a contact to call of the officer's office, and of another."""
    stranger = staff("health_officer", agency="Pejabat Jauh", name="Pegawai Jauh", email="jauh@contoh.example")
    met = claimed("Rusydi Rahsia", phone="012-777 5555")
    mine, theirs = (left_behind(user, person=met) for user in (node.users["health_officer"], stranger))
    for name in ("run", "contact", "dispute", "notice-batch"):
        node.things[name] = Thing("health_officer", {"reference": mine[name]}, {"reference": theirs[name]})
    ways = ({"reference": each["contact"], "way": "over"} for each in (mine, theirs))
    node.things["follow-change"] = Thing("health_officer", *ways)
    unsent = str(uuid7())  # a link that nobody was sent
    node.things["notice"] = Thing(NOBODY, {"number": "1", "uuid": mine["notice"]}, {"number": "1", "uuid": unsent})
    own, others = (left_cases(user) for user in (node.users["health_officer"], stranger))
    for name, parts in own.items():
        node.things[name] = Thing("health_officer", parts, others[name])


def searched(client: Client, path: str, **said: str) -> str:
    """Return the reference of a search asked for on a page."""
    form = next(form for form in forms_of(client.get(path)) if form.method == "post" and set(said) <= set(form.fields))
    given = {name: value or CASE for name, value in form.fields.items() if name != "chosen"} | said
    answer = client.post(path, given)
    if answer.status_code == HTTPStatus.OK:  # two premises of one name: choose the first
        given |= next(form.fields for form in forms_of(answer) if form.fields.get("chosen"))
        answer = client.post(path, given)
    return answer.headers["Location"].split("?")[0].strip("/").split("/")[-1]


def _passkeys(node: Node) -> None:
    """A passkey of the owner, and one of the officer's; both signed in a moment ago."""
    keys = {}
    for role in (OWNER, "health_officer"):
        user, client = node.users[role], node.browsers[role]
        keys[role] = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Kunci", "credential": {}})
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    node.things["passkey"] = Thing(OWNER, *({"pk": str(keys[role].pk)} for role in (OWNER, "health_officer")))


def _uuid(node: Node, thing: str) -> Any:
    return UUID(node.things[thing].own["uuid"])
