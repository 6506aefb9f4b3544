"""Making accounts, giving and ending roles; agencies and their people; what needs a second person."""

from jejak.access.actions.accounts import add_account, close_account, end_role, give_role, set_password
from jejak.access.actions.agencies import accept, add_agency, change_roles, invite, leave, withdraw
from jejak.access.actions.citizens import bind, bind_by_code, citizen, show_bind_code, unbind, unbind_all
from jejak.access.actions.looks import Look, look, within
from jejak.access.actions.permits import permit
from jejak.access.actions.requests import approve, ask, refuse, use
from jejak.access.models import User
from jejak.access.purposes import Field, PurposeKind
from jejak.access.purposes import register as register_purpose
from jejak.access.second import RequestKind
from jejak.access.second import register as register_request

__all__ = [  # with the registries that rooms join when they are loaded
    "Field",
    "Look",
    "PurposeKind",
    "RequestKind",
    "User",
    "accept",
    "add_account",
    "add_agency",
    "approve",
    "ask",
    "bind",
    "bind_by_code",
    "change_roles",
    "citizen",
    "close_account",
    "end_role",
    "give_role",
    "invite",
    "leave",
    "look",
    "permit",
    "refuse",
    "register_purpose",
    "register_request",
    "set_password",
    "show_bind_code",
    "unbind",
    "unbind_all",
    "use",
    "withdraw",
    "within",
]
