"""The register of staff accounts, for auditors: who they are, who employs them, what they hold, when last used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from allauth.mfa.models import Authenticator
from django.db.models import Prefetch, Q

from jejak.access.models import Identity, RoleGrant, User
from jejak.access.rules import AccountKind, generic, shared_mailbox, unused

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet

MOST_WORDS: Final = 5
EVERYWHERE: Final = Q()


@dataclass(frozen=True, slots=True)
class Held:
    """A role that an account holds or held: where it reaches, until when, who gave it."""

    role: str
    state: str
    district: str
    granted_at: datetime
    until: datetime | None
    granted_by: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """An account of staff as an auditor reads it.

    ``factors`` are ``totp`` and ``webauthn``; ``ways`` are ``password`` and ``agency``; ``flags`` are ``unused``,
    ``generic``, ``no-employer`` and ``no-second``, what an auditor should ask about.
    """

    number: int
    name: str
    email: str
    agency: str
    held: tuple[Held, ...]
    factors: tuple[str, ...]
    ways: tuple[str, ...]
    joined_at: datetime
    seen_at: datetime | None
    left_at: datetime | None
    flags: tuple[str, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """The codes of the roles held now."""
        return tuple(one.role for one in self.held)


ORDERS: Final[dict[str, Callable[[RegisterRow], tuple[object, ...]]]] = {
    "name": lambda row: (row.name.casefold(), row.number),
    "agency": lambda row: (row.agency.casefold(), row.name.casefold(), row.number),
    "joined": lambda row: (row.joined_at, row.number),
    "seen": lambda row: (row.seen_at is not None, row.seen_at or row.joined_at, row.number),
}
FLAGS: Final = ("unused", "generic", "no-second", "no-employer")
SHOWS: Final = ("working", "left", *FLAGS)


def register(
    *, now: datetime, area: Q = EVERYWHERE, text: str = "", show: str = "", role: str = "", order: str = "agency"
) -> tuple[RegisterRow, ...]:
    """Return every account of staff in an ``area`` (`in_area`) that fits.

    ``show`` is out of `SHOWS`, ``order`` out of `ORDERS`; ``-`` descends.
    """
    rows = User.objects.filter(area, kind=AccountKind.STAFF)
    for word in text.split()[:MOST_WORDS]:
        rows = rows.filter(Q(name__icontains=word) | Q(email__icontains=word) | Q(agency__name__icontains=word))
    found = [row for row in _rows(rows, now=now) if _fits(row, show=show, role=role)]
    key = ORDERS.get(order.removeprefix("-"), ORDERS["agency"])
    return tuple(sorted(found, key=key, reverse=order.startswith("-")))


def _fits(row: RegisterRow, *, show: str, role: str) -> bool:
    if role and role not in row.roles:
        return False
    if show in {"working", "left"}:
        return (row.left_at is None) is (show == "working")
    return show in row.flags if show in FLAGS else True


def _rows(rows: QuerySet[User], *, now: datetime) -> list[RegisterRow]:
    grants = RoleGrant.objects.select_related("granted_by").filter(ended_at=None).order_by("role")
    factors: dict[int, set[str]] = {}
    for number, kind in Authenticator.objects.exclude(type="recovery_codes").values_list("user_id", "type"):
        factors.setdefault(number, set()).add(kind)
    bound = set(Identity.objects.filter(ended_at=None).values_list("account_id", flat=True))
    people = rows.select_related("agency").prefetch_related(Prefetch("role_grants", grants))
    return [_row(user, factors.get(user.pk, set()), bound=user.pk in bound, now=now) for user in people]


def _row(user: User, factors: set[str], *, bound: bool, now: datetime) -> RegisterRow:
    ways = ["password"] * user.has_usable_password() + ["agency"] * bound
    return RegisterRow(
        number=user.pk,
        name=user.name,
        email=user.email or "",
        agency=user.agency.name if user.agency else "",
        held=tuple(_held(grant) for grant in user.role_grants.all() if grant.holds(now)),
        factors=tuple(sorted(factors)),
        ways=tuple(ways),
        joined_at=user.joined_at,
        seen_at=user.seen_at,
        left_at=user.left_at,
        flags=() if user.left_at else tuple(_flags(user, second=bool(factors) or bound, now=now)),
    )


def _held(grant: RoleGrant) -> Held:
    by = grant.granted_by.name if grant.granted_by else ""
    return Held(grant.role, grant.state, grant.district, grant.granted_at, grant.until, by)


def _flags(user: User, *, second: bool, now: datetime) -> list[str]:
    asked = {
        "unused": unused(joined=user.joined_at, seen=user.seen_at, now=now),
        "generic": generic(name=user.name) or shared_mailbox(email=user.email or ""),
        "no-second": not second,
        "no-employer": user.agency_id is None,
    }
    return [flag for flag, raised in asked.items() if raised]
