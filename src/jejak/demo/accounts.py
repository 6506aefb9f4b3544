"""The demo's accounts and agencies; their passwords are no secret and stand on the start page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jejak.access import actions, queries
from jejak.access.errors import UnknownAccount
from jejak.access.rules import (
    AGENCY_MANAGER,
    AUDITOR,
    CLINIC_STAFF,
    CLINICIAN,
    DATA_STEWARD,
    HEALTH_OFFICER,
    LABORATORY,
    PREMISES_OWNER,
    SENIOR_HEALTH_OFFICER,
    AccountKind,
    AgencyKind,
)

if TYPE_CHECKING:
    from datetime import datetime

STATE: Final = "MY-10"


@dataclass(frozen=True, slots=True)
class Office:
    """An agency of the demo."""

    name: str
    kind: AgencyKind


@dataclass(frozen=True, slots=True)
class Account:
    """One account as the start page shows it; ``office`` is who employs them, nobody for an owner."""

    email: str
    name: str
    password: str
    role: str
    office: Office | None = None

    @property
    def kind(self) -> AccountKind:
        """Staff where somebody employs them, otherwise an owner."""
        return AccountKind.STAFF if self.office else AccountKind.OWNER


HEALTH: Final = Office("Pejabat Kesihatan Daerah Petaling (Demo)", AgencyKind.HEALTH)
CLINIC: Final = Office("Klinik Kesihatan Seri Contoh (Demo)", AgencyKind.CLINIC)
LAB: Final = Office("Makmal Contoh Shah Alam (Demo)", AgencyKind.LABORATORY)
AUDIT: Final = Office("Jabatan Audit Contoh (Demo)", AgencyKind.AUDIT)


def _staff(word: str, name: str, role: str, office: Office) -> Account:
    return Account(f"{word}@demo.example", name, f"jejak-demo-{word}", role, office)


OFFICER: Final = _staff("pegawai", "Dr. Aminah (Demo)", HEALTH_OFFICER, HEALTH)
COLLEAGUE: Final = _staff("pegawai2", "Encik Baharom (Demo)", HEALTH_OFFICER, HEALTH)
SENIOR: Final = _staff("ketua", "Dr. Subramaniam (Demo)", SENIOR_HEALTH_OFFICER, HEALTH)
STEWARD: Final = _staff("data", "Puan Noraini (Demo)", DATA_STEWARD, HEALTH)
SECOND_STEWARD: Final = _staff("data2", "Encik Jugah (Demo)", DATA_STEWARD, HEALTH)
MANAGER: Final = _staff("pengurus", "Puan Rohaya (Demo)", AGENCY_MANAGER, HEALTH)
COUNTER: Final = _staff("lim", "Cik Lim (Demo)", CLINIC_STAFF, CLINIC)
LABORATORY_ACCOUNT: Final = _staff("makmal", "Cik Devi (Demo)", LABORATORY, LAB)
CLINICIAN_ACCOUNT: Final = _staff("doktor", "Dr. Wong (Demo)", CLINICIAN, CLINIC)
AUDITOR_ACCOUNT: Final = _staff("juruaudit", "Encik Ganesan (Demo)", AUDITOR, AUDIT)
OWNER: Final = Account("pemilik@demo.example", "Encik Rosli (Demo)", "jejak-demo-pemilik", PREMISES_OWNER)

ACCOUNTS: Final = {
    "officer": OFFICER,
    "owner": OWNER,
    "colleague": COLLEAGUE,
    "senior": SENIOR,
    "laboratory": LABORATORY_ACCOUNT,
    "clinician": CLINICIAN_ACCOUNT,
    "steward": STEWARD,
    "second-steward": SECOND_STEWARD,
    "counter": COUNTER,
    "manager": MANAGER,
    "auditor": AUDITOR_ACCOUNT,
}
"""Who can be entered from the start page, by the word in its address."""

DOOR_NAME: Final = "Cik Salmah (Demo)"
DOOR_PIN: Final = "274819"
"""Who works the mall's counter, and the PIN that unlocks it; shown on the start page like the passwords."""


def ensure(account: Account, *, now: datetime) -> int:
    """Return the account's number; it and its agency are made if they are missing."""
    try:
        return queries.account(account.email).pk
    except UnknownAccount:
        office = account.office
        made = actions.add_account(
            email=account.email,
            name=account.name,
            kind=account.kind,
            role=account.role,
            password=account.password,
            state=STATE,
            is_demo=True,
            agency=actions.add_agency(name=office.name, kind=office.kind, state=STATE, now=now) if office else None,
            now=now,
        )
        return made.pk


def ensure_all(*, now: datetime) -> int:
    """Return the owner's number, once everybody is there."""
    for account in ACCOUNTS.values():
        ensure(account, now=now)
    return ensure(OWNER, now=now)
