"""A request to a witness is read in its one spelling only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.formats import addcheckpoint
from jejak.formats.addcheckpoint import AddCheckpoint, AddCheckpointError

REQUEST = AddCheckpoint(20852014, (bytes(32), bytes(range(32))), b"example.com/behind-the-sofa\n20852163\n")


def test_the_bytes_are_those_of_the_specification() -> None:
    lines = REQUEST.encode().split(b"\n")
    assert lines[0] == b"old 20852014"
    assert lines[1] == b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    assert lines[3:5] == [b"", b"example.com/behind-the-sofa"]
    assert AddCheckpoint(0, (), b"x").encode() == b"old 0\n\nx"


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63), st.binary(max_size=200))
def test_every_request_is_read_back(old: int, path: list[bytes], signed: bytes) -> None:
    request = AddCheckpoint(old, tuple(path), signed)
    assert addcheckpoint.parse(request.encode()) == request


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 1\n",
        b"old 1\nx",
        b"old 01\n\nx",
        b"old +1\n\nx",
        b"old -1\n\nx",
        b"Old 1\n\nx",
        b"old  1\n\nx",
        b"old 1 \n\nx",
        b"old 1\r\n\nx",
        b"old 9223372036854775808\n\nx",
        b"old 1\nAAAA\n\nx",
        b"old 1\n" + b"A" * 42 + b"B=\n\nx",
        b"old 1\n" + (b"A" * 43 + b"=\n") * 64 + b"\nx",
        b"old 1\n\xff\n\nx",
        b"old 1\n\n" + b"x" * 100_000,
    ],
)
def test_a_request_in_any_other_form_is_refused(data: bytes) -> None:
    with pytest.raises(AddCheckpointError):
        addcheckpoint.parse(data)


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_be_refused(data: bytes) -> None:
    for whole in (data, b"old 0\n" + data):
        try:
            assert addcheckpoint.parse(whole).encode() == whole
        except AddCheckpointError:
            continue
