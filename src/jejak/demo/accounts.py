"""The demo's two accounts; their passwords are no secret and stand on the start page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jejak.access import actions, queries
from jejak.access.errors import UnknownAccount
from jejak.access.rules import HEALTH_OFFICER, PREMISES_OWNER, AccountKind


@dataclass(frozen=True, slots=True)
class Account:
    """One account as the start page shows it."""

    email: str
    name: str
    password: str
    kind: AccountKind
    role: str
    state: str = ""


OFFICER: Final = Account(
    email="pegawai@demo.example",
    name="Dr. Aminah (Demo)",
    password="jejak-demo-pegawai",  # noqa: S106 - shown on the page, works on a demo node alone
    kind=AccountKind.STAFF,
    role=HEALTH_OFFICER,
    state="MY-10",
)
OWNER: Final = Account(
    email="pemilik@demo.example",
    name="Encik Rosli (Demo)",
    password="jejak-demo-pemilik",  # noqa: S106 - likewise
    kind=AccountKind.OWNER,
    role=PREMISES_OWNER,
    state="MY-10",
)

DOOR_NAME: Final = "Cik Salmah (Demo)"
DOOR_PIN: Final = "274819"
"""Who works the mall's counter, and the PIN that unlocks it; shown on the start page like the passwords."""


def ensure(account: Account) -> int:
    """Return the account's number; it is made if it is missing."""
    try:
        return queries.account(account.email).pk
    except UnknownAccount:
        made = actions.add_account(
            email=account.email,
            name=account.name,
            kind=account.kind,
            role=account.role,
            password=account.password,
            state=account.state,
            is_demo=True,
        )
        return made.pk
