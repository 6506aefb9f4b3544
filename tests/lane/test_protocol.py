"""Requests are read once and completely, or refused with a problem of their own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.kernel.problems import JejakError
from jejak.lane import protocol, wire
from jejak.lane.errors import FieldInvalid, Malformed, TooLarge

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4),
    max_leaves=8,
)
MEMBERS = st.sampled_from(["id", "code", "visitor", "with", "queued", "descriptor", "at", "name", "phone", "x"])
FORMS = st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), max_size=8)


def refused_with(read: Callable[[bytes], object], body: bytes) -> int:
    """Return the status of the refusal, 0 if there is none."""
    try:
        read(body)
    except JejakError as error:
        return error.status
    return 0


@given(st.dictionaries(MEMBERS, JSON | st.dictionaries(MEMBERS, JSON, max_size=3), max_size=7))
def test_any_object_is_read_or_refused(given_object: dict[str, Any]) -> None:
    body = json.dumps(given_object).encode()
    for read in (protocol.read_check_in, protocol.read_check_out):
        assert refused_with(read, body) < 500


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for read in (protocol.read_check_in, protocol.read_check_out, wire.form):
        assert refused_with(read, body) < 500


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"1", b"[" * 5000, b"{" * 5000, b'{"a":' * 3000, b'"x"', b"null", b"\xff", b"{}x", b"9" * 9000]
)
def test_what_is_no_object_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        protocol.read_check_in(body)


@pytest.mark.parametrize(
    "visitor",
    [None, 1, [], {}, {"name": "Ali"}, {"phone": "1"}, {"name": 1, "phone": "1"}, {"name": "x" * 401, "phone": "1"}],
)
def test_a_visitor_is_a_token_or_name_and_phone(visitor: Any) -> None:
    with pytest.raises(FieldInvalid) as refused:
        protocol.read_check_in(json.dumps({"id": "x", "code": "y", "visitor": visitor}).encode())
    assert refused.value.extra["field"] in {"visitor", "name", "phone"}


@pytest.mark.parametrize("at", ["", "yesterday", "2022-01-21T07:15:00", 1, {}])
def test_a_time_says_its_zone(at: Any) -> None:
    with pytest.raises(FieldInvalid):
        protocol.read_check_out(json.dumps({"id": "x", "code": "y", "visitor": "z", "at": at}).encode())


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"])
def test_a_time_at_the_ends_of_the_calendar_is_read_or_refused(at: str) -> None:
    body = json.dumps({"id": "x", "code": "y", "visitor": "z", "at": at}).encode()
    assert refused_with(protocol.read_check_out, body) in {0, 422}


def test_a_newer_clients_members_are_ignored() -> None:
    body = json.dumps({"id": "x", "code": "y", "visitor": "z", "mood": "good"}).encode()
    assert protocol.read_check_in(body) == protocol.CheckIn("x", "y", "z", (), queued=False)


@given(FORMS)
def test_a_form_is_read_as_the_library_reads_it(fields: dict[str, str]) -> None:
    body = urlencode(fields).encode()
    if body:
        assert wire.form(body) == dict(parse_qsl(body.decode(), keep_blank_values=True))


@pytest.mark.parametrize("size", [0, 1, 16_384, 16_385, 1_000_000])
@pytest.mark.parametrize("chunk", [1 << 20, 4096, 1000])
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_is_read_up_to_its_cap_and_no_further(size: int, chunk: int, announced: bool) -> None:
    left = [b"x" * min(chunk, size - at) for at in range(0, size, chunk)] + [b""]
    pieces = len(left)

    async def receive() -> dict[str, Any]:
        piece = left.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(left)}

    scope: dict[str, Any] = {"headers": [(b"content-length", str(size).encode())] if announced else []}
    if size <= 16_384:
        assert asyncio.run(wire.read_body(scope, receive)) == b"x" * size
        assert not announced or size > chunk or len(left) == pieces - 1, "the server was asked once too often"
        return
    with pytest.raises(TooLarge):
        asyncio.run(wire.read_body(scope, receive))
    assert pieces - len(left) <= 16_385 // chunk + 1


@pytest.mark.parametrize("before", [[], [b"x" * 10]])
def test_a_client_that_hangs_up_is_no_request(before: list[bytes]) -> None:
    left = list(before)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": left.pop(), "more_body": True} if left else {"type": "http.disconnect"}

    with pytest.raises(wire.HungUp):
        asyncio.run(wire.read_body({"headers": []}, receive))
