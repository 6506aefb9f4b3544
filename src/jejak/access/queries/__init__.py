"""Reading accounts, roles, agencies and requests."""

from jejak.access.queries.accounts import (
    Browser,
    account,
    account_with_role,
    accounts,
    bound_person,
    browsers_of,
    employer_of,
    held_roles,
    holding,
    roles_of,
    states_of,
)
from jejak.access.queries.agencies import (
    AccountRow,
    AgencyRow,
    agencies,
    agency_by_name,
    agency_of,
    invitation,
    invitations_of,
    people_of,
)
from jejak.access.queries.alerts import AlertRow, Contact, alert, alerts, managers_of
from jejak.access.queries.areas import audited_by, in_area, may_audit
from jejak.access.queries.duty import Deciders, deciders_of, duties_of, on_call
from jejak.access.queries.exports import ManifestView, all_exports, any_export, export_of, exports_of
from jejak.access.queries.providers import ProviderView, provider, provider_of, providers, secret_of
from jejak.access.queries.register import RegisterRow, register
from jejak.access.queries.requests import RequestView, asked_by, asked_for, open_requests, request
from jejak.access.queries.second_factor import open_reset, whose

__all__ = [
    "AccountRow",
    "AgencyRow",
    "AlertRow",
    "Browser",
    "Contact",
    "Deciders",
    "ManifestView",
    "ProviderView",
    "RegisterRow",
    "RequestView",
    "account",
    "account_with_role",
    "accounts",
    "agencies",
    "agency_by_name",
    "agency_of",
    "alert",
    "alerts",
    "all_exports",
    "any_export",
    "asked_by",
    "asked_for",
    "audited_by",
    "bound_person",
    "browsers_of",
    "deciders_of",
    "duties_of",
    "employer_of",
    "export_of",
    "exports_of",
    "held_roles",
    "holding",
    "in_area",
    "invitation",
    "invitations_of",
    "managers_of",
    "may_audit",
    "on_call",
    "open_requests",
    "open_reset",
    "people_of",
    "provider",
    "provider_of",
    "providers",
    "register",
    "request",
    "roles_of",
    "secret_of",
    "states_of",
    "whose",
]
