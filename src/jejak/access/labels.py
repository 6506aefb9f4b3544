"""Roles, agencies, refusals and decisions in words."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from jejak.access import rules

ROLES: Final = {
    rules.PREMISES_OWNER: _("Owner of premises"),
    rules.LABORATORY: _("Laboratory"),
    rules.CLINICIAN: _("Clinician"),
    rules.HEALTH_OFFICER: _("Health officer"),
    rules.SENIOR_HEALTH_OFFICER: _("Senior health officer"),
    rules.ENFORCEMENT_OFFICER: _("Enforcement officer"),
    rules.CLINIC_STAFF: _("Clinic staff"),
    rules.CLINIC_MANAGER: _("Clinic manager"),
    rules.HELPDESK_AGENT: _("Helpdesk agent"),
    rules.HELPDESK_LEAD: _("Helpdesk lead"),
    rules.DATA_STEWARD: _("Data steward"),
    rules.POLICY_PUBLISHER: _("Policy publisher"),
    rules.AUDITOR: _("Auditor"),
    rules.AGENCY_MANAGER: _("Manager of the agency's accounts"),
    rules.OPERATOR: _("Operator"),
}
REFUSALS: Final = {
    "kind-unknown": _("no such purpose"),
    "role": _("the role does not allow it"),
    "reference": _("not their case"),
    "scope": _("outside their area"),
    "budget-looks": _("too many looks in ten minutes"),
    "budget-people": _("too many people in a day"),
    "off": _("this agency has no sign-in of its own"),
    "email": _("the agency does not vouch for the address"),
    "domain": _("an address of another domain"),
    "nobody": _("nobody is invited under this address"),
    "left": _("an account that ended"),
    "other-subject": _("the account belongs to another sign-in at the agency"),
    "other-agency": _("an account of another agency, or of no staff"),
}
ALERTS: Final = {
    rules.AlertKind.LOOKS.value: _("More than 200 looks within ten minutes; every further one was stopped"),
    rules.AlertKind.PEOPLE.value: _("More than 10,000 people shown within a day; everything further was stopped"),
    rules.AlertKind.REFUSALS.value: _("Refused twenty times or more within ten minutes"),
}
DECISIONS: Final = {
    "own": _("You asked for this yourself. Somebody else must decide."),
    "decided": _("Somebody decided this before you. Nothing changed."),
    "expired": _("This request is too old. Whoever needs it asks again."),
    "role": _("Your role cannot decide this."),
}
FILE_STATES: Final = {
    "waiting": _("waits for a second person"),
    "ready": _("approved, ready to take"),
    "direct": _("taken at once"),
    "refused": _("refused"),
    "withdrawn": _("withdrawn"),
    "expired": _("too old, destroyed"),
}
DUTIES: Final = {
    "past": _("This time is over already."),
    "turned-round": _("The time must end after it starts."),
    "too-long": _("One time on call is at most 31 days."),
    "role": _("This person holds no role that decides."),
}
FACTORS: Final = {"totp": _("authenticator app"), "webauthn": _("passkey")}
WAYS: Final = {"password": _("password"), "agency": _("the agency's sign-in")}
FLAGS: Final = {
    "unused": _("not used for 90 days"),
    "generic": _("not a person's name or mailbox"),
    "no-second": _("no second step yet"),
    "no-employer": _("no employer"),
}
SHOWS: Final = {"working": _("those who work here"), "left": _("those who left")} | FLAGS
