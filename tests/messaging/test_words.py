"""Texts: every one fits, in both languages, and nothing but typed values can stand in one."""

from __future__ import annotations

import contextlib
import string
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.messaging import slots, wording
from jejak.messaging.errors import LanguageUnknown, MessagingError, RecipientInvalid, SlotRefused, TemplateUnknown
from jejak.messaging.recipients import Mailbox, Phone, Subscription, from_base64url, read, to_base64url
from jejak.messaging.slots import Link, OneTimeCode, Place
from jejak.messaging.smslength import GSM, GSM_EXTENDED, measure, plain
from jejak.messaging.wording import LANGUAGES, TEMPLATES

LONGEST_URL = "https://a-rather-long-name-for-a-node.jejak.selangor.gov.my"
UNCOMPRESSED = to_base64url(b"\x04" + bytes(64))
AUTH = to_base64url(bytes(16))
PAYLOADS: list[Any] = [
    "Klik http://jahat.example untuk hadiah",
    "{{7*7}}",
    "${7*7}",
    "%(code)s",
    "%s%s%s",
    "{code}",
    "{to}",
    "<script>alert(1)</script>",
    "${jndi:ldap://jahat.example}",
    "{% load x %}",
    "=1+1",
    "Ali\r\nBcc: semua@contoh.example",
    "",
    "1234567",
    b"bytes",
    None,
    3.5,
    float("nan"),
    True,
    -1,
    10**7,
    ["a"],
    {"a": "b"},
    datetime(2022, 1, 1),  # noqa: DTZ001 - that it is naive is the point
    OneTimeCode("12345a7"),
    OneTimeCode("12345678"),
    OneTimeCode("١٢٣٤٥٦٧"),
    Place("KLIK DI"),
    Place("abcdefg"),
    Link("https://jahat.example"),
    Link("home", UUID(int=1)),
    Link("notice"),
    Link("notice", "../../x"),  # type: ignore[arg-type]
]


def widest(code: str) -> dict[str, object]:
    return {name: slot.widest for name, slot in TEMPLATES[code].slots.items()}


def written(code: str, channel: str, language: str, **changes: Any) -> wording.Text:
    template = TEMPLATES[code]
    kept = wording.keep(template=template, slots=widest(code))
    given = {"node_name": "Jejak", "base_url": LONGEST_URL} | changes
    return wording.write(template=template, channel=channel, language=language, kept=kept, **given)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(code for code in TEMPLATES if "sms" in TEMPLATES[code].channels))
@pytest.mark.parametrize("node", ["Jejak", "J" * 100, "Jabatan Kesihatan 卫生部 ' ” — €{}"])
def test_every_sms_fits_into_two_parts_of_the_plain_alphabet(code: str, language: str, node: str) -> None:
    length = measure(written(code, "sms", language, node_name=node).body)
    assert length.alphabet == "gsm"
    assert length.parts <= 2


@pytest.mark.parametrize("code", sorted(TEMPLATES))
def test_every_text_is_written_in_both_languages_and_fills_every_slot(code: str) -> None:
    for channel in TEMPLATES[code].channels:
        malay, english = written(code, channel, "ms"), written(code, channel, "en")
        assert malay.body != english.body
        assert (malay.subject == "") is (channel == "sms")
        for text in (malay, english):
            assert "%" not in text.body
            assert "None" not in text.body


def test_a_code_reads_as_people_expect() -> None:
    kept = wording.keep(template=TEMPLATES["code.sign-in"], slots={"code": OneTimeCode("0123456"), "minutes": 10})
    text = wording.write(
        template=TEMPLATES["code.sign-in"],
        channel="sms",
        language="ms",
        kept=kept,
        node_name="Jejak",
        base_url=LONGEST_URL,
    )
    assert text.body == (
        "Jejak: 0123456 ialah kod anda untuk log masuk, sah selama 10 minit. "
        "Jangan beri kepada sesiapa; kami tidak pernah memintanya."
    )


def test_days_times_and_links_are_written_for_the_reader() -> None:
    at = datetime(2022, 1, 21, 7, 15, tzinfo=UTC)
    show = {"language": "ms", "base_url": "https://jejak.example"}
    assert slots.Moment().show(slots.Moment().keep(at), **show) == "21 Januari 2022, 3.15 petang"
    assert slots.Day().show(slots.Day().keep(date(2022, 1, 21)), **show) == "21 Januari 2022"
    ref = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
    assert slots.NodeLink().show(slots.NodeLink().keep(Link("notice", ref)), **show) == (
        "https://jejak.example/notices/01890a5d-ac96-774b-bcce-b302099a8057"
    )


@pytest.mark.parametrize("code", sorted(TEMPLATES))
@pytest.mark.parametrize("payload", PAYLOADS, ids=repr)
def test_no_slot_of_any_text_takes_what_a_caller_wrote(code: str, payload: Any) -> None:
    for name in TEMPLATES[code].slots:
        with pytest.raises(SlotRefused):
            wording.keep(template=TEMPLATES[code], slots=widest(code) | {name: payload})
    with pytest.raises(SlotRefused):
        wording.keep(template=TEMPLATES[code], slots=widest(code) | {"extra": payload})


@pytest.mark.parametrize("code", sorted(TEMPLATES))
@pytest.mark.parametrize("payload", [p for p in PAYLOADS if isinstance(p, str)] + [["notice", "x"], ["x"]], ids=repr)
def test_what_was_altered_in_the_database_is_not_shown_either(code: str, payload: Any) -> None:
    template = TEMPLATES[code]
    for name, slot in template.slots.items():
        if payload == "1234567" and isinstance(slot, slots.Code | slots.PlaceCode | slots.Number):
            continue
        kept = wording.keep(template=template, slots=widest(code)) | {name: payload}
        with pytest.raises(SlotRefused):
            wording.write(
                template=template, channel="sms", language="ms", kept=kept, node_name="Jejak", base_url=LONGEST_URL
            )


class Sly(str):
    """A text that claims to equal everything."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("0123456")


def test_a_text_in_disguise_is_refused() -> None:
    for value in (Sly("0123456"), OneTimeCode(Sly("0123456")), Place(Sly("0123456")), Link(Sly("home"))):
        for slot in (slots.Code(), slots.PlaceCode(), slots.NodeLink(), slots.Number()):
            with pytest.raises(SlotRefused):
                slot.keep(value)


@given(st.text(max_size=60))
def test_free_text_is_refused_whatever_it_is(text: str) -> None:
    for slot in (slots.Number(), slots.Moment(), slots.Day(), slots.Code(), slots.PlaceCode(), slots.NodeLink()):
        with pytest.raises(SlotRefused):
            slot.keep(text)


def test_unknown_texts_channels_and_languages_are_refused() -> None:
    for code, channel in (("x", "sms"), ("{{7*7}}", "sms"), ("reply.retired", "email"), ("code.sign-in", "push")):
        with pytest.raises(TemplateUnknown):
            wording.template(code=code, channel=channel)
    for language in ("", "de", "ms\n", "../en", "{{7*7}}"):
        with pytest.raises(LanguageUnknown):
            wording.known_language(language)


# Recipients


@pytest.mark.parametrize(
    "number",
    ["", "0123456789", "+0123456789", "+60 12 345", "+6012345\n", "+1234567", "+" + "1" * 16, "+60x", "{{7*7}}"],
)
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(RecipientInvalid):
        Phone(number)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a@b",
        "Ali <ali@contoh.example>",
        "ali@contoh.example\n",
        "ali@contoh.example\r\nBcc: b@c.example",
        "a..b@contoh.example",
        "a@-b.example",
        "a@b_c.example",
        '"a b"@contoh.example',
        "a,b@contoh.example",
        "x" * 65 + "@contoh.example",
        "a@" + "b." * 130 + "example",
        "ali@contoh.example, b@c.example",
    ],
)
def test_what_is_no_bare_mail_address_is_refused(address: str) -> None:
    with pytest.raises(RecipientInvalid):
        Mailbox(address)


def test_one_mailbox_is_one_recipient_however_it_is_written() -> None:
    assert Mailbox("Ali+x@Contoh.Example").text == Mailbox("ali+x@contoh.example").text


@pytest.mark.parametrize(
    ("endpoint", "p256dh", "auth"),
    [
        ("http://fcm.googleapis.com/x", UNCOMPRESSED, AUTH),
        ("https://user@fcm.googleapis.com/x", UNCOMPRESSED, AUTH),
        ("https://fcm.googleapis.com/x y", UNCOMPRESSED, AUTH),
        ("https://fcm.googleapis.com/x\r\nHost: a", UNCOMPRESSED, AUTH),
        ("https://fcm.googleapis.com/x#y", UNCOMPRESSED, AUTH),
        ("https://[::1]/x", UNCOMPRESSED, AUTH),
        ("https://fcm.googleapis.com/x", AUTH, AUTH),
        ("https://fcm.googleapis.com/x", UNCOMPRESSED + "=", AUTH),
        ("https://fcm.googleapis.com/x", UNCOMPRESSED, "AA"),
        ("https://fcm.googleapis.com/x", "é", AUTH),
    ],
)
def test_what_is_no_subscription_is_refused(endpoint: str, p256dh: str, auth: str) -> None:
    with pytest.raises(RecipientInvalid):
        Subscription(endpoint, p256dh, auth)


@given(st.binary(max_size=40))
def test_base64url_has_one_form(raw: bytes) -> None:
    assert from_base64url(to_base64url(raw)) == raw


@pytest.mark.parametrize(
    "recipient",
    [
        Phone("+60123456789"),
        Mailbox("a@contoh.example"),
        Subscription("https://fcm.googleapis.com/fcm/send/a:b", UNCOMPRESSED, AUTH),
    ],
)
def test_a_recipient_is_read_back_as_it_was_written(recipient: Any) -> None:
    assert read(channel=recipient.channel, text=recipient.text) == recipient


@given(st.sampled_from(["sms", "email", "push"]), st.text(max_size=80))
def test_reading_a_recipient_never_ends_in_anything_but_a_refusal(channel: str, text: str) -> None:
    with contextlib.suppress(MessagingError):
        read(channel=channel, text=text)


# Lengths


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "parts"),
    [
        ("", "gsm", 0, 1),
        ("a" * 160, "gsm", 160, 1),
        ("a" * 161, "gsm", 161, 2),
        ("a" * 306, "gsm", 306, 2),
        ("a" * 307, "gsm", 307, 3),
        ("€" * 80, "gsm", 160, 1),
        ("€" * 81, "gsm", 162, 2),
        ("a" * 152 + "€" + "a" * 152, "gsm", 306, 3),  # the euro does not fit where one place is left
        ("ñ" * 160, "gsm", 160, 1),
        ("ç", "ucs2", 1, 1),  # only the capital is in the alphabet
        ("`", "ucs2", 1, 1),
        ("我" * 70, "ucs2", 70, 1),
        ("我" * 71, "ucs2", 71, 2),
        ("我" * 134, "ucs2", 134, 2),
        ("我" * 135, "ucs2", 135, 3),
        ("😀" * 35, "ucs2", 70, 1),
        ("😀" * 36, "ucs2", 72, 2),
        ("😀" * 67, "ucs2", 134, 3),  # 33 whole ones a part
    ],
)
def test_lengths_as_the_standard_counts_them(text: str, alphabet: str, units: int, parts: int) -> None:
    length = measure(text)
    assert (length.alphabet, length.units, length.parts) == (alphabet, units, parts)


def test_the_alphabet_has_127_letters_and_all_of_plain_writing() -> None:
    assert len(GSM) == 127  # 128 places, of which one is the escape
    assert set(string.ascii_letters + string.digits + " .,:;/-+()?!'\"&%@") <= GSM
    assert len(GSM_EXTENDED) == 10
    assert plain("Ça 我 “x” €") == "Ça  x "
