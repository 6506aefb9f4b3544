"""Reading accounts, roles, agencies and requests."""

from jejak.access.queries.accounts import (
    Browser,
    account,
    account_with_role,
    accounts,
    bound_person,
    browsers_of,
    roles_of,
    states_of,
)
from jejak.access.queries.agencies import AccountRow, agency_of, invitation, invitations_of, people_of, register
from jejak.access.queries.requests import RequestView, asked_by, open_requests, request

__all__ = [
    "AccountRow",
    "Browser",
    "RequestView",
    "account",
    "account_with_role",
    "accounts",
    "agency_of",
    "asked_by",
    "bound_person",
    "browsers_of",
    "invitation",
    "invitations_of",
    "open_requests",
    "people_of",
    "register",
    "request",
    "roles_of",
    "states_of",
]
