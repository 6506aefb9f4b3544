"""The ways out against real local servers: slow, cutting, hanging, redirecting and garbage-answering ones among them."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from messaging.gateways import HttpGateway, MailServer, certificate

from jejak.kernel.keys import keyring
from jejak.kernel.settings import SettingError, read_settings
from jejak.messaging import queries
from jejak.messaging.channels import push
from jejak.messaging.channels.letter import Fate, Letter, Outcome
from jejak.messaging.channels.mail import Smtp
from jejak.messaging.channels.push import WebPush
from jejak.messaging.channels.registry import channels_of
from jejak.messaging.channels.sms import Gateway
from jejak.messaging.recipients import Mailbox, Phone, Subscription, from_base64url, to_base64url
from jejak.messaging.wording import Text

KEY = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
NOW = datetime(2022, 1, 21, 7, 15, tzinfo=UTC)
TEXT = 'Jejak: "0123456"\n{to} & = % ü'


def letter(recipient: Any = None, body: str = TEXT, subject: str = "") -> Letter:
    return Letter(KEY, recipient or Phone("+60123456789"), Text(subject, body), NOW, NOW + timedelta(minutes=10))


def over(gateway: HttpGateway, **changes: Any) -> Gateway:
    made = Gateway(
        url=f"{gateway.url}/send",
        method="POST",
        headers=(("Authorization", "Bearer s3cret"),),
        body='{"to": "{to}", "text": "{text}", "ref": "{key}", "from": "{from}"}',
        sender="JEJAK",
        accepted=r'"message_id": "(?P<id>[^"]+)"',
        rejected="invalid_number",
        seconds=0.6,
    )
    return replace(made, **changes)


# SMS


def test_a_text_arrives_as_it_was_written_under_its_key(gateway: HttpGateway) -> None:
    assert over(gateway).send(letter()) == Outcome(Fate.ACCEPTED, reference="gw-b302099a8057")
    [seen] = gateway.seen
    assert seen.json == {"to": "+60123456789", "text": TEXT, "ref": str(KEY), "from": "JEJAK"}
    assert seen.headers["Authorization"] == "Bearer s3cret"
    assert seen.headers["Idempotency-Key"] == str(KEY)


def test_a_form_is_escaped_as_a_form(gateway: HttpGateway) -> None:
    headers = (("content-type", "application/x-www-form-urlencoded; charset=utf-8"),)
    over(gateway, headers=headers, body="dest={to}&msg={text}&key={key}").send(letter())
    assert parse_qs(gateway.seen[0].body.decode()) == {"dest": ["+60123456789"], "msg": [TEXT], "key": [str(KEY)]}


def test_a_gateway_that_wants_a_query_gets_one(gateway: HttpGateway) -> None:
    over(gateway, method="GET", url=f"{gateway.url}/s?u=a&to={{to}}&text={{text}}").send(letter())
    assert gateway.seen[0].method == "GET"
    assert gateway.seen[0].body == b""
    assert parse_qs(urlsplit(gateway.seen[0].path).query) == {"u": ["a"], "to": ["+60123456789"], "text": [TEXT]}


@pytest.mark.parametrize(
    ("mood", "fate", "reason"),
    [
        ("good", Fate.ACCEPTED, ""),
        ("reject", Fate.NEVER, "rejected"),
        ("number", Fate.NEVER, "rejected"),
        ("500", Fate.LATER, "server-trouble"),
        ("429", Fate.LATER, "not-now"),
        ("400", Fate.LATER, "not-now"),  # with a pattern for refusals, other answers may be anything
        ("redirect", Fate.LATER, "redirected"),
        ("garbage", Fate.LATER, "answer-unclear"),
        ("empty", Fate.LATER, "answer-unclear"),
        ("dull", Fate.LATER, "answer-unclear"),
        ("cut", Fate.LATER, "no-answer"),
        ("hang", Fate.LATER, "no-answer"),
        ("drip", Fate.LATER, "no-answer"),
    ],
)
def test_what_each_answer_means(gateway: HttpGateway, mood: str, fate: Fate, reason: str) -> None:
    gateway.moods = [mood]
    outcome = over(gateway).send(letter())
    assert (outcome.fate, outcome.reason) == (fate, reason)
    assert len(gateway.seen) == 1  # no redirect is followed


@pytest.mark.parametrize(
    ("mood", "fate"),
    [
        ("dull", Fate.ACCEPTED),
        ("400", Fate.NEVER),
        ("401", Fate.LATER),
        ("402", Fate.LATER),
        ("429", Fate.LATER),
        ("500", Fate.LATER),
    ],
)
def test_without_patterns_the_status_decides(gateway: HttpGateway, mood: str, fate: Fate) -> None:
    gateway.moods = [mood]
    assert over(gateway, accepted="", rejected="").send(letter()).fate is fate


def test_a_gateway_that_is_not_there_is_tried_later() -> None:
    with HttpGateway() as closed:
        gone = over(closed)
    assert gone.send(letter()) == Outcome(Fate.LATER, "no-answer")


def test_a_certificate_that_does_not_hold_stops_the_text(tmp_path: Path) -> None:
    server, trusting = certificate(tmp_path)
    with HttpGateway(tls=server) as running:
        assert over(running).send(letter()) == Outcome(Fate.LATER, "no-answer")
        assert running.seen == []
        assert over(running, context=trusting).send(letter()).fate is Fate.ACCEPTED
        elsewhere = running.url.replace("127.0.0.1", "localhost")
        assert over(running, context=trusting, url=elsewhere).send(letter()).fate is Fate.LATER
    assert len(running.seen) == 1


# E-mail


def smtp(server: MailServer, **changes: Any) -> Smtp:
    made = Smtp("127.0.0.1", server.port, "", "", "none", "noreply@jejak.example", seconds=0.6)
    return replace(made, **changes)


def test_a_mail_carries_its_key_and_says_that_a_machine_wrote_it() -> None:
    with MailServer() as server:
        assert smtp(server).send(letter(Mailbox("ali@contoh.example"), "Kod: 1", "Kod anda")).fate is Fate.ACCEPTED
    [mail] = server.mails
    assert f"Message-ID: <{KEY}@jejak.example>" in mail
    assert "Auto-Submitted: auto-generated" in mail
    assert "Subject: Kod anda" in mail
    assert "To: ali@contoh.example" in mail
    assert "Date: Fri, 21 Jan 2022 07:15:00 +0000" in mail


@pytest.mark.parametrize(
    ("answers", "fate"),
    [
        ({"RCPT": "550 no such mailbox"}, Fate.NEVER),
        ({"RCPT": "451 greylisted"}, Fate.LATER),
        ({"MAIL": "553 no"}, Fate.NEVER),
        ({".": "451 later"}, Fate.LATER),
        ({".": "554 spam"}, Fate.NEVER),
        ({"EHLO": "421 too busy", "HELO": "421 too busy"}, Fate.LATER),
        ({"RCPT": "\x00\x01garbage"}, Fate.LATER),
    ],
)
def test_what_a_mail_servers_answers_mean(answers: dict[str, str], fate: Fate) -> None:
    with MailServer(answers=answers) as server:
        assert smtp(server).send(letter(Mailbox("ali@contoh.example"), "x", "y")).fate is fate


def test_a_mail_server_that_hangs_or_is_gone_is_tried_later() -> None:
    with MailServer(silent=True) as server:
        assert smtp(server).send(letter(Mailbox("ali@contoh.example"), "x", "y")).fate is Fate.LATER
    assert smtp(server).send(letter(Mailbox("ali@contoh.example"), "x", "y")).fate is Fate.LATER


def test_a_mail_is_not_sent_in_the_clear_where_encryption_is_asked_for() -> None:
    with MailServer() as server:  # which offers no STARTTLS
        asked = smtp(server, security="starttls")
        assert asked.send(letter(Mailbox("ali@contoh.example"), "x", "y")).fate is Fate.LATER
    assert server.mails == []


# Web push

RFC = {
    "text": b"When I grow up, I want to be a watermelon",
    "ours": "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
    "theirs": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    "salt": "DGv6ra1nlYgDCS1FRnbzlw",
    "wire": (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
        "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    ),
}


def test_encryption_gives_the_very_bytes_of_rfc_8291_appendix_a() -> None:
    to = Subscription("https://push.example.net/push/x", str(RFC["theirs"]), str(RFC["auth"]))
    ours = derive_private_key(int.from_bytes(from_base64url(str(RFC["ours"])), "big"), SECP256R1())
    wire = push.encrypt(text=bytes(RFC["text"]), to=to, moment_key=ours, salt=from_base64url(str(RFC["salt"])))  # type: ignore[arg-type]
    assert to_base64url(wire) == RFC["wire"]


class Browser:
    """A browser: its keys, and how it reads a push."""

    def __init__(self) -> None:
        self.key, self.auth = generate_private_key(SECP256R1()), bytes(range(16))
        self.point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscription(self, url: str) -> Subscription:
        return Subscription(f"{url}/push/abc", to_base64url(self.point), to_base64url(self.auth))

    def read(self, wire: bytes) -> bytes:
        salt, theirs = wire[:16], wire[21:86]
        shared = self.key.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), theirs))
        secret = derive(shared, self.auth, b"WebPush: info\0" + self.point + theirs, 32)
        key = derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        plain = AESGCM(key).decrypt(derive(secret, salt, b"Content-Encoding: nonce\0", 12), wire[86:], None)
        assert plain[-1:] == b"\x02"
        return plain[:-1]


def derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def test_a_push_reaches_the_browser_and_proves_who_sent_it(tmp_path: Path) -> None:
    browser, (server, trusting) = Browser(), certificate(tmp_path)
    ours = WebPush(push.signing_key(bytes(32)), "mailto:a@contoh.example", ("127.0.0.1",), context=trusting)
    with HttpGateway(tls=server) as running:
        outcome = ours.send(letter(browser.subscription(running.url), "Apa yang perlu", "Notis"))
    assert outcome == Outcome(Fate.ACCEPTED)
    [seen] = running.seen
    assert json.loads(browser.read(seen.body)) == {"title": "Notis", "body": "Apa yang perlu"}
    assert seen.headers["TTL"] == "600"
    assert seen.headers["Topic"] == KEY.hex
    token, k = seen.headers["Authorization"].removeprefix("vapid t=").split(", k=")
    assert k == push.public_key(ours.key)
    head, claims, signature = token.split(".")
    raw = from_base64url(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    ours.key.public_key().verify(der, f"{head}.{claims}".encode(), ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        ours.key.public_key().verify(der, f"{head}.x{claims}".encode(), ECDSA(SHA256()))
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert said == {"aud": running.url, "exp": int(NOW.timestamp()) + 12 * 3600, "sub": "mailto:a@contoh.example"}


@pytest.mark.parametrize(
    ("mood", "fate"),
    [("410", Fate.NEVER), ("404", Fate.NEVER), ("413", Fate.NEVER), ("429", Fate.LATER), ("503", Fate.LATER)],
)
def test_what_a_push_services_answers_mean(tmp_path: Path, mood: str, fate: Fate) -> None:
    server, trusting = certificate(tmp_path)
    ours = WebPush(push.signing_key(bytes(32)), "mailto:a@contoh.example", ("127.0.0.1",), context=trusting)
    with HttpGateway(moods=[mood], tls=server) as running:
        assert ours.send(letter(Browser().subscription(running.url), "x", "y")).fate is fate


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1:1", "https://fcm.googleapis.com.jahat.example", "https://xpush.apple.com", "https://10.0.0.1"],
)
def test_no_host_but_a_push_service_is_called(url: str) -> None:
    ours = WebPush(push.signing_key(bytes(32)), "mailto:a@contoh.example", read_settings({}).push_hosts)
    assert ours.send(letter(Browser().subscription(url), "x", "y")) == Outcome(Fate.NEVER, "host-not-served")


def test_a_key_that_is_no_point_of_the_curve_ends_the_subscription() -> None:
    ours = WebPush(push.signing_key(bytes(32)), "mailto:a@contoh.example", ("127.0.0.1",))
    to = Subscription("https://127.0.0.1:1/x", to_base64url(b"\x04" + b"\x01" * 64), to_base64url(bytes(16)))
    assert ours.send(letter(to, "x", "y")) == Outcome(Fate.NEVER, "key-not-on-curve")


# Settings


def test_what_is_set_up_is_used_and_the_console_twin_else() -> None:
    none = channels_of(read_settings({}), keyring())
    assert {type(channel).__name__ for channel in none.values()} == {"Twin"}
    given = read_settings(
        {
            "JEJAK_SMS_URL": "https://gateway.example/send?key=geheim",
            "JEJAK_SMS_HEADERS": "Authorization: Bearer geheim | X-A: b",
            "JEJAK_SMTP_HOST": "mail.example",
            "JEJAK_SMTP_PASSWORD": "geheim",
            "JEJAK_PUSH_CONTACT": "mailto:a@contoh.example",
            "JEJAK_PUBLIC_URL": "https://jejak.example:8443",
        }
    )
    made = channels_of(given, keyring())
    assert [type(made[name]).__name__ for name in ("sms", "email", "push")] == ["Gateway", "Smtp", "WebPush"]
    assert made["sms"].headers == (("Authorization", "Bearer geheim"), ("X-A", "b"))  # type: ignore[attr-defined]
    assert made["email"].sender == "noreply@jejak.example"  # type: ignore[attr-defined]
    assert "geheim" not in repr((given, made))


def test_browsers_subscribe_by_the_key_that_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert queries.push_public_key() is None
    made = channels_of(read_settings({"JEJAK_PUSH_CONTACT": "mailto:a@contoh.example"}), keyring())
    monkeypatch.setattr(queries, "channels", lambda: made)
    said = queries.push_public_key()
    assert said
    assert len(from_base64url(said)) == 65
    assert said == push.public_key(push.signing_key(keyring().active("push").secret))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("JEJAK_SMS_URL", "http://gateway.example/"),
        ("JEJAK_SMS_URL", "ftp://127.0.0.1/"),
        ("JEJAK_SMS_METHOD", "DELETE"),
        ("JEJAK_SMS_HEADERS", "Authorization"),
        ("JEJAK_SMS_ACCEPTED", "("),
        ("JEJAK_SMS_REPORT_SECRET", "short"),
        ("JEJAK_SMTP_SECURITY", "maybe"),
        ("JEJAK_MESSAGE_DAYS", "1"),
        ("JEJAK_CODES_AN_HOUR", "0"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"^{variable}: "):
        read_settings({variable: value})


def test_every_secret_may_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "url"
    path.write_text("https://gateway.example/?key=geheim\n")
    assert read_settings({"JEJAK_SMS_URL_FILE": str(path)}).sms_url == "https://gateway.example/?key=geheim"
