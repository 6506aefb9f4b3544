"""A browser's key is certified for whoever shows a visitor token, and for nobody else."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lane.stand import Answer, Site, Visitor, ask

from jejak.formats import offlinereceipt
from jejak.formats.descriptor import public_key
from jejak.lane.app import Lane

DEVICE = ec.generate_private_key(ec.SECP256R1())
POINT = DEVICE.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
KEY = urlsafe_b64encode(POINT).rstrip(b"=").decode()
JSON = {"content-type": "application/json"}


async def register(lane: Lane, body: Any, **headers: str) -> Answer:
    sent = JSON | {name.replace("_", "-"): value for name, value in headers.items()}
    return await ask(lane, "POST", "/v1/devices", body=json.dumps(body).encode(), headers=sent)


def test_a_guard_who_knows_the_nodes_keys_believes_what_a_certified_device_signed(site: Site, token: str) -> None:
    answer = site.run(lambda lane: register(lane, {"key": KEY, "visitor": token}))
    assert answer.status == 201
    certificate = answer.json["certificate"]
    raw = urlsafe_b64decode(certificate + "=" * (-len(certificate) % 4))
    body = b"\x01" + raw + site.code.encode() + (1_700_000_000_000).to_bytes(6) + (1).to_bytes(4) + b"\x03"
    r, s = decode_dss_signature(DEVICE.sign(b"jejak/offline/v1\0" + body, ec.ECDSA(SHA256())))
    shown = "JEJAK-OFFLINE:" + urlsafe_b64encode(body + r.to_bytes(32) + s.to_bytes(32)).rstrip(b"=").decode()
    keys = {key.id: public_key(key.secret) for key in site.ring.all("descriptor")}
    found = offlinereceipt.read(shown, public_keys=keys)
    assert (found.code, found.people) == (site.code, 3)
    assert found.until == date.fromisoformat(answer.json["until"])


def test_a_browser_registers_by_its_cookie_from_our_own_page_only(site: Site, token: str) -> None:
    cookie = f"jejak_visitor={token}"

    async def act(lane: Lane) -> list[int]:
        answers = [
            await register(lane, {"key": KEY}, cookie=cookie, sec_fetch_site="same-origin"),
            await register(lane, {"key": KEY}, cookie=cookie, sec_fetch_site="cross-site"),
            await register(lane, {"key": KEY}, cookie=cookie, origin="https://evil.example", host="jejak.example"),
            await register(lane, {"key": KEY}, sec_fetch_site="same-origin"),
        ]
        return [answer.status for answer in answers]

    assert site.run(act) == [201, 403, 403, 422]


@pytest.mark.parametrize(
    "key",
    [
        None,
        1,
        [],
        "",
        "A" * 87,
        "é" * 87,
        pytest.param(KEY[:-1], id="a key short of a letter"),
        pytest.param(KEY + "A", id="a key with a letter more"),
        "!" * 87,
        "_" * 87,
    ],
)
def test_what_is_no_key_is_refused(site: Site, token: str, key: Any) -> None:
    answer = site.run(lambda lane: register(lane, {"key": key, "visitor": token}))
    assert (answer.status, answer.json["code"], answer.json["field"]) == (422, "field-invalid", "key")


@pytest.mark.parametrize(("visitor", "code"), [(1, "field-invalid"), ({}, "field-invalid"), ("x", "visitor-unknown")])
def test_nobody_is_not_certified(site: Site, visitor: Any, code: str) -> None:
    answer = site.run(lambda lane: register(lane, {"key": KEY, "visitor": visitor}))
    assert (answer.status, answer.json["code"]) == (422, code)


def test_only_small_json_is_read(site: Site, token: str) -> None:
    async def act(lane: Lane) -> list[int]:
        bodies = [b"[", b"[]", b"[" * 4000, b"x" * 20_000]
        answers = [await ask(lane, "POST", "/v1/devices", body=body, headers=JSON) for body in bodies]
        answers.append(await ask(lane, "POST", "/v1/devices", body=b"{}", headers={"content-type": "text/plain"}))
        answers.append(await Visitor(lane, site.code).open("/v1/devices"))
        return [answer.status for answer in answers]

    assert site.run(act) == [400, 400, 400, 413, 415, 405]
