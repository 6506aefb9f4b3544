"""A citizen's own page: their visits as this browser may show them, and saying what of one is not right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jejak.kernel.access import citizen
from jejak.kernel.clock import now
from jejak.kernel.settings import settings
from jejak.people import queries as people
from jejak.people.actions import joining, leaving
from jejak.tracing import queries as tracing
from jejak.visits import actions as visits
from jejak.visits import queries as log
from jejak.web import visited
from jejak.web.forms import TimesForm
from jejak.web.views.citizens import asking, own_person, visits_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from jejak.people.queries import Held
    from jejak.tracing.queries import OwnNotice
    from jejak.visits.queries import OwnVisit


@citizen
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Show the visits, and what else a citizen can do."""
    who = asking(request)
    found = visits_of(who)
    mine = own_person(who)
    shown = {
        "who": who,
        "candidates": joining.candidates(held=who.held),
        "family": people.household_of(person=mine.person, now=now()) if mine else None,
        "leaving": leaving.waiting(person=mine.person) if mine else None,
        "notices": _notices(who.held, found),
        "said": _corrections(found),
        "days": visited.by_day(found, names=who.names),
        "count": len(found),
        "visit_days": settings().visit_days,
        "other_number": who.visitor is not None and not any(one.person == who.visitor[0] for one in who.held),
    }
    return render(request, "web/me/visits.html", shown)


@citizen
def correct(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Note what a citizen says of one of their visits; nothing is overwritten."""
    who = asking(request)
    visit = next((one for one in visits_of(who) if one.id == uuid), None)
    if visit is None:
        raise Http404
    form = TimesForm(request.POST if request.method == "POST" else None, visit=visit)
    if request.method == "POST" and request.POST.get("kind") == "not-me":
        return _noted(request, visits.deny(premises=visit.premises, visits=[visit.id], now=now()))
    if request.method == "POST" and form.is_valid():
        came, left = form.cleaned_data["came"], form.cleaned_data["left"]
        return _noted(
            request, visits.tell_times(premises=visit.premises, visit=visit.id, came=came, left=left, now=now())
        )
    shown = {"form": form, "told": visited.told(visit, names=who.names), "said": _said(visit)}
    return render(request, "web/me/correct.html", shown, status=422 if form.errors else 200)


def _corrections(found: Sequence[OwnVisit]) -> list[tuple[OwnVisit, log.OwnDispute]]:
    """Return what was said of these visits, the latest first, each with its visit."""
    of = {one.id: one for one in found}
    return [(of[one.visit], one) for one in reversed(log.own_disputes(visits=found))]


def _notices(held: Sequence[Held], found: Sequence[OwnVisit]) -> list[OwnNotice]:
    """Return the notices that live, of whom this browser shows.

    Numbers change hands, so by its device alone only those that came since it was known as theirs, or that are about
    visits made with it.
    """
    return [
        each
        for one in held
        for each in tracing.notices_of(persons=[one.person], at=now())
        if one.whole or (one.since and each.sent_at >= one.since) or any(each.about(visit) for visit in found)
    ]


def _said(visit: OwnVisit) -> tuple[log.OwnDispute, ...]:
    return log.own_disputes(visits=[visit])


def _noted(request: HttpRequest, stored: int) -> HttpResponse:
    if stored:
        messages.success(request, _("Noted. The visit stays as it was recorded; what you said stands beside it."))
    else:
        messages.warning(request, _("This visit is not there any more. Nothing was changed."))
    return redirect("web:me")
