"""The start page of a demo node: what to try, in order, with logins and codes to scan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import segno
from django.conf import settings as django_settings
from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from jejak.access import queries as access
from jejak.access.errors import UnknownAccount
from jejak.demo import accounts, queries
from jejak.demo.figures import ATTRIBUTION
from jejak.kernel import clock
from jejak.kernel.access import public
from jejak.kernel.places import local_day
from jejak.kernel.settings import settings

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

    from jejak.access.actions import User
    from jejak.tracing.queries import CaseRef

NEXT: Final = {
    "officer": "tracing:start",
    "colleague": "tracing:work",
    "laboratory": "tracing:reports",
    "clinician": "tracing:case-new",
    "owner": "premises:list",
    "senior": "access:requests",
    "steward": "people:twice",
    "second-steward": "access:requests",
    "counter": "people:counter",
    "manager": "access:people",
    "auditor": "access:accounts",
}
"""Where each of the accounts begins, by the word in its address."""
ELSEWHERE: Final = {
    "cases": "tracing:cases",
    "runs": "tracing:runs",
    "work": "tracing:work",
    "follow": "tracing:follow-ups",
}
"""Where a step of the page sends somebody instead, by the word in its form."""
LEAST_MINUTES: Final = 15


@dataclass(frozen=True, slots=True)
class Role:
    """A way in behind the counters: the word in its address, what the button says, and what there is to do."""

    who: str
    title: str | _StrPromise
    does: str | _StrPromise


ROLES: Final = {
    "counter": (
        gettext_lazy("Clinic counter"),
        gettext_lazy("Record a document and a phone, so that a person gets hold of their records; name a guardian."),
    ),
    "steward": (
        gettext_lazy("Data steward"),
        gettext_lazy("One of the guided tour's people is there twice: compare them, and ask to read them as one."),
    ),
    "second-steward": (
        gettext_lazy("Second data steward"),
        gettext_lazy("Decide what the first one asked for; nobody decides their own."),
    ),
    "senior": (
        gettext_lazy("Senior health officer"),
        gettext_lazy("Decide files, large releases of names and mass notices."),
    ),
    "manager": (
        gettext_lazy("Agency manager"),
        gettext_lazy("Invite people by name, give and end their roles, close the account of who leaves."),
    ),
    "auditor": (
        gettext_lazy("Auditor"),
        gettext_lazy("See every account with employer and last use, and draw a sample of looks to examine."),
    ),
}
"""Who stands behind the counters, by the word in the address."""


@public(reason="the start page of a demo, where everybody is invented")
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show what to try, in order."""
    shown = [{"poster": poster, "qr": _qr(settings().base_url + poster.path)} for poster in queries.scannables()]
    context = {
        "tour": queries.tour(),
        "posters": shown,
        "roles": [Role(who, *said) for who, said in ROLES.items()],
        "logins": accounts.ACCOUNTS.values(),
        "base_url": settings().base_url,
        "reachable": not settings().base_url.split("//")[1].startswith(("127.", "localhost")),
        "attribution": ATTRIBUTION,
        "least_minutes": LEAST_MINUTES,
        "door": {"name": accounts.DOOR_NAME, "pin": accounts.DOOR_PIN},
    }
    return render(request, "demo/start.html", context)


@public(reason="signs in an invented account, whose password the page shows anyway")
@require_POST
def enter(request: HttpRequest, who: str) -> HttpResponse:
    """Sign in as one of the demo's accounts and go to their first page."""
    signed_in(request, who)
    return redirect(_address(ELSEWHERE.get(request.POST.get("to", ""), NEXT[who])))


@public(reason="signs in the invented officer to search for an invented person")
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Sign in as the demo's officer and search for the contacts of the guided tour's case."""
    from jejak.tracing import actions

    tour = queries.tour()
    if tour is None:
        raise Http404
    by, now = signed_in(request, "officer"), clock.now()
    found = actions.open_contacts_search(
        case=_case(tour, by=by, now=now),
        phone=tour.cast["case"].phone,
        window=tour.window,
        minutes=LEAST_MINUTES,
        by=by,
        purpose=_("Exercise on invented people: the case of the guided tour"),
        at=now,
    )
    return redirect("tracing:contacts", reference=found.uuid)


def _case(tour: queries.Tour, *, by: User, now: datetime) -> CaseRef:
    """Return the case of the guided tour, reported if it is not there yet."""
    from jejak.tracing import actions
    from jejak.tracing import queries as tracing

    who = tour.cast["case"]
    day = max(tour.last_day, local_day(now) - timedelta(days=300))
    given = actions.Given(
        name=who.name, phone=who.phone, sample=min(day, local_day(now)), evidence="laboratory",
        reference=f"DEMO-{day}", classification="confirmed",
    )  # fmt: skip
    lab = access.account(accounts.LABORATORY_ACCOUNT.email)  # whose evidence one officer may act on
    done = actions.report_case(given=given, disease="covid-19", office=by.agency_id or 0, by=lab, at=now)
    return tracing.case_ref(text=done.number, by=by, now=now)


def signed_in(request: HttpRequest, who: str) -> User:
    """Return the demo account, signed in; only one marked as a demo's, and only on a demo node."""
    if who not in accounts.ACCOUNTS or not django_settings.JEJAK_DEMO:
        raise Http404
    try:
        account = access.account(accounts.ACCOUNTS[who].email)
    except UnknownAccount:
        raise Http404 from None
    if not account.is_demo:
        raise Http404
    login(request, account, backend=django_settings.AUTHENTICATION_BACKENDS[0])
    return account


def _address(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return "/"


def _qr(address: str) -> SafeString:
    """Return a QR as SVG, as coarse as it can be, to be scanned off a screen."""
    code = segno.make(address, error="l", boost_error=False, micro=False)
    drawn = code.svg_inline(omitsize=True, border=3, dark="#000", light="#fff", svgclass="demo-qr", lineclass=None)
    return mark_safe(drawn)  # noqa: S308 - made by us from a code of ours
