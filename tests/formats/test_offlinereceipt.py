"""Receipts made without a network: signed by a browser's key that the node certified."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from jejak.formats import offlinereceipt, postercode
from jejak.formats.descriptor import public_key
from jejak.formats.offlinereceipt import OfflineReceipt, OfflineReceiptError

SEED = bytes(range(32))
KEYS = {1: public_key(SEED)}
DEVICE = ec.derive_private_key(20220121, ec.SECP256R1())
POINT = DEVICE.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
UNTIL = date(2022, 2, 20)
MADE = datetime(2022, 1, 21, 7, 15, 0, 250_000, tzinfo=UTC)
CODE = postercode.make(number=7, key_version=1, secret=bytes(32))


def certificate(**more: Any) -> bytes:
    given: dict[str, Any] = {"key": POINT, "until": UNTIL, "key_id": 1, "private_key": SEED} | more
    text = offlinereceipt.certify(**given)
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def body(
    *,
    code: bytes = CODE.encode(),
    made: int = int(MADE.timestamp() * 1000),
    sequence: int = 3,
    people: int = 2,
    certified: bytes = b"",
    version: int = 1,
) -> bytes:
    return (
        bytes([version])
        + (certified or certificate())
        + code
        + made.to_bytes(6)
        + sequence.to_bytes(4)
        + bytes([people])
    )


def signed(plain: bytes, *, device: Any = DEVICE) -> bytes:
    r, s = decode_dss_signature(device.sign(b"jejak/offline/v1\0" + plain, ec.ECDSA(SHA256())))
    return plain + r.to_bytes(32) + s.to_bytes(32)


def text(raw: bytes) -> str:
    return "JEJAK-OFFLINE:" + urlsafe_b64encode(raw).rstrip(b"=").decode()


def step_of(given: str, keys: Any = KEYS) -> str:
    with pytest.raises(OfflineReceiptError) as refused:
        offlinereceipt.read(given, public_keys=keys)
    return refused.value.step


def test_what_a_certified_device_signed_is_read_back() -> None:
    raw = signed(body())
    assert len(raw) == 226
    assert offlinereceipt.read(text(raw), public_keys=KEYS) == OfflineReceipt(CODE, MADE, 3, 2, UNTIL)


def test_a_receipt_made_by_a_browser_is_read() -> None:
    """Source: Web Cryptography in Chromium: generateKey (not extractable), sign with {name: ECDSA, hash: SHA-256}."""
    assert offlinereceipt.read(FROM_BROWSER, public_keys=KEYS).sequence == 1


def test_a_certificate_has_its_bytes_where_the_wire_says() -> None:
    raw = certificate()
    assert len(raw) == 132
    assert raw[:2] == b"\x01\x01"
    assert int.from_bytes(raw[2:4]) == (UNTIL - date(1970, 1, 1)).days
    assert raw[4:68] == POINT[1:]


def test_the_last_millisecond_of_the_last_day_is_in_time_and_the_next_is_not() -> None:
    midnight = int(datetime(2022, 2, 21, tzinfo=UTC).timestamp() * 1000)
    assert offlinereceipt.read(text(signed(body(made=midnight - 1))), public_keys=KEYS).until == UNTIL
    assert step_of(text(signed(body(made=midnight)))) == "expiry"
    assert step_of(text(signed(body(made=2**48 - 1)))) == "expiry"


@pytest.mark.parametrize(
    ("given", "step"),
    [
        ("", "prefix"),
        ("HC1:NCF", "prefix"),
        ("jejak-offline:AAAA", "prefix"),
        ("JEJAK-OFFLINE:", "length"),
        ("JEJAK-OFFLINE:" + "A" * 5000, "length"),
        ("JEJAK-OFFLINE:" + "é" * 302, "form"),
        ("JEJAK-OFFLINE:" + "!" * 302, "form"),
        ("JEJAK-OFFLINE:" + "A" * 301 + "B", "form"),
        ("JEJAK-OFFLINE:" + "A" * 302, "version"),
    ],
)
def test_what_is_no_receipt_is_refused(given: str, step: str) -> None:
    assert step_of(given) == step


@pytest.mark.parametrize("people", [0, 11, 255])
def test_a_receipt_is_for_one_to_ten_people(people: int) -> None:
    assert step_of(text(signed(body(people=people)))) == "people"


@pytest.mark.parametrize("code", [CODE.lower().encode(), b"\xff" * 18, b" " * 18, b"U" * 18])
def test_a_poster_is_named_in_its_one_spelling(code: bytes) -> None:
    assert step_of(text(signed(body(code=code)))) == "code"


def test_another_version_is_not_guessed_at() -> None:
    assert step_of(text(signed(body(version=2)))) == "version"
    assert step_of(text(signed(body(certified=b"\x02" + certificate()[1:])))) == "version"


def test_another_nodes_certificate_is_refused() -> None:
    other = certificate(private_key=bytes(32))
    assert step_of(text(signed(body(certified=other)))) == "certificate"
    assert step_of(text(signed(body(certified=certificate(key_id=9))))) == "node"
    assert step_of(text(signed(body())), keys={}) == "node"


def test_a_certificate_shown_by_another_device_is_refused() -> None:
    assert step_of(text(signed(body(), device=ec.generate_private_key(ec.SECP256R1())))) == "signature"


@given(st.integers(0, 225), st.integers(1, 255))
def test_a_receipt_with_any_byte_changed_is_refused(at: int, difference: int) -> None:
    raw = bytearray(RAW)
    raw[at] ^= difference
    assert step_of(text(bytes(raw)))


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_and_nothing_else_happens(raw: bytes) -> None:
    assert step_of(text(raw))


@pytest.mark.parametrize(
    "key", [b"", POINT[:-1], POINT + b"\0", b"\x03" + POINT[1:], b"\x04" + bytes(64), b"\x04" + b"\xff" * 64]
)
def test_what_is_no_point_of_the_curve_is_not_certified(key: bytes) -> None:
    with pytest.raises(OfflineReceiptError) as refused:
        certificate(key=key)
    assert refused.value.step == "key"


@pytest.mark.parametrize("more", [{"key_id": 0}, {"key_id": 256}, {"until": date(1969, 12, 31)}, {"until": date.max}])
def test_a_day_or_key_that_does_not_fit_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        certificate(**more)


def test_a_signature_of_zeroes_is_refused() -> None:
    assert step_of(text(body() + bytes(64))) == "signature"


RAW = signed(body())
FROM_BROWSER = (
    "JEJAK-OFFLINE:AQEBSmOVq_Dr0CDJv5k-8vcT7RyQ5-HfzD-"
    "wWNh6VIwTmYN8oeNdFJ4kDYdp2imkRd0zI1g_UKIeAymzCTzrd2sU-"
    "TWNq9o0PxDzcPTngsLeS7se12F7NZS2zNGRVS48FUv75po6Vz7MoRs-5znwEn5eBBKPOn4PYm_8QrkFB08ZFz-BCjAwMDAwMDBXQ"
    "zg3MlgzQkpKVgF-"
    "e30OGgAAAAEB1IzuUbfMkBumB5a2cGmOF40zwkzOqvgx2QssAOfo4RUH_EYl1WS57DE7XvvoOUPRJ0E8GLYvS_DeEl-zntUQnA"
)
