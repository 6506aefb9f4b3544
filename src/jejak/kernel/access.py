"""The marker by which every route names its access rule; whoever serves a route without one refuses it.

The rule is only named here.  `jejak.access` enforces it for Django's views, the lane for its own routes,
and a test walks all routes of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

View = TypeVar("View", bound="Callable[..., object]")

ATTRIBUTE = "jejak_access_rule"


class Kind(StrEnum):
    """Who a rule is about."""

    PUBLIC = "public"
    SIGNED_IN = "signed-in"
    CITIZEN = "citizen"
    ROLES = "roles"


@dataclass(frozen=True, slots=True)
class AccessRule:
    """Who may call a route.

    ``reason`` says why a public route may be public; ``roles`` holds the role codes of which one suffices.
    """

    kind: Kind
    reason: str = ""
    roles: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """Return the rule as an auditor reads it."""
        if self.kind is Kind.ROLES:
            return f"roles: {', '.join(sorted(self.roles))}"
        if self.kind is Kind.CITIZEN:
            return "citizens, who signed in by a code to their phone"
        return f"public: {self.reason}" if self.kind is Kind.PUBLIC else "signed in"


def public(*, reason: str) -> Callable[[View], View]:
    """Mark a route as open to everybody, and say why that is right."""
    if not reason.strip():
        raise ValueError("A public route must say why it is public.")
    return _marked(AccessRule(Kind.PUBLIC, reason=reason))


def signed_in(view: View) -> View:
    """Mark a route as open to whoever is signed in; the view itself asks whose object it is."""
    return _marked(AccessRule(Kind.SIGNED_IN))(view)


def citizen(view: View) -> View:
    """Mark a route as open to citizens alone; the view itself asks what their browser may show."""
    return _marked(AccessRule(Kind.CITIZEN))(view)


def roles(*codes: str) -> Callable[[View], View]:
    """Mark a route as open to accounts that hold one of these roles."""
    if not codes:
        raise ValueError("Name at least one role.")
    return _marked(AccessRule(Kind.ROLES, roles=frozenset(codes)))


def _marked(rule: AccessRule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, rule)
        return view

    return mark


def rule_of(view: object) -> AccessRule | None:
    """Return the rule a view carries, or ``None`` if nobody marked it."""
    rule = getattr(view, ATTRIBUTE, None) or getattr(getattr(view, "view_class", None), ATTRIBUTE, None)
    return rule if isinstance(rule, AccessRule) else None
