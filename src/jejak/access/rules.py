"""Kinds of account, agencies, the roles an account can hold, and who may decide what another asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final


class AccountKind(StrEnum):
    """What an account is; it decides how it signs in."""

    STAFF = "staff"
    OWNER = "owner"
    CITIZEN = "citizen"


class AgencyKind(StrEnum):
    """What an employer of staff is for; it decides which roles its people may hold."""

    HEALTH = "health"
    LABORATORY = "laboratory"
    CLINIC = "clinic"
    ENFORCEMENT = "enforcement"
    HELPDESK = "helpdesk"
    AUDIT = "audit"
    NODE = "node"


class AlertKind(StrEnum):
    """Why an account was stopped, or is worth a look."""

    LOOKS = "budget-looks"
    PEOPLE = "budget-people"
    REFUSALS = "refusals"


PREMISES_OWNER = "premises_owner"
LABORATORY = "laboratory"
CLINICIAN = "clinician"
HEALTH_OFFICER = "health_officer"
SENIOR_HEALTH_OFFICER = "senior_health_officer"
ENFORCEMENT_OFFICER = "enforcement_officer"
CLINIC_STAFF = "clinic_staff"
CLINIC_MANAGER = "clinic_manager"
HELPDESK_AGENT = "helpdesk_agent"
HELPDESK_LEAD = "helpdesk_lead"
DATA_STEWARD = "data_steward"
POLICY_PUBLISHER = "policy_publisher"
AUDITOR = "auditor"
AGENCY_MANAGER = "agency_manager"
OPERATOR = "operator"

ROLES_OF: Final = {
    AgencyKind.HEALTH: frozenset(
        {HEALTH_OFFICER, SENIOR_HEALTH_OFFICER, POLICY_PUBLISHER, DATA_STEWARD, AGENCY_MANAGER}
    ),
    AgencyKind.LABORATORY: frozenset({LABORATORY, AGENCY_MANAGER}),
    AgencyKind.CLINIC: frozenset({CLINICIAN, CLINIC_STAFF, CLINIC_MANAGER, AGENCY_MANAGER}),
    AgencyKind.ENFORCEMENT: frozenset({ENFORCEMENT_OFFICER, AGENCY_MANAGER}),
    AgencyKind.HELPDESK: frozenset({HELPDESK_AGENT, HELPDESK_LEAD, AGENCY_MANAGER}),
    AgencyKind.AUDIT: frozenset({AUDITOR, AGENCY_MANAGER}),
    AgencyKind.NODE: frozenset({OPERATOR, AGENCY_MANAGER}),
}
"""Which roles the people of a kind of agency may hold. An agency's manager sees no personal data by that role alone."""

ROLES: Final = {PREMISES_OWNER: AccountKind.OWNER} | dict.fromkeys(
    sorted(role for roles in ROLES_OF.values() for role in roles), AccountKind.STAFF
)
"""Role code and the kind of account that may hold it."""

IDLE: Final = timedelta(minutes=30)
LONGEST_SESSION: Final = timedelta(hours=12)
"""After these times staff sign in again. Source: NIST SP 800-63B section 4.2.3 (AAL2)."""

INVITATION_LIFE: Final = timedelta(days=7)
REQUEST_LIFE: Final = timedelta(hours=24)
LEAST_REASON: Final = 8
BURST: Final = timedelta(minutes=10)
MOST_REFUSALS: Final = 20
"""So many refusals of one account within so long are reported."""
TELL_AGAIN: Final = timedelta(hours=1)
"""Managers and auditors are written to about one account once in this time, however often it is stopped."""
LONGEST_DUTY: Final = timedelta(days=31)
LAST_DIGITS: Final = 4
RESET_SECOND: Final = "access.second"
"""The kind of request by which somebody's second factor is taken off."""
REGISTER: Final = "access.register"
"""The look at the register of accounts as a file, and the purpose it has."""
UNUSED: Final = timedelta(days=90)
"""After which an account that nobody used is pointed out."""

_GENERIC = re.compile(
    r"\b(admin(istrator)?|akaun|account|user|pengguna|staf|staff|kaunter|counter|test|ujian|super|root|helpdesk|klinik|"
    r"clinic|pejabat|office|umum|general|shared|kongsi|jabatan)\b",
    re.IGNORECASE,
)

# fmt: off
_SHARED: Final = frozenset({
        "admin", "administrator", "akaun", "account", "accounts", "clinic", "counter", "enquiries", "enquiry",
        "general", "helpdesk", "hotline", "hr", "info", "it", "jabatan", "kaunter", "klinik", "kongsi", "mail",
        "makmal", "noreply", "office", "pasukan", "pejabat", "pengguna", "pertanyaan", "postmaster", "root",
        "sekretariat", "shared", "staf", "staff", "support", "team", "test", "ujian", "umum", "unit", "user", "users",
        "webmaster",
})
# fmt: on
"""Words of which a shared mailbox's address is made; a person's has something else in it."""


def may_hold(*, kind: str, role: str) -> bool:
    """Return whether an account of this kind may hold a role."""
    return ROLES.get(role) == kind


def may_employ(*, agency: str, role: str) -> bool:
    """Return whether people of this kind of agency may hold a role."""
    return role in ROLES_OF[AgencyKind(agency)]


def generic(*, name: str) -> bool:
    """Return whether a name is a function's rather than a person's: accounts are never shared."""
    return bool(_GENERIC.search(name)) or not any(letter.isalpha() for letter in name)


def shared_mailbox(*, email: str) -> bool:
    """Return whether an address is a function's rather than a person's: nothing in it but such words and numbers."""
    words = re.split(r"[^a-z]+", email.rpartition("@")[0].lower())
    said = [word for word in words if word]
    return bool(said) and all(word in _SHARED for word in said)


def unused(*, joined: datetime, seen: datetime | None, now: datetime) -> bool:
    """Return whether nobody has used an account for so long that somebody should ask whether it is still needed."""
    return now - (seen or joined) >= UNUSED


def needs_second_factor(*, kind: str, is_demo: bool, node_is_demo: bool) -> bool:
    """Return whether an account may work only with TOTP or a passkey.

    Staff always, but for the invented accounts of a demo node; owners and citizens may choose.
    """
    return kind == AccountKind.STAFF and not (is_demo and node_is_demo)


def session_over(*, signed_in: datetime, seen: datetime, now: datetime) -> bool:
    """Return whether staff must sign in again: half an hour idle, or twelve hours after signing in.

    A clock that went backwards ends no session, and lengthens none beyond twelve hours of its own counting.
    """
    return now - seen > IDLE or now - signed_in > LONGEST_SESSION


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule about a second person needs to know of a request."""

    by: int
    agency: int | None
    expires_at: datetime
    decided: bool


def may_tell(*, last_at: datetime, told_at: datetime | None, account_told_at: datetime | None, now: datetime) -> bool:
    """Return whether to write about an alert: it is new or went on, and nobody was told of the account for an hour."""
    if account_told_at is not None and now - account_told_at < TELL_AGAIN:
        return False
    return told_at is None or last_at > told_at


class Verdict(StrEnum):
    """Whether somebody may decide a request, and if not, why."""

    MAY = "may"
    OWN = "own"
    DECIDED = "decided"
    EXPIRED = "expired"
    ROLE = "role"


def may_decide(*, asked: Asked, by: int, roles: frozenset[str], needed: frozenset[str], now: datetime) -> Verdict:
    """Return whether ``by`` may approve or refuse: never one's own, once, in time, with one of the roles needed."""
    if asked.by == by:
        return Verdict.OWN
    if asked.decided:
        return Verdict.DECIDED
    if now >= asked.expires_at:
        return Verdict.EXPIRED
    return Verdict.MAY if roles & needed else Verdict.ROLE


def duty_objection(*, starts_at: datetime, ends_at: datetime, now: datetime) -> str:
    """Return why a time cannot be one on call (turned-round, past, too-long), or nothing."""
    if ends_at <= starts_at:
        return "turned-round"
    if ends_at <= now:
        return "past"
    return "too-long" if ends_at - starts_at > LONGEST_DUTY else ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where something lies or a grant reaches: a state's ISO code and a district; empty means anywhere."""

    state: str = ""
    district: str = ""


def in_scope(*, of: Scope, within: Scope) -> bool:
    """Return whether what lies in ``of`` is reached by a grant for ``within``.

    What lies nowhere in particular (a person, a number) is reached by every grant of the role.
    """
    if of.state and within.state and of.state != within.state:
        return False
    return not (of.district and within.district and of.district.casefold() != within.district.casefold())


def digest(token: str) -> bytes:
    """Return what is kept of a link's token: 32 bytes."""
    return sha256(b"jejak/invitation/v1\0" + token.encode()).digest()


def masked_phone(phone: str) -> str:
    """Return a phone number of which only the last four digits are shown."""
    shown = phone[-LAST_DIGITS:] if len(phone) > LAST_DIGITS else ""
    return "•" * (len(phone) - len(shown)) + shown


def masked_name(name: str) -> str:
    """Return a name of which each word shows its first letter."""
    return " ".join(word[0] + "•••" for word in name.split())
