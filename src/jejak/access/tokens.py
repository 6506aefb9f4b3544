"""What an ID token of an agency's provider says, once everything about it was checked; pure, the clock is passed.

Source: OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725 (JSON Web Token Best Current Practices); RFC 8176 (amr).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Final

import jwt

from jejak.access.errors import TokenRefused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KEY_TYPES: Final = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
"""The algorithms taken and the type of key each needs: none by a shared secret, and none that is none."""
LEEWAY: Final = timedelta(minutes=1)
LONGEST_WAY: Final = timedelta(minutes=15)
"""How far clocks may differ, and how long ago a token may have been issued."""
LONGEST_TOKEN: Final = 16_384
LONGEST_SUBJECT: Final = 255
LEAST_RSA_BITS: Final = 2048
OUTSIDE_KEYS: Final = frozenset({"jku", "jwk", "x5u", "crit"})
"""Headers by which a token would bring or name its own key."""
MULTI_FACTOR: Final = frozenset({"https://refeds.org/profile/mfa"})
"""Contexts (``acr``) that everywhere mean several factors."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must fit: who issues it, for whom, in answer to which question, asked when."""

    issuer: str
    client_id: str
    nonce: str
    asked_at: datetime
    second_acr: str = ""


@dataclass(frozen=True, slots=True)
class Claims:
    """Who the provider says it is; ``email`` is empty unless the provider has verified it."""

    subject: str
    email: str
    several_factors: bool


def claims_of(*, token: str, keys: Sequence[Mapping[str, Any]], expected: Expected, now: datetime) -> Claims:
    """Return what a token says.

    :raises TokenRefused: it was not made by this issuer for us, in answer to this very question, just now.
    """
    if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        raise TokenRefused("shape")
    said = _verified(token=token, keys=keys, expected=expected)
    _in_time(said, expected=expected, now=now)
    if not expected.nonce or not compare_digest(str(said.get("nonce", "")).encode(), expected.nonce.encode()):
        raise TokenRefused("nonce")
    parties = said["aud"] if isinstance(said["aud"], list) else [said["aud"]]
    if said.get("azp", expected.client_id) != expected.client_id or (len(parties) > 1 and "azp" not in said):
        raise TokenRefused("party")
    subject = said["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise TokenRefused("subject")
    return Claims(subject, _verified_email(said), _several_factors(said, agreed=expected.second_acr))


def _verified(*, token: str, keys: Sequence[Mapping[str, Any]], expected: Expected) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in KEY_TYPES or OUTSIDE_KEYS & header.keys():
            raise TokenRefused("algorithm")
        key = jwt.PyJWK(dict(_key(keys, algorithm=algorithm, number=header.get("kid"))), algorithm=algorithm)
        if getattr(key.key, "key_size", LEAST_RSA_BITS) < LEAST_RSA_BITS and key.key_type == "RSA":
            raise TokenRefused("key")
        said: dict[str, Any] = jwt.decode(
            token,
            key=key,
            algorithms=[algorithm],
            audience=expected.client_id,
            issuer=expected.issuer,
            # times are compared below, with the time that was passed
            options={
                "require": ["iss", "aud", "sub", "exp", "iat"],
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
    except jwt.PyJWTError as error:
        raise TokenRefused(type(error).__name__) from error
    return said


def _key(keys: Sequence[Mapping[str, Any]], *, algorithm: str, number: object) -> Mapping[str, Any]:
    """Return the one public key that may have signed; a token that names none fits only where there is one."""
    fitting = [
        key
        for key in keys
        if key.get("kty") == KEY_TYPES[algorithm]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (number is None or key.get("kid") == number)
    ]
    if len(fitting) != 1:
        raise TokenRefused("key")
    return fitting[0]


def _in_time(said: Mapping[str, Any], *, expected: Expected, now: datetime) -> None:
    ends, issued = _moment(said["exp"]), _moment(said["iat"])
    if now >= ends + LEEWAY or issued > now + LEEWAY or issued < now - LONGEST_WAY:
        raise TokenRefused("time")
    if "nbf" in said and _moment(said["nbf"]) > now + LEEWAY:
        raise TokenRefused("time")
    # The question asks to sign in anew; a provider that says when that was must not mean an older time.
    if "auth_time" in said and _moment(said["auth_time"]) < expected.asked_at - LEEWAY:
        raise TokenRefused("not-anew")


def _moment(stamp: object) -> datetime:
    if isinstance(stamp, bool) or not isinstance(stamp, int | float):
        raise TokenRefused("time")
    try:
        return datetime.fromtimestamp(stamp, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise TokenRefused("time") from error


def _verified_email(said: Mapping[str, Any]) -> str:
    """Return the address if the provider vouches for it: ``email_verified``, or Entra's ``xms_edov``."""
    email = said.get("email")
    vouched = said.get("email_verified") is True or said.get("xms_edov") in (True, 1, "1", "true")
    return email.strip() if isinstance(email, str) and vouched else ""


def _several_factors(said: Mapping[str, Any], *, agreed: str) -> bool:
    """Return whether the provider says that it asked for several factors; anything else said does not count."""
    methods = said.get("amr")
    context = said.get("acr")
    by_method = isinstance(methods, list) and "mfa" in methods
    return by_method or (isinstance(context, str) and context in MULTI_FACTOR | ({agreed} if agreed else set()))
