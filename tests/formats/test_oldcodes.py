"""Codes of other systems are told apart, stand for the same place however they are spelled, and break nothing."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.formats import oldcodes
from jejak.formats.oldcodes import OldCodeError

LOCATION = "5f1e8c0b9d3a4e2f7a6b5c4d"
NAME = b64encode(b"Kedai Runcit Seri").decode()
MYSEJAHTERA = f"https://mysejahtera.malaysia.gov.my/qrscan?lId={LOCATION}&eln={NAME}&formType=REGULAR&isExternal=false"


def nz(said: object) -> str:
    return "NZCOVIDTRACER:" + b64encode(json.dumps(said).encode()).decode()


PLACE = {"gln": "9429038644220", "opn": "Te Papa", "adr": "55 Cable Street", "ver": "c19:1", "typ": "entry"}


def varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def part(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def payload(description: str = "Bäckerei Müller", *, seed: bytes = b"s" * 16) -> str:
    location = part(1, 1) + part(2, description.encode()) + part(3, b"Hauptstr. 1") + part(4, 1_620_000_000)
    crowd = part(1, 1) + part(2, b"k" * 97) + part(3, seed) + part(4, 1)
    raw = part(1, 1) + part(2, location) + part(3, crowd) + part(4, b"\x08\x01")
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


# What is recognised --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "system", "name"),
    [
        (MYSEJAHTERA, "mysejahtera", "Kedai Runcit Seri"),
        (nz(PLACE), "nz-tracer", "Te Papa"),
        (f"https://e.coronawarn.app?v=1#{payload()}", "corona-warn", "Bäckerei Müller"),
        (f"https://app.luca-app.de/webapp/b5a6?x=1#eyJ0YWJsZSI6MX0/CWA1/{payload()}", "corona-warn", "Bäckerei Müller"),
        ("SAFEENTRY-180012345", "other", ""),
        ("WIFI:S:Kedai;T:WPA;P:rahsia;;", "other", ""),
    ],
)
def test_a_code_is_known_by_its_system_and_says_the_name_of_its_place(text: str, system: str, name: str) -> None:
    found = oldcodes.read(text)
    assert (found.system, found.name) == (system, name)
    assert found.digest == sha256(found.key.encode()).digest()


@pytest.mark.parametrize(
    "same",
    [
        MYSEJAHTERA.replace(LOCATION, LOCATION.upper()),
        f"http://mysejahtera.malaysia.gov.my/qrscan?eln=&formType=VENDOR&lId={LOCATION}",
        f"  HTTPS://MySejahtera.Malaysia.Gov.My/qrscan/?lId={LOCATION}#x\n",
        MYSEJAHTERA.replace(NAME, quote(b64encode(b"Nama Lain").decode())),
    ],
)
def test_a_mysejahtera_code_stands_for_its_location_number_alone(same: str) -> None:
    assert oldcodes.read(same).digest == oldcodes.read(MYSEJAHTERA).digest


def test_a_new_zealand_code_stands_for_its_location_number_alone() -> None:
    respelled = PLACE | {"opn": "Te Papa Tongarewa", "adr": "Cable St"}
    assert oldcodes.read(nz(respelled)).digest == oldcodes.read(nz(PLACE)).digest
    assert oldcodes.read(nz(PLACE | {"gln": "9429038644221"})).digest != oldcodes.read(nz(PLACE)).digest


def test_a_vendor_s_corona_warn_code_is_the_one_of_the_app() -> None:
    own, vendor = f"https://e.coronawarn.app?v=1#{payload()}", f"https://lokal.example/x#CWA1/{payload()}"
    assert oldcodes.read(vendor.replace("#CWA1", "#a/CWA1")).digest == oldcodes.read(own).digest
    assert oldcodes.read(own + "==").digest == oldcodes.read(own).digest
    assert oldcodes.read(f"https://e.coronawarn.app?v=1#{payload(seed=b't' * 16)}").digest != oldcodes.read(own).digest


def test_two_spellings_of_one_letter_are_one_code() -> None:
    assert oldcodes.read("Cafe\u0301 1").digest == oldcodes.read(" Caf\u00e9 1 ").digest


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_code_of_several_lines_is_one_code_however_they_end(end: str) -> None:
    card = ["BEGIN:VCARD", "VERSION:3.0", "FN:Kedai Seri", "END:VCARD"]
    assert oldcodes.read(end.join([*card, ""])).key == "\n".join(card)


@pytest.mark.parametrize(
    "text",
    [
        f"https://mysejahtera.malaysia.gov.my.penipu.example/qrscan?lId={LOCATION}",
        f"https://penipu.example/mysejahtera.malaysia.gov.my/qrscan?lId={LOCATION}",
        f"https://mysejahtera.malaysia.gov.my@penipu.example/qrscan?lId={LOCATION}",
        f"https://penipu@mysejahtera.malaysia.gov.my/qrscan?lId={LOCATION}",
        f"https://mysejahtera.malaysia.gov.my:81/qrscan?lId={LOCATION}",
        f"https://mysejahtera.malaysia.gov.my:kosong/qrscan?lId={LOCATION}",
        f"javascript://mysejahtera.malaysia.gov.my/qrscan?lId={LOCATION}",
        "https://mysejahtera.malaysia.gov.my/qrscan?lId=123",
        f"https://mysejahtera.malaysia.gov.my/qrscan?lId={LOCATION}&lId={LOCATION[::-1]}",
        "https://mysejahtera.malaysia.gov.my/qrscan?" + "a=1&" * 40 + f"lId={LOCATION}",
        "https://[mysejahtera.malaysia.gov.my/qrscan",
        "NZCOVIDTRACER:" + "!" * 40,
        nz([[]]),
        nz({"gln": 9429038644220}),
        nz({"gln": "942903864422O"}),
        nz({"opn": "Te Papa"}),
        "NZCOVIDTRACER:" + b64encode(b"[" * 700).decode(),
        "NZCOVIDTRACER:" + b64encode(b'{"gln":' + b"9" * 600 + b"}").decode(),
        "NZCOVIDTRACER:" + b64encode(b"\xff\xfe\x00" * 30).decode(),
        "https://e.coronawarn.app?v=1#" + "A" * 200,
        "https://e.coronawarn.app?v=1#"
        + urlsafe_b64encode(b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff").decode(),
        "https://e.coronawarn.app?v=1#A",
        "https://e.coronawarn.app?v=2#" + payload(),
    ],
)
def test_what_only_looks_like_a_code_of_a_system_is_an_other_one(text: str) -> None:
    found = oldcodes.read(text)
    assert (found.system, found.key, found.name) == ("other", text, "")


@pytest.mark.parametrize("text", ["", "   \n", "a" * 1_001, "a\0b", "\ud800", "\u0958" * 999, "\0"])
def test_what_can_be_no_code_is_refused(text: str) -> None:
    with pytest.raises(OldCodeError):
        oldcodes.read(text)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("  Kedai \n Seri ", "Kedai Seri"),
        ("Kedai \u202egnab", ""),
        ("Kedai\0Seri", ""),
        ("Kedai\x1b[31m", ""),
        ("x" * 200, "x" * 119 + "…"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),  # shown as text, never as markup
        ("சாய் கடை", "சாய் கடை"),
    ],
)
def test_a_name_in_a_code_is_made_fit_to_be_shown(name: str, shown: str) -> None:
    eln = quote(b64encode(name.encode()).decode())
    text = f"https://mysejahtera.malaysia.gov.my/qrscan?lId={LOCATION}&eln={eln}"
    assert oldcodes.read(text).name == shown
    assert oldcodes.read(nz(PLACE | {"opn": name})).name == shown


def test_a_name_in_base64_survives_a_bare_plus_sign() -> None:
    name = b64encode("Kedai >>> ÿ".encode()).decode()
    assert "+" in b64encode("Kedai >>> ~~~ûï¾".encode()).decode() or "+" in name or "/" in name
    plus = "S2VkYWkgfn5+fg=="  # "Kedai ~~~~"
    text = f"https://mysejahtera.malaysia.gov.my/qrscan?lId={LOCATION}&eln={plus}"
    assert oldcodes.read(text).name == "Kedai ~~~~"


# What always holds ---------------------------------------------------------------------------------------------------

codes = st.one_of(
    st.text(max_size=1_000),
    st.builds(lambda said: nz(said)[:1_000], st.dictionaries(st.sampled_from([*PLACE]), st.text(max_size=60))),
    st.builds(lambda noise: "NZCOVIDTRACER:" + b64encode(noise).decode(), st.binary(max_size=600)),
    st.builds(
        lambda noise: "https://e.coronawarn.app?v=1#" + urlsafe_b64encode(noise).decode(), st.binary(max_size=600)
    ),
    st.builds(
        lambda number, name: f"https://mysejahtera.malaysia.gov.my/qrscan?lId={number}&eln={name}",
        st.text("0123456789abcdefABCDEFg", min_size=20, max_size=26),
        st.text(max_size=100),
    ),
)


@given(codes)
def test_any_text_is_read_or_refused_and_its_key_is_read_as_the_same_code(text: str) -> None:
    try:
        found = oldcodes.read(text)
    except OldCodeError:
        return
    again = oldcodes.read(found.key)
    assert (again.system, again.key, again.digest) == (found.system, found.key, found.digest)
    assert 0 < len(found.key) <= oldcodes.LARGEST_TEXT
    assert len(found.name) <= oldcodes.LONGEST_NAME


@given(st.text("0123456789abcdef", min_size=24, max_size=24), st.text("0123456789abcdef", min_size=24, max_size=24))
def test_two_locations_are_two_codes(one: str, other: str) -> None:
    address = "https://mysejahtera.malaysia.gov.my/qrscan?lId="
    same = oldcodes.read(address + one).digest == oldcodes.read(address + other).digest
    assert same == (one == other)
