"""Kinds of account and the roles an account can hold."""

from enum import StrEnum


class AccountKind(StrEnum):
    """What an account is; it decides how it signs in."""

    STAFF = "staff"
    OWNER = "owner"
    CITIZEN = "citizen"


PREMISES_OWNER = "premises_owner"
HEALTH_OFFICER = "health_officer"

ROLES = {
    PREMISES_OWNER: AccountKind.OWNER,
    HEALTH_OFFICER: AccountKind.STAFF,
}
"""Role code and the kind of account that may hold it."""


def may_hold(*, kind: str, role: str) -> bool:
    """Return whether an account of this kind may hold a role."""
    return ROLES.get(role) == kind


def needs_second_factor(*, kind: str, is_demo: bool, node_is_demo: bool) -> bool:
    """Return whether an account may work only with TOTP or a passkey.

    Staff always, but for the invented accounts of a demo node; owners and citizens may choose.
    """
    return kind == AccountKind.STAFF and not (is_demo and node_is_demo)
