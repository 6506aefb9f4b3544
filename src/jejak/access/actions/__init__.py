"""Making accounts, giving and ending roles; agencies and their people; what needs a second person."""

from jejak.access.actions.accounts import add_account, close_account, end_role, give_role, set_password
from jejak.access.actions.agencies import accept, add_agency, change_roles, invite, leave, withdraw
from jejak.access.actions.alerts import look_into, stopped, tell
from jejak.access.actions.citizens import (
    bind,
    bind_by_code,
    citizen,
    end_citizens,
    goes_on,
    show_bind_code,
    unbind,
    unbind_all,
)  # fmt: skip
from jejak.access.actions.duty import put_on_call, take_off_call
from jejak.access.actions.ending import end_bind_codes, end_invitations, end_requests, end_sessions
from jejak.access.actions.exports import MadeExport, destroy_over, make_export, take_export
from jejak.access.actions.looks import Look, look, within
from jejak.access.actions.pages import refuse_page
from jejak.access.actions.permits import permit
from jejak.access.actions.providers import end_provider, recognise, set_provider
from jejak.access.actions.rechecks import confirm_account, confirm_at_terminal, recheck_staff
from jejak.access.actions.requests import approve, ask, expire_requests, refuse, use, withdraw_request
from jejak.access.actions.second_factor import ask_reset, reset, reset_of_manager
from jejak.access.handing import handed
from jejak.access.manifests import MOST_ROWS, Draft, ExportFile
from jejak.access.manifests import register as register_export
from jejak.access.models import User
from jejak.access.purposes import Field, PurposeKind
from jejak.access.purposes import register as register_purpose
from jejak.access.second import Ended, RequestKind, mass_action, things
from jejak.access.second import register as register_request

__all__ = [  # with the registries that rooms join when they are loaded
    "MOST_ROWS",
    "Draft",
    "Ended",
    "ExportFile",
    "Field",
    "Look",
    "MadeExport",
    "PurposeKind",
    "RequestKind",
    "User",
    "accept",
    "add_account",
    "add_agency",
    "approve",
    "ask",
    "ask_reset",
    "bind",
    "bind_by_code",
    "change_roles",
    "citizen",
    "close_account",
    "confirm_account",
    "confirm_at_terminal",
    "destroy_over",
    "end_bind_codes",
    "end_citizens",
    "end_invitations",
    "end_provider",
    "end_requests",
    "end_role",
    "end_sessions",
    "expire_requests",
    "give_role",
    "goes_on",
    "handed",
    "invite",
    "leave",
    "look",
    "look_into",
    "make_export",
    "mass_action",
    "permit",
    "put_on_call",
    "recheck_staff",
    "recognise",
    "refuse",
    "refuse_page",
    "register_export",
    "register_purpose",
    "register_request",
    "reset",
    "reset_of_manager",
    "set_password",
    "set_provider",
    "show_bind_code",
    "stopped",
    "take_export",
    "take_off_call",
    "tell",
    "things",
    "unbind",
    "unbind_all",
    "use",
    "withdraw",
    "withdraw_request",
    "within",
]
