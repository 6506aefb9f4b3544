from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.kernel.ids import uuid7
from jejak.kernel.keys import Keyring, UnknownKey
from jejak.kernel.sealing import BlindIndex, SealBroken, Sealer

NOW = datetime(2026, 11, 22, tzinfo=UTC)
RING = Keyring([]).completed(now=NOW)
ROW = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


def sealed(text: str = "Siti") -> bytes:
    return Sealer(RING).seal(table="people_person", column="name", row=ROW, text=text)


@given(st.text(max_size=300))
def test_what_was_sealed_opens_in_its_place(text: str) -> None:
    assert Sealer(RING).unseal(table="people_person", column="name", row=ROW, sealed=sealed(text)) == text


def test_the_same_text_never_looks_the_same_twice() -> None:
    assert sealed() != sealed()


@pytest.mark.parametrize(
    ("table", "column", "row"),
    [("people_person", "phone", ROW), ("people_other", "name", ROW), ("people_person", "name", uuid7())],
)
def test_a_value_moved_elsewhere_does_not_open(table: str, column: str, row: UUID) -> None:
    with pytest.raises(SealBroken):
        Sealer(RING).unseal(table=table, column=column, row=row, sealed=sealed())


def test_every_single_flipped_byte_is_noticed() -> None:
    whole = sealed()
    for index in range(len(whole)):
        broken = bytes(byte ^ (1 if place == index else 0) for place, byte in enumerate(whole))
        with pytest.raises((SealBroken, UnknownKey)):
            Sealer(RING).unseal(table="people_person", column="name", row=ROW, sealed=broken)


@pytest.mark.parametrize("length", range(15))
def test_a_stump_is_refused(length: int) -> None:
    with pytest.raises(SealBroken):
        Sealer(RING).unseal(table="people_person", column="name", row=ROW, sealed=sealed()[:length])


def test_after_rotation_old_values_open_and_new_ones_carry_the_new_key() -> None:
    old = sealed()
    later = Sealer(RING.rotated(purpose="seal", now=NOW))
    assert later.unseal(table="people_person", column="name", row=ROW, sealed=old) == "Siti"
    fresh = later.seal(table="people_person", column="name", row=ROW, text="Siti")
    assert fresh[1] == 2
    with pytest.raises(UnknownKey):
        Sealer(RING).unseal(table="people_person", column="name", row=ROW, sealed=fresh)


def test_an_index_finds_the_same_value_under_the_same_name_only() -> None:
    index = BlindIndex(RING)
    assert index.of("people.phone", "+60123456789") == BlindIndex(RING).of("people.phone", "+60123456789")
    assert index.of("people.phone", "+60123456789") != index.of("people.door", "+60123456789")
    assert index.of("people.phone", "+60123456789") != index.of("people.phone", "+60123456780")
    assert len(index.of("people.phone", "")) == 16


def test_an_index_of_another_node_says_nothing_here() -> None:
    other = BlindIndex(Keyring([]).completed(now=NOW))
    assert other.of("people.phone", "+60123456789") != BlindIndex(RING).of("people.phone", "+60123456789")
