"""Who is on call to decide, now and in the coming days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from jejak.access.models import Duty, RoleGrant, User

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

MOST_TOLD: Final = 20


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who may decide something: those on call, and the others who hold a role that decides."""

    on_call: tuple[User, ...]
    others: tuple[User, ...]


def deciders_of(*, roles: frozenset[str], but: int, now: datetime, among: frozenset[int] | None = None) -> Deciders:
    """Return who may decide with one of these roles now, without the account ``but``; at most 20 of each.

    ``among`` are those who may decide it at all, where the roles do not say it all (`near`).
    """
    holding = RoleGrant.objects.filter(Q(until=None) | Q(until__gt=now), role__in=roles, ended_at=None)
    able = User.objects.filter(is_active=True, pk__in=holding.values("user")).exclude(pk=but)
    if among is not None:
        able = able.filter(pk__in=among)
    called = set(_now(now).values_list("user_id", flat=True))
    people = list(able.select_related("agency").order_by("name", "pk"))
    return Deciders(
        tuple(one for one in people if one.pk in called)[:MOST_TOLD],
        tuple(one for one in people if one.pk not in called)[:MOST_TOLD],
    )


def duties_of(accounts: Iterable[int], *, now: datetime) -> dict[int, list[Duty]]:
    """Return the present and coming times on call of accounts, by account, the soonest first."""
    coming = Duty.objects.filter(user__in=list(accounts), ended_at=None, ends_at__gt=now).order_by("starts_at", "pk")
    found: dict[int, list[Duty]] = {}
    for duty in coming:
        found.setdefault(duty.user_id, []).append(duty)
    return found


def on_call(accounts: Iterable[int], *, now: datetime) -> dict[int, datetime]:
    """Return until when accounts are on call, of those who are now."""
    here = _now(now).filter(user__in=list(accounts)).order_by("ends_at")
    return dict(here.values_list("user_id", "ends_at"))


def _now(now: datetime) -> QuerySet[Duty]:
    return Duty.objects.filter(ended_at=None, starts_at__lte=now, ends_at__gt=now)
