"""Old codes on walls stand for posters of ours, once, for their owner; and what was scanned finds its poster."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import IntegrityError
from premises.test_actions import SHOP, entries
from racing import at_once

from jejak.formats import oldcodes, postercode, shortcode
from jejak.formats.oldcodes import OldCodeError
from jejak.kernel.ids import uuid7
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.premises import actions, queries
from jejak.premises.errors import (
    DetailsWrong,
    OldCodeIsOurs,
    OldCodeTaken,
    OldCodeUnlike,
    PremisesClosed,
    UnknownPoster,
    UnknownPremises,
)
from jejak.premises.models import Alias, Poster, Premises
from jejak.premises.queries import address_of

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db

NOW = datetime(2022, 1, 21, 7, 15, tzinfo=UTC)
LOCATION = "5f1e8c0b9d3a4e2f7a6b5c4d"
OLD = f"https://mysejahtera.malaysia.gov.my/qrscan?lId={LOCATION}&eln=S2VkYWkgUnVuY2l0IFNlcmk=&formType=REGULAR"


@pytest.fixture
def shop(owner: User) -> actions.Registered:
    return actions.register(by=owner, uuid=uuid7(), details=SHOP, now=NOW)


@pytest.fixture
def stranger(db: None) -> User:
    from jejak.access import actions as access

    return access.add_account(email="lain@contoh.example", name="Orang Lain", kind="owner", role="premises_owner")


def alias(of: actions.Registered, **changed: Any) -> Alias:
    code = oldcodes.read(OLD)
    said = {"poster_id": of.poster.number, "digest": code.digest, "system": code.system, "text": OLD}
    return Alias.objects.create(**(said | {"added_at": NOW, "added_by_name": "Pemilik"} | changed))


# What was scanned ----------------------------------------------------------------------------------------------------


def test_whatever_spells_a_poster_finds_it(shop: actions.Registered) -> None:
    alias(shop)
    code = queries.scan_code(number=shop.poster.number)
    address = address_of(poster=shop.poster, settings=settings(), keyring=keyring())
    assert f"/p/{code}#" in address
    spelled = shortcode.printed(shop.poster.short_code)
    texts = [code, code.lower(), address, f"https://lain.example/p/{code}", spelled, f" {spelled.lower()} ", OLD]
    assert {queries.poster_for(text=text).number for text in texts} == {shop.poster.number}


@pytest.mark.parametrize(
    "text",
    ["", "\0", "x" * 5_000, "ABC-DEFG", "0" * 18, f"https://n.example/p/{'0' * 18}", OLD, "' or 1=1 --", "{{ 7*7 }}"],
)
def test_what_means_no_poster_is_unknown(text: str, shop: actions.Registered) -> None:
    with pytest.raises(UnknownPoster):
        queries.poster_for(text=text)


def test_a_forged_code_is_refused_on_every_key(shop: actions.Registered) -> None:
    right = postercode.parse(queries.scan_code(number=shop.poster.number))
    for version in range(postercode.LARGEST_KEY_VERSION + 1):
        forged = postercode.make(number=right.number, key_version=version, secret=b"?" * 32)
        with pytest.raises(UnknownPoster):
            queries.poster_for(text=f"{settings().base_url}/p/{forged}")


def test_a_withdrawn_or_expired_poster_is_found_and_says_so(owner: User, shop: actions.Registered) -> None:
    code = queries.scan_code(number=shop.poster.number)
    Poster.objects.filter(pk=shop.poster.number).update(expires_at=NOW + timedelta(days=3))
    assert queries.poster_for(text=code).expires_at == NOW + timedelta(days=3)
    actions.retire_poster(by=owner, uuid=shop.place.uuid, short_code=shop.poster.short_code, now=NOW)
    assert queries.poster_for(text=code).retired_at == NOW


def test_an_officer_finds_premises_by_an_old_code(shop: actions.Registered) -> None:
    alias(shop)
    assert [place.id for place in queries.search(text=OLD.replace(LOCATION, LOCATION.upper()))] == [shop.place.id]
    assert queries.search(text=OLD.replace(LOCATION, LOCATION[::-1])) == ()


def test_an_old_code_that_reads_like_a_name_hides_nothing_from_an_officer(
    owner: User, stranger: User, shop: actions.Registered
) -> None:
    theirs = actions.register(by=stranger, uuid=uuid7(), details=SHOP, now=NOW)
    adopt(stranger, theirs, "Kedai Runcit")
    assert {place.id for place in queries.search(text="Kedai Runcit")} == {shop.place.id, theirs.place.id}
    assert len(queries.search(text="Kedai Runcit")) == 2


# Taking over ---------------------------------------------------------------------------------------------------------


def adopt(by: User, place: actions.Registered, text: str = OLD, **said: Any) -> actions.Adopted:
    return actions.adopt_code(by=by, uuid=place.place.uuid, text=text, now=NOW, **said)


def test_an_old_code_gets_a_poster_of_ours_in_its_zone(owner: User, shop: actions.Registered) -> None:
    done = adopt(owner, shop, f"  {OLD}\n", zone="Pintu Belakang")
    assert done.fresh
    assert done.poster.number != shop.poster.number
    assert (done.poster.zone_name, done.poster.old_system, done.poster.old_code) == (
        "Pintu Belakang",
        "mysejahtera",
        OLD,
    )
    assert queries.poster_for(text=OLD.replace(LOCATION, LOCATION.upper())) == done.poster
    assert done.poster in queries.posters_of(owner=owner, uuid=shop.place.uuid)
    alias = Alias.objects.get()
    assert (bytes(alias.digest), alias.added_at, alias.added_by_name) == (oldcodes.read(OLD).digest, NOW, owner.name)
    assert entries()[-1] == (
        "code.adopted",
        {"premises": shop.place.id, "poster": done.poster.number, "alias": alias.pk},
    )


def test_the_same_code_twice_stays_with_its_poster(owner: User, shop: actions.Registered) -> None:
    first = adopt(owner, shop)
    again = adopt(owner, shop, OLD + "&x=1", zone="Lain")
    assert (again.fresh, again.poster) == (False, first.poster)
    assert len(queries.posters_of(owner=owner, uuid=shop.place.uuid)) == 2


def test_another_owner_is_refused_and_only_the_trail_says_whose_it_is(
    owner: User, stranger: User, shop: actions.Registered
) -> None:
    done = adopt(owner, shop)
    theirs = actions.register(by=stranger, uuid=uuid7(), details=SHOP, now=NOW)
    with pytest.raises(OldCodeTaken) as refused:
        adopt(stranger, theirs)
    assert (refused.value.detail, refused.value.extra) == ("", {})
    assert entries()[-1] == (
        "code.refused",
        {"premises": theirs.place.id, "alias": Alias.objects.get().pk, "stands_for": done.poster.number},
    )
    assert queries.poster_for(text=OLD) == done.poster
    assert len(queries.posters_of(owner=stranger, uuid=theirs.place.uuid)) == 1


def test_a_code_of_another_premises_of_one_s_own_is_refused_too(owner: User, shop: actions.Registered) -> None:
    adopt(owner, shop)
    other = actions.register(by=owner, uuid=uuid7(), details=SHOP, now=NOW)
    with pytest.raises(OldCodeTaken):
        adopt(owner, other)


def test_a_withdrawn_code_is_taken_over_again_by_its_owner_alone(
    owner: User, stranger: User, shop: actions.Registered
) -> None:
    first = adopt(owner, shop).poster
    actions.retire_poster(by=owner, uuid=shop.place.uuid, short_code=first.short_code, now=NOW)
    assert queries.poster_for(text=OLD).retired_at == NOW
    theirs = actions.register(by=stranger, uuid=uuid7(), details=SHOP, now=NOW)
    with pytest.raises(OldCodeTaken):
        adopt(stranger, theirs)
    again = adopt(owner, shop)
    assert (again.fresh, again.poster.retired_at) == (True, None)
    assert queries.poster_for(text=OLD) == again.poster
    assert queries.by_short_code(first.short_code).old_code == ""


def test_replacing_its_poster_withdraws_an_old_code_with_it(owner: User, shop: actions.Registered) -> None:
    old = adopt(owner, shop).poster
    actions.replace_poster(by=owner, uuid=shop.place.uuid, short_code=old.short_code, now=NOW)
    assert queries.poster_for(text=OLD).retired_at == NOW


def test_a_poster_of_jejak_is_no_old_code(owner: User, shop: actions.Registered) -> None:
    done = adopt(owner, shop)
    for number in (shop.poster.number, done.poster.number):
        code = queries.scan_code(number=number)
        short = queries.poster_for(text=code).short_code
        for text in (code, short, f"{settings().base_url}/p/{code}#x", f"https://lain.example/p/{'0' * 18}"):
            with pytest.raises(OldCodeIsOurs):
                adopt(owner, shop, text)


@pytest.mark.parametrize(
    "payload", ["{{ 7*7 }}", "${jndi:ldap://x}", "%s%n", "' or 1=1 --", "<script>", "=cmd()", "\u202ex"]
)
def test_a_payload_in_an_old_code_or_zone_is_kept_as_the_text_it_is(
    payload: str, owner: User, shop: actions.Registered
) -> None:
    done = adopt(owner, shop, payload)
    assert (done.poster.old_system, done.poster.old_code) == ("other", payload)
    assert queries.poster_for(text=payload) == done.poster


def test_what_cannot_be_taken_over_leaves_nothing(owner: User, stranger: User, shop: actions.Registered) -> None:
    for text in ("", "a\0b", "x" * 1_001):
        with pytest.raises(OldCodeError):
            adopt(owner, shop, text)
    with pytest.raises(DetailsWrong):
        adopt(owner, shop, zone="x" * 121)
    with pytest.raises(UnknownPremises):
        adopt(stranger, shop)
    actions.close(by=owner, uuid=shop.place.uuid, now=NOW)
    with pytest.raises(PremisesClosed):
        adopt(owner, shop)
    assert not Alias.objects.exists()
    assert len(queries.posters_of(owner=owner, uuid=shop.place.uuid)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_take_over_one_code_at_once_one_gets_it(database: Any, owner: User, stranger: User) -> None:
    places = {by: actions.register(by=by, uuid=uuid7(), details=SHOP, now=NOW) for by in (owner, stranger)}
    outcomes = at_once(*[partial(adopt, by, place) for by, place in places.items()])
    assert [one.fresh for one in outcomes if not isinstance(one, OldCodeTaken)] == [True]
    assert Alias.objects.count() == 1
    assert Poster.objects.count() == 3
    assert [action for action, _ in entries()].count("code.refused") == 1


@pytest.mark.django_db(transaction=True)
def test_the_lanes_hear_of_an_old_code_when_it_is_committed(database: Any, owner: User) -> None:
    shop = actions.register(by=owner, uuid=uuid7(), details=SHOP, now=NOW)
    with psycopg.connect(database.app, autocommit=True) as listening:
        listening.execute("listen jejak_posters")
        adopt(owner, shop)
        heard = list(listening.notifies(timeout=5, stop_after=1))
    assert [notice.payload for notice in heard] == [str(shop.place.id)]


# Whose code it is ----------------------------------------------------------------------------------------------------


def confirm(*places: actions.Registered) -> None:
    Premises.objects.filter(pk__in=[it.place.id for it in places]).update(confirmed_at=NOW, confirmed_way="officer")


def impostor(by: User, name: str = "Kedai Penyamar") -> actions.Registered:
    return actions.register(by=by, uuid=uuid7(), details=replace(SHOP, name=name), now=NOW)


def test_a_code_with_another_name_is_for_confirmed_premises_only(stranger: User) -> None:
    theirs = impostor(stranger)
    with pytest.raises(OldCodeUnlike):
        adopt(stranger, theirs)
    assert not Alias.objects.exists()
    assert entries()[-1] == ("code.refused", {"premises": theirs.place.id, "why": "name"})
    confirm(theirs)
    assert adopt(stranger, theirs).fresh


@pytest.mark.parametrize(
    "name", ["KEDAI RUNCIT SERI SDN. BHD.", "Kedai Runcit Serí", "Seri Kedai Runcit", "Kdai Runcit Seri"]
)
def test_a_code_with_a_name_alike_is_taken_over_without_confirmation(name: str, owner: User) -> None:
    assert adopt(owner, impostor(owner, name)).fresh


def test_a_code_without_a_name_is_taken_over_without_confirmation(owner: User) -> None:
    place = impostor(owner)
    assert adopt(owner, place, f"https://mysejahtera.malaysia.gov.my/qrscan?lId={LOCATION}").fresh
    assert adopt(owner, place, "SELANGKAH-1").fresh


def test_confirmed_premises_take_a_code_over_from_others_and_both_stand_in_the_trail(
    owner: User, stranger: User, shop: actions.Registered
) -> None:
    theirs = impostor(stranger)
    lost = adopt(stranger, theirs, OLD.partition("&eln")[0]).poster
    with pytest.raises(OldCodeTaken):
        adopt(owner, shop)
    confirm(shop)
    done = adopt(owner, shop, zone="Pintu")
    assert done.fresh
    assert queries.poster_for(text=OLD) == done.poster
    assert (done.poster.place.id, done.poster.old_code) == (shop.place.id, OLD)
    after = queries.poster_of(owner=stranger, uuid=theirs.place.uuid, short_code=lost.short_code)
    assert (after.retired_at, after.retired_why, after.retired_reason) == (NOW, "taken-over", "")
    pk = Alias.objects.get().pk
    assert entries()[-2:] == [
        (
            "code.adopted",
            {"premises": shop.place.id, "poster": done.poster.number, "alias": pk, "instead_of": lost.number},
        ),
        ("code.lost", {"premises": theirs.place.id, "poster": lost.number, "alias": pk}),
    ]
    with pytest.raises(OldCodeTaken):
        adopt(stranger, impostor(stranger, "Kedai Runcit Seri"))


def test_a_code_of_confirmed_premises_is_not_taken_over(owner: User, stranger: User, shop: actions.Registered) -> None:
    theirs = impostor(stranger)
    confirm(shop, theirs)
    first = adopt(stranger, theirs).poster
    with pytest.raises(OldCodeTaken):
        adopt(owner, shop)
    assert queries.poster_for(text=OLD) == first


def test_an_officer_releases_a_code_with_a_reason_and_confirmed_premises_get_it(
    owner: User, stranger: User, officer: User, shop: actions.Registered
) -> None:
    theirs = impostor(stranger)
    confirm(theirs)
    lost = adopt(stranger, theirs).poster
    assert actions.look_at_code(by=officer, text=OLD, now=NOW) == lost
    assert entries()[-1] == ("code.seen", {"premises": theirs.place.id, "poster": lost.number})
    with pytest.raises(DetailsWrong):
        actions.release_code(by=officer, text=OLD, short_code=lost.short_code, reason=" ", now=NOW)
    gone = actions.release_code(
        by=officer, text=OLD, short_code=lost.short_code, reason="Kod milik kedai lain", now=NOW
    )
    assert (gone.retired_at, gone.retired_why, gone.retired_reason) == (NOW, "released", "Kod milik kedai lain")
    said = {"premises": theirs.place.id, "poster": lost.number, "alias": Alias.objects.get().pk}
    assert entries()[-1] == ("code.released", said)
    with pytest.raises(UnknownPoster):
        actions.release_code(by=officer, text=OLD, short_code=lost.short_code, reason="Sekali lagi", now=NOW)
    with pytest.raises(OldCodeTaken):
        adopt(owner, shop)
    confirm(shop)
    assert adopt(owner, shop).fresh
    assert queries.poster_for(text=OLD).place.id == shop.place.id


def test_a_code_that_nobody_took_over_cannot_be_released(officer: User, shop: actions.Registered) -> None:
    for text in (OLD, queries.scan_code(number=shop.poster.number)):
        with pytest.raises(UnknownPoster):
            actions.release_code(by=officer, text=text, short_code=shop.poster.short_code, reason="Salah", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_confirmed_premises_that_take_a_code_over_at_once_one_gets_it(
    database: Any, owner: User, stranger: User
) -> None:
    holder = impostor(stranger)
    adopt(stranger, holder, OLD.partition("&eln")[0])
    places = [actions.register(by=owner, uuid=uuid7(), details=SHOP, now=NOW) for _ in range(4)]
    confirm(*places)
    outcomes = at_once(*[partial(adopt, owner, place) for place in places])
    assert [one.fresh for one in outcomes if not isinstance(one, OldCodeTaken)] == [True]
    assert Alias.objects.get().poster.retired_at is None
    assert [action for action, _ in entries()].count("code.lost") == 1
    assert Poster.objects.exclude(retired_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_release_does_not_hit_who_took_the_code_over_in_that_moment(
    database: Any, owner: User, stranger: User, officer: User
) -> None:
    seen = adopt(stranger, impostor(stranger), OLD.partition("&eln")[0]).poster
    shop = actions.register(by=owner, uuid=uuid7(), details=SHOP, now=NOW)
    confirm(shop)
    release = partial(actions.release_code, by=officer, text=OLD, short_code=seen.short_code, reason="Salah", now=NOW)
    taken, released = at_once(partial(adopt, owner, shop), release)
    assert taken.fresh
    assert isinstance(released, UnknownPoster) or released.retired_why == "released"
    found = queries.poster_for(text=OLD)
    assert (found.place.id, found.retired_at) == (shop.place.id, None)
    assert queries.by_short_code(seen.short_code).retired_why in {"taken-over", "released"}


# What the database refuses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [
        ("alias_system_is_code", {"system": "MySejahtera!"}),
        ("alias_system_is_code", {"system": ""}),
        ("alias_digest_is_sha256", {"digest": b"x" * 31}),
        ("alias_text_bounded", {"text": ""}),
        ("alias_text_bounded", {"text": "x" * 1_001}),
    ],
)
def test_an_old_code_that_must_not_be_is_refused(
    constraint: str, changed: dict[str, Any], shop: actions.Registered
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        alias(shop, **changed)


def test_an_old_code_stands_for_one_poster(shop: actions.Registered) -> None:
    alias(shop)
    with pytest.raises(IntegrityError, match="premises_alias_digest_key"):
        alias(shop, text="SAFEENTRY-1", digest=sha256(oldcodes.read(OLD).key.encode()).digest())


@pytest.mark.parametrize(
    "changed",
    [
        {"retired_why": "taken-over"},
        {"retired_why": "released", "retired_at": NOW},
        {"retired_reason": "x", "retired_at": NOW},
        {"retired_why": "other", "retired_at": NOW},
    ],
)
def test_why_a_poster_went_fits_what_is_said_of_it(
    changed: dict[str, Any], owner: User, shop: actions.Registered
) -> None:
    by = {"retired_by_id": owner.id} if "retired_at" in changed else {}
    with pytest.raises(IntegrityError, match="poster_retired_why_fits"):
        Poster.objects.filter(pk=shop.poster.number).update(**changed, **by)
