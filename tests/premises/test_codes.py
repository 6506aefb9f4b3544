"""Old codes on walls stand for posters of ours, once, for their owner; and what was scanned finds its poster."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError
from premises.test_actions import SHOP

from jejak.formats import oldcodes, postercode, shortcode
from jejak.kernel.ids import uuid7
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.premises import actions, posters, queries
from jejak.premises.errors import UnknownPoster
from jejak.premises.models import Alias, Poster

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
    address = posters.address(shop.poster, settings=settings(), keyring=keyring())
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


# What the database refuses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [
        ("alias_system_is_code", {"system": "MySejahtera!"}),
        ("alias_system_is_code", {"system": ""}),
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
