"""Parts of a premises and their tenants, and handing over the whole: nobody sees more than is theirs."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, connections
from django.urls import reverse
from premises.shops import NOW, account, browser, shop, text_of, trail

from jejak.kernel.ids import uuid7
from jejak.premises import actions, queries
from jejak.premises.errors import (
    DetailsWrong,
    InvitationRefused,
    PremisesClosed,
    UnknownInvitation,
    UnknownPoster,
    UnknownPremises,
    UnknownZone,
)
from jejak.premises.models import Invitation
from jejak.premises.zonekinds import zone_kind

if TYPE_CHECKING:
    from jejak.access.models import User
from jejak.premises.queries import Place, ZoneOf

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def mall(owner: User) -> Place:
    return shop(owner, name="Pusat Beli-belah Contoh", branch="", kind="mall")


@pytest.fixture
def zone(owner: User, mall: Place) -> ZoneOf:
    return actions.add_zone(by=owner, uuid=mall.uuid, name="Kedai Buku", stay=25, now=NOW)


@pytest.fixture
def tenant(db: None) -> User:
    return account("penyewa@contoh.example", "Penyewa Contoh")


def let(owner: User, tenant: User, zone: ZoneOf) -> ZoneOf:
    made = actions.invite_tenant(
        by=owner, uuid=zone.premises.uuid, zone=zone.uuid, email=" Penyewa@Contoh.example", now=NOW
    )
    actions.accept(by=tenant, token=made.token, now=NOW)
    return queries.zone_of(owner=tenant, uuid=zone.uuid)


def test_a_part_has_a_name_and_a_stay_of_its_own(owner: User, mall: Place, zone: ZoneOf) -> None:
    assert (zone.name, zone.stay_minutes, zone.own_stay, zone.tenant) == ("Kedai Buku", 25, 25, "")
    other = actions.add_zone(by=owner, uuid=mall.uuid, name="Pintu  Utama", stay=None, now=NOW)
    assert (other.name, other.stay_minutes) == ("Pintu Utama", mall.stay_minutes)
    assert [each.name for each in queries.zones_of(owner=owner, uuid=mall.uuid)] == ["Kedai Buku", "Pintu Utama"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Pintu Masuk", "entrance"), ("PINTU KELUAR", "exit"), ("Pintu Masuk / Keluar", "entrance"), ("Exit 3", "exit"),
        ("Lobi Utara", "entrance"), ("Pintu Utama", "entrance"), ("Restoran Keluarga", "room"), ("Kedai Buku", "room"),
        ("Main Entrance", "entrance"), ("", "room"),
    ],
)  # fmt: skip
def test_a_part_s_name_tells_whether_it_is_a_door(name: str, kind: str) -> None:
    assert zone_kind(name=name) == kind
    assert zone_kind(name=name, given="room") == "room"
    with pytest.raises(DetailsWrong):
        zone_kind(name=name, given="roof")


def test_a_visit_at_an_exit_counts_five_minutes_for_every_door(owner: User, mall: Place) -> None:
    way_out = actions.add_zone(by=owner, uuid=mall.uuid, name="Pintu Keluar", stay=60, now=NOW)
    assert (way_out.kind, way_out.stay_minutes) == ("exit", 5)
    actions.issue_poster(by=owner, uuid=mall.uuid, zone="Pintu Keluar", now=NOW)
    actions.issue_poster(by=owner, uuid=mall.uuid, zone="Tangga", kind="exit", now=NOW)
    actions.issue_poster(by=owner, uuid=mall.uuid, zone="Kedai Kasut", now=NOW)
    from jejak.store import sql

    with connection.cursor() as cursor:
        cursor.execute(f"select zone_name, stay_minutes from ({sql.load('premises', 'catalogue')}) c order by 1")
        told = dict(cursor.fetchall())
    assert told == {"": mall.stay_minutes, "Kedai Kasut": mall.stay_minutes, "Pintu Keluar": 5, "Tangga": 5}
    assert {it.name: it.stay_minutes for it in queries.zones_of(owner=owner, uuid=mall.uuid)} == {
        name: minutes for name, minutes in told.items() if name
    }
    changed = actions.revise_zone(by=owner, uuid=mall.uuid, zone=way_out.uuid, name="Keluar", stay=None, now=NOW)
    assert changed.kind == "exit"
    changed = actions.revise_zone(
        by=owner, uuid=mall.uuid, zone=way_out.uuid, name="Keluar", stay=None, kind="entrance", now=NOW
    )
    assert (changed.kind, changed.stay_minutes) == ("entrance", mall.stay_minutes)


def test_the_pages_of_parts_and_posters_ask_what_a_part_is(owner: User, mall: Place) -> None:
    mine = browser(owner)
    parts, issue = (reverse(f"premises:{name}", args=[mall.uuid]) for name in ("zones", "issue"))
    mine.post(parts, {"name": "Pintu Masuk", "kind": ""})
    mine.post(parts, {"name": "Tangga Belakang", "kind": "exit"})
    mine.post(issue, {"zone": "Pintu Keluar", "kind": ""})
    mine.post(issue, {"zone": "Lobi", "kind": "room"})
    mine.post(issue, {"zone": "Lobi", "kind": "exit"})  # it is there already, and stays what it is
    kinds = {it.name: (it.kind, it.uuid) for it in queries.zones_of(owner=owner, uuid=mall.uuid)}
    assert {name: kind for name, (kind, _) in kinds.items()} == {
        "Lobi": "room", "Pintu Keluar": "exit", "Pintu Masuk": "entrance", "Tangga Belakang": "exit",
    }  # fmt: skip
    page = reverse("premises:zone", args=[mall.uuid, kinds["Lobi"][1]])
    shown = mine.get(page).content.decode()
    assert '<option value="room" selected>' in shown
    assert '<option value=""' not in shown
    mine.post(page, {"name": "Lobi", "kind": "entrance"})
    assert queries.zone_in(owner=owner, uuid=mall.uuid, zone=kinds["Lobi"][1]).kind == "entrance"
    assert mine.post(parts, {"name": "Bumbung", "kind": "roof"}).status_code == 422


@pytest.mark.parametrize(
    ("name", "stay", "problem"),
    [("", None, "missing"), ("Kedai Buku", None, "taken"), ("A", 0, "range"), ("A", 9999, "range"), ("x" * 121, None, "too-long")],
)  # fmt: skip
def test_a_part_that_cannot_be_is_refused(
    owner: User, mall: Place, zone: ZoneOf, name: str, stay: int | None, problem: str
) -> None:
    with pytest.raises(DetailsWrong) as caught:
        actions.add_zone(by=owner, uuid=mall.uuid, name=name, stay=stay, now=NOW)
    assert caught.value.problem == problem


def test_a_part_is_renamed_and_the_lanes_see_its_stay(owner: User, mall: Place, zone: ZoneOf) -> None:
    actions.issue_poster(by=owner, uuid=mall.uuid, zone="Kedai Buku", now=NOW)
    changed = actions.revise_zone(by=owner, uuid=mall.uuid, zone=zone.uuid, name="Kedai Majalah", stay=30, now=NOW)
    assert (changed.name, changed.stay_minutes) == ("Kedai Majalah", 30)
    from jejak.store import sql

    with connection.cursor() as cursor:
        cursor.execute(f"select zone_name, stay_minutes from ({sql.load('premises', 'catalogue')}) c order by 1")
        assert cursor.fetchall() == [("", mall.stay_minutes), ("Kedai Majalah", 30)]


def test_an_invited_account_gets_the_part_and_nothing_else(
    owner: User, mall: Place, zone: ZoneOf, tenant: User
) -> None:
    actions.issue_poster(by=owner, uuid=mall.uuid, zone="Kedai Buku", now=NOW)
    other = actions.add_zone(by=owner, uuid=mall.uuid, name="Kedai Kasut", stay=None, now=NOW)
    mine = let(owner, tenant, zone)
    assert mine.premises.name == "Pusat Beli-belah Contoh"
    assert [each.uuid for each in queries.tenancies_of(owner=tenant)] == [zone.uuid]
    assert [each.zone_name for each in queries.zone_posters_of(owner=tenant, uuid=zone.uuid)] == ["Kedai Buku"]
    assert queries.zone_in(owner=owner, uuid=mall.uuid, zone=zone.uuid).tenant == "Penyewa Contoh"
    assert queries.premises_of(owner=tenant) == ()
    for ask in (
        lambda: queries.one_of(owner=tenant, uuid=mall.uuid),
        lambda: queries.zones_of(owner=tenant, uuid=mall.uuid),
    ):
        with pytest.raises(UnknownPremises):
            ask()
    with pytest.raises(UnknownZone):
        queries.zone_of(owner=tenant, uuid=other.uuid)
    entrance = queries.posters_of(owner=owner, uuid=mall.uuid)[-1]
    with pytest.raises(UnknownPoster):
        queries.zone_poster_of(owner=tenant, uuid=zone.uuid, short_code=entrance.short_code)


def test_a_tenant_replaces_its_own_poster_and_no_other(owner: User, mall: Place, zone: ZoneOf, tenant: User) -> None:
    old = actions.issue_poster(by=owner, uuid=mall.uuid, zone="Kedai Buku", now=NOW)
    let(owner, tenant, zone)
    new = actions.replace_zone_poster(by=tenant, zone=zone.uuid, short_code=old.short_code, now=NOW + DAY)
    assert (new.zone_uuid, new.retired_at) == (zone.uuid, None)
    assert queries.by_short_code(old.short_code).retired_at == NOW + DAY
    entrance = next(it for it in queries.posters_of(owner=owner, uuid=mall.uuid) if not it.zone_name)
    with pytest.raises(UnknownPoster):
        actions.replace_zone_poster(by=tenant, zone=zone.uuid, short_code=entrance.short_code, now=NOW)
    actions.close(by=owner, uuid=mall.uuid, now=NOW + DAY)
    with pytest.raises(PremisesClosed):
        actions.issue_zone_poster(by=tenant, zone=zone.uuid, now=NOW + DAY)


@pytest.mark.parametrize("ending", ["owner", "tenant"])
def test_either_side_ends_a_tenancy(owner: User, mall: Place, zone: ZoneOf, tenant: User, ending: str) -> None:
    let(owner, tenant, zone)
    if ending == "owner":
        actions.end_tenancy(by=owner, uuid=mall.uuid, zone=zone.uuid, now=NOW)
    else:
        actions.leave(by=tenant, zone=zone.uuid, now=NOW)
    assert queries.tenancies_of(owner=tenant) == ()
    with pytest.raises(UnknownZone):
        queries.zone_of(owner=tenant, uuid=zone.uuid)
    assert trail()[-1] == "zone.tenancy-ended"


def test_a_token_is_kept_as_a_digest_only(owner: User, zone: ZoneOf) -> None:
    made = actions.invite_tenant(by=owner, uuid=zone.premises.uuid, zone=zone.uuid, email="a@b.example", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("select string_agg(i::text, ' ') from premises_invitation i")
        kept = cursor.fetchone()[0]
    assert str(made.token) not in kept
    assert made.token.hex not in kept


def test_only_the_invited_address_accepts_once_and_in_time(owner: User, zone: ZoneOf, tenant: User) -> None:
    stranger = account("lain@contoh.example")
    made = actions.invite_tenant(
        by=owner, uuid=zone.premises.uuid, zone=zone.uuid, email="penyewa@contoh.example", now=NOW
    )
    for who, token, at in (
        (stranger, made.token, NOW),
        (owner, made.token, NOW),
        (tenant, uuid4(), NOW),
        (tenant, made.token, NOW + 14 * DAY),
    ):
        with pytest.raises(UnknownInvitation):
            actions.accept(by=who, token=token, now=at)
    actions.accept(by=tenant, token=made.token, now=NOW + 13 * DAY)
    with pytest.raises(UnknownInvitation):
        actions.accept(by=tenant, token=made.token, now=NOW + 13 * DAY)


def test_a_withdrawn_or_newer_invitation_opens_nothing(owner: User, zone: ZoneOf, tenant: User) -> None:
    ask = {"by": owner, "uuid": zone.premises.uuid, "zone": zone.uuid, "email": "penyewa@contoh.example", "now": NOW}
    first, second = actions.invite_tenant(**ask), actions.invite_tenant(**ask)
    actions.withdraw_invitation(by=owner, uuid=zone.premises.uuid, invitation=second.uuid, now=NOW)
    for made in (first, second):
        with pytest.raises(UnknownInvitation):
            actions.accept(by=tenant, token=made.token, now=NOW)
    assert queries.invitations_of(owner=owner, uuid=zone.premises.uuid, now=NOW) == ()


@pytest.mark.parametrize(
    ("email", "problem"),
    [("", "address"), ("x", "address"), ("a@b", "address"), ("a b@c.my", "address"), ("a@b.my\r\nBcc: c@d.my", "address"),
     ("pemilik@contoh.example", "own-address"), ("x" * 250 + "@contoh.my", "address")],
)  # fmt: skip
def test_an_address_that_cannot_be_invited_is_refused(owner: User, zone: ZoneOf, email: str, problem: str) -> None:
    with pytest.raises(InvitationRefused) as caught:
        actions.invite_tenant(by=owner, uuid=zone.premises.uuid, zone=zone.uuid, email=email, now=NOW)
    assert caught.value.problem == problem


def test_an_account_fills_nobody_s_mailbox(owner: User, zone: ZoneOf) -> None:
    ask = {"by": owner, "uuid": zone.premises.uuid, "zone": zone.uuid, "now": NOW}
    made = [actions.invite_tenant(**ask, email=f"a{n}@b.example") for n in range(51)]
    assert [each.by_mail for each in made] == [True] * 50 + [False]
    later = actions.invite_tenant(**(ask | {"now": NOW + DAY}), email="a@b.example")
    assert later.by_mail


def test_a_let_part_or_a_closed_premises_invites_nobody(owner: User, zone: ZoneOf, tenant: User) -> None:
    ask = {"by": owner, "uuid": zone.premises.uuid, "zone": zone.uuid, "email": "lain@contoh.example", "now": NOW}
    let(owner, tenant, zone)
    with pytest.raises(InvitationRefused):
        actions.invite_tenant(**ask)
    actions.end_tenancy(by=owner, uuid=zone.premises.uuid, zone=zone.uuid, now=NOW)
    actions.close(by=owner, uuid=zone.premises.uuid, now=NOW)
    with pytest.raises(InvitationRefused):
        actions.invite_tenant(**ask)


def test_a_premises_is_handed_over_with_its_tenants_and_the_old_owner_sees_nothing(
    owner: User, mall: Place, zone: ZoneOf, tenant: User
) -> None:
    let(owner, tenant, zone)
    actions.ask_an_officer(by=owner, uuid=mall.uuid, now=NOW)
    actions.confirm(by=owner, proof=queries.waiting(now=NOW)[0].uuid, now=NOW)
    other = actions.add_zone(by=owner, uuid=mall.uuid, name="Aras 2", stay=None, now=NOW)
    pending = actions.invite_tenant(by=owner, uuid=mall.uuid, zone=other.uuid, email="c@d.example", now=NOW)
    buyer = account("pembeli@contoh.example", "Pembeli")
    made = actions.offer_transfer(by=owner, uuid=mall.uuid, email="pembeli@contoh.example", now=NOW)
    assert queries.one_of(owner=owner, uuid=mall.uuid), "an offer alone changes nothing"
    actions.accept(by=buyer, token=made.token, now=NOW)
    assert queries.one_of(owner=buyer, uuid=mall.uuid).confirmed is False
    assert queries.tenancies_of(owner=tenant)[0].uuid == zone.uuid
    assert queries.premises_of(owner=owner) == ()
    for ask in (queries.one_of, queries.zones_of, queries.posters_of):
        with pytest.raises(UnknownPremises):
            ask(owner=owner, uuid=mall.uuid)
    with pytest.raises(UnknownInvitation):
        actions.accept(by=account("c@d.example"), token=pending.token, now=NOW)
    assert {"premises.transfer-offered", "premises.transferred"} <= set(trail())
    with connection.cursor() as cursor:
        cursor.execute("select detail from trail_entry where action = 'premises.transferred'")
        said = cursor.fetchone()[0]
    import json

    detail = json.loads(said) if isinstance(said, str) else said
    assert (detail["before"], detail["after"]) == (owner.pk, buyer.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["tenant", "transfer"])
def test_of_many_who_accept_at_once_one_does(database: Any, owner: User, kind: str) -> None:
    mall = shop(owner)
    zone = actions.add_zone(by=owner, uuid=mall.uuid, name="Aras 1", stay=None, now=NOW)
    invited = account("penyewa@contoh.example")
    if kind == "tenant":
        made = actions.invite_tenant(by=owner, uuid=mall.uuid, zone=zone.uuid, email=invited.email, now=NOW)
    else:
        made = actions.offer_transfer(by=owner, uuid=mall.uuid, email=invited.email, now=NOW)

    def attempt(_: int) -> bool:
        try:
            actions.accept(by=invited, token=made.token, now=NOW)
        except UnknownInvitation:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(attempt, range(6))) == [False] * 5 + [True]
    assert trail().count("zone.tenancy-accepted") + trail().count("premises.transferred") == 1


@pytest.mark.django_db(transaction=True)
def test_accepting_while_it_is_withdrawn_does_one_of_both(database: Any, owner: User) -> None:
    mall = shop(owner)
    invited = account("penyewa@contoh.example")
    made = actions.offer_transfer(by=owner, uuid=mall.uuid, email=invited.email, now=NOW)

    def attempt(which: int) -> str:
        try:
            if which:
                actions.accept(by=invited, token=made.token, now=NOW)
                return "accepted"
            actions.withdraw_invitation(by=owner, uuid=mall.uuid, invitation=made.uuid, now=NOW)
        except (UnknownInvitation, UnknownPremises):
            pass
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(2) as pool:
        accepted = "accepted" in list(pool.map(attempt, (1, 0)))
    it = Invitation.objects.get(uuid=made.uuid)
    assert (it.accepted_at is not None) is accepted
    assert (it.accepted_at is None) != (it.withdrawn_at is None)


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [
        ("invitation_kind_fits_zone", {"kind": "transfer"}),
        ("invitation_kind_fits_zone", {"zone_id": None}),
        ("invitation_kind_fits_zone", {"kind": "gift"}),
        ("invitation_acceptance_paired", {"accepted_at": NOW}),
        ("invitation_acceptance_paired", {"accepted_by": True}),
        ("invitation_ends_once", {"accepted_at": NOW, "accepted_by": True, "withdrawn_at": NOW}),
        ("invitation_expires_after", {"expires_at": NOW}),
        ("premises_invitation_token_digest", {"token_digest": b"1" * 32}),
    ],
)
def test_the_database_refuses_an_invitation_that_must_not_be(
    owner: User, zone: ZoneOf, constraint: str, changed: dict[str, Any]
) -> None:
    row = {
        "kind": "tenant", "premises_id": zone.premises.id, "zone_id": zone.id, "email": "a@b.example",
        "token_digest": b"0" * 32, "invited_by": owner, "invited_at": NOW, "expires_at": NOW + DAY,
    }  # fmt: skip
    Invitation.objects.create(**(row | {"token_digest": b"1" * 32}))
    if "accepted_by" in changed:
        changed = changed | {"accepted_by": owner}
    with pytest.raises(IntegrityError, match=constraint):
        Invitation.objects.create(**(row | changed))


# -- Pages ----------------------------------------------------------------------------------------------------------


def owners_addresses(place: Any, zone: Any, invitation: Any) -> list[str]:
    return [
        reverse("premises:zones", args=[place]),
        reverse("premises:zone", args=[place, zone]),
        reverse("premises:invite", args=[place, zone]),
        reverse("premises:end", args=[place, zone]),
        reverse("premises:transfer", args=[place]),
        reverse("premises:withdraw", args=[place, invitation]),
        reverse("premises:proof", args=[place]),
        *(reverse("premises:ask", args=[place, way]) for way in ("phone", "post", "officer")),
        *(reverse("premises:check", args=[place, way]) for way in ("phone", "post")),
    ]


def tenants_addresses(zone: Any, code: str, token: Any) -> list[str]:
    return [
        reverse("premises:tenancy", args=[zone]),
        reverse("premises:leave", args=[zone]),
        reverse("premises:tenant-issue", args=[zone]),
        reverse("premises:tenant-replace", args=[zone, code]),
        reverse("premises:tenant-file", args=[zone, code, "poster.pdf"]),
        reverse("premises:invitation", args=[token]),
    ]


def test_what_is_another_s_answers_like_what_is_not_there(owner: User, mall: Place, zone: ZoneOf, tenant: User) -> None:
    poster = actions.issue_poster(by=owner, uuid=mall.uuid, zone="Kedai Buku", now=NOW)
    let(owner, tenant, zone)
    made = actions.offer_transfer(by=owner, uuid=mall.uuid, email="c@d.example", now=NOW)
    stranger = browser(account("lain@contoh.example"))
    real = owners_addresses(mall.uuid, zone.uuid, made.uuid)
    real += tenants_addresses(zone.uuid, poster.short_code, made.token)
    nothing = owners_addresses(uuid7(), uuid7(), uuid7()) + tenants_addresses(uuid7(), "0000000", uuid4())
    for theirs, none in zip(real, nothing, strict=True):
        for ask in ("get", "post"):
            form = {"code": "1", "email": "a@b.my", "name": "x"}
            answers = [getattr(stranger, ask)(address, form) for address in (theirs, none)]
            assert [answer.status_code for answer in answers] in ([404, 404], [405, 405]), theirs
    seen = [browser(tenant).get(each).status_code for each in owners_addresses(mall.uuid, zone.uuid, made.uuid)[:5]]
    assert seen == [404, 404, 405, 404, 404]
    assert queries.zone_in(owner=owner, uuid=mall.uuid, zone=zone.uuid).tenant_id == tenant.pk


def test_the_pages_let_a_part_to_a_tenant_who_sees_only_it(owner: User, mall: Place, tenant: User) -> None:
    mine, theirs = browser(owner), browser(tenant)
    answer = mine.post(reverse("premises:zones", args=[mall.uuid]), {"name": "Kedai Buku", "stay": "25"}, follow=True)
    assert "Kedai Buku" in text_of(answer)
    zone = queries.zones_of(owner=owner, uuid=mall.uuid)[0]
    mine.post(reverse("premises:issue", args=[mall.uuid]), {"zone": "Kedai Buku"})
    address = reverse("premises:invite", args=[mall.uuid, zone.uuid])
    assert mine.post(address, {"email": "salah"}).status_code == 422
    invited = mine.post(address, {"email": "penyewa@contoh.example"})
    assert invited.headers["Cache-Control"] == "no-store"
    assert "<svg" in invited.content.decode()
    [link] = set(re.findall(r"/premises/invitations/[0-9a-f-]{36}/", invited.content.decode()))
    assert link not in mine.get(reverse("premises:zone", args=[mall.uuid, zone.uuid])).content.decode()
    from jejak.kernel import clock
    from jejak.messaging import actions as messaging
    from jejak.messaging import queries as messages

    messaging.send_due(clock=clock.now)
    assert link in messages.console()[0].text
    assert browser(account("lain@contoh.example")).get(link).status_code == 404
    assert "Pusat Beli-belah Contoh" in text_of(theirs.get(link))
    accepted = theirs.post(link, follow=True)
    assert "Kedai Buku" in text_of(accepted)
    assert theirs.get(link).status_code == 404
    assert reverse("premises:tenancy", args=[zone.uuid]) in theirs.get(reverse("premises:list")).content.decode()
    code = queries.zone_posters_of(owner=tenant, uuid=zone.uuid)[0].short_code
    pdf = theirs.get(reverse("premises:tenant-file", args=[zone.uuid, code, "poster.pdf"]))
    assert pdf.content.startswith(b"%PDF")
    assert theirs.get(reverse("premises:tenant-file", args=[zone.uuid, code, "x.exe"])).status_code == 404
    assert theirs.get(reverse("premises:tenant-replace", args=[zone.uuid, code])).status_code == 200
    theirs.post(reverse("premises:tenant-replace", args=[zone.uuid, code]), follow=True)
    assert theirs.get(reverse("premises:tenant-file", args=[zone.uuid, code, "qr.svg"])).status_code == 410
    assert theirs.get(reverse("premises:detail", args=[mall.uuid])).status_code == 404
    mine.post(reverse("premises:end", args=[mall.uuid, zone.uuid]))
    assert theirs.get(reverse("premises:tenancy", args=[zone.uuid])).status_code == 404


def test_the_pages_hand_over_a_premises(owner: User, mall: Place) -> None:
    mine, buyer = browser(owner), account("pembeli@contoh.example")
    offered = mine.post(reverse("premises:transfer", args=[mall.uuid]), {"email": buyer.email})
    [link] = set(re.findall(r"/premises/invitations/[0-9a-f-]{36}/", offered.content.decode()))
    assert "pembeli@contoh.example" in text_of(mine.get(reverse("premises:transfer", args=[mall.uuid])))
    theirs = browser(buyer)
    theirs.post(link, follow=True)
    assert "Pusat Beli-belah Contoh" in text_of(theirs.get(reverse("premises:list")))
    assert mine.get(reverse("premises:detail", args=[mall.uuid])).status_code == 404


def test_every_page_keeps_to_the_content_policy_in_both_languages(owner: User, mall: Place, zone: ZoneOf) -> None:
    mine = browser(owner)
    for language in ("ms", "en"):
        mine.cookies["jejak_language"] = language
        for name in ("zones", "transfer", "proof", "detail"):
            answer = mine.get(reverse(f"premises:{name}", args=[mall.uuid]))
            assert (answer.status_code, answer.headers["Content-Language"]) == (200, language)
            assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", answer.content.decode())
        answer = mine.post(reverse("premises:invite", args=[mall.uuid, zone.uuid]), {"email": "c@d.example"})
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", answer.content.decode())


@pytest.mark.parametrize("payload", ["{{ 7*7 }}", "<script>alert(1)</script>", "%(x)s"])
def test_what_is_typed_is_never_a_template(owner: User, mall: Place, payload: str) -> None:
    mine = browser(owner)
    mine.post(reverse("premises:zones", args=[mall.uuid]), {"name": payload})
    zone = queries.zones_of(owner=owner, uuid=mall.uuid)[0]
    for address in owners_addresses(mall.uuid, zone.uuid, uuid7())[:2]:
        assert "<script>alert" not in mine.get(address).content.decode()
