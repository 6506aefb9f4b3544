"""What every page of a citizen's needs: who asks, on which browser, and whom that browser may show."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import get_language

from jejak.access import queries as access
from jejak.kernel.clock import now
from jejak.kernel.places import local_day, local_midnight
from jejak.kernel.settings import settings
from jejak.messaging.actions import pending
from jejak.people import queries as people
from jejak.people.actions import verify_device
from jejak.people.rules import BOUND_COOKIE, VISITOR_COOKIE, bound_cookie
from jejak.visits import queries as visits
from jejak.web.showing import Asking

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from jejak.people.queries import Held
    from jejak.visits.queries import OwnVisit


def asking(request: HttpRequest) -> Asking:
    """Return who asks; the access rule of the page has seen that it is a citizen."""
    account: Any = request.user
    found = people.visitor(token=request.COOKIES.get(VISITOR_COOKIE, ""))
    pair = (found.person, found.device) if found else None
    if pair and people.device_of(account=account.pk, person=pair[0], device=pair[1]) is None:
        # Checked in here after signing in: the code was typed on this browser, so it proves this too.
        verify_device(account=account, person=pair[0], device=pair[1], at=now())
    bound = access.bound_person(account=account, token=request.COOKIES.get(BOUND_COOKIE, ""))
    return Asking(account, people.shown_to(account=account, visitor=pair, bound=bound, at=now()), bound, pair)


def visits_of(who: Asking) -> tuple[OwnVisit, ...]:
    """Return the visits that this browser shows, the newest first."""
    since = local_midnight(local_day(now()) - timedelta(days=settings().visit_days))
    return visits.own_visits(held=who.held, since=since) if who.held else ()


def own_person(who: Asking) -> Held | None:
    """Return the person to whom this browser is bound, behind whom a document stands, or nobody."""
    return next((one for one in who.held if one.whole and one.own), None)


def asking_whole(request: HttpRequest) -> tuple[Asking, Held]:
    """Return who asks with their own person, behind whom a document stands; on any other browser the page is not there.

    :raises Http404: this browser is bound to nobody.
    """
    who = asking(request)
    mine = own_person(who)
    if mine is None:
        raise Http404
    return who, mine


def bind_browser(answer: HttpResponse, token: str) -> HttpResponse:
    """Let a browser carry its binding."""
    answer.set_cookie(**bound_cookie(token=token, secure=settings().secure))
    return answer


def send_code(request: HttpRequest, *, purpose: str, phone: str) -> bool:
    """Return whether a code for what a citizen is about to do went to a number; not if a budget is spent."""
    account: Any = request.user
    language, source = "en" if get_language() == "en" else "ms", f"account:{account.uuid}"
    return pending.send(request.session, purpose=purpose, phone=phone, language=language, source=source, now=now())
