"""Making accounts, giving and ending roles; agencies and their people; what needs a second person."""

from jejak.access.actions.accounts import add_account, close_account, end_role, give_role, set_password
from jejak.access.actions.agencies import accept, add_agency, change_roles, invite, leave, withdraw
from jejak.access.actions.permits import permit
from jejak.access.actions.requests import approve, ask, refuse, use

__all__ = [
    "accept",
    "add_account",
    "add_agency",
    "approve",
    "ask",
    "change_roles",
    "close_account",
    "end_role",
    "give_role",
    "invite",
    "leave",
    "permit",
    "refuse",
    "set_password",
    "use",
    "withdraw",
]
