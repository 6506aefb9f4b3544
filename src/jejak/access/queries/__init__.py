"""Reading accounts, roles, agencies and requests."""

from jejak.access.queries.accounts import account, account_with_role, accounts, is_bound, roles_of, states_of
from jejak.access.queries.agencies import AccountRow, agency_of, invitation, invitations_of, people_of, register
from jejak.access.queries.requests import RequestView, asked_by, open_requests, request

__all__ = [
    "AccountRow",
    "RequestView",
    "account",
    "account_with_role",
    "accounts",
    "agency_of",
    "asked_by",
    "invitation",
    "invitations_of",
    "is_bound",
    "open_requests",
    "people_of",
    "register",
    "request",
    "roles_of",
    "states_of",
]
