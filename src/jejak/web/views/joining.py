"""“Is this also you?”: a citizen joins the record of this phone with the one behind their document, or says no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jejak.kernel.access import citizen
from jejak.kernel.clock import now
from jejak.people.actions import joining
from jejak.people.errors import MergeRefused, UnknownProposal
from jejak.web.views.citizens import asking, own_person, visits_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@citizen
def join(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask about one pair, both of which this browser shows already, and take the answer."""
    who = asking(request)
    one = next((one for one in joining.candidates(held=who.held) if one.proposal == uuid), None)
    if one is None:
        raise Http404
    if request.method == "POST":
        try:
            if request.POST.get("kind") == "yes":
                joining.join(by=who.account, held=who.held, proposal=uuid, now=now())
                messages.success(request, _("Joined. You can undo it for 30 days under “My rights”."))
            else:
                joining.refuse(by=who.account, held=who.held, proposal=uuid, now=now())
                messages.success(request, _("Noted: these are two people. We do not ask again."))
        except UnknownProposal:
            raise Http404 from None
        except MergeRefused:
            messages.warning(
                request, _("These two cannot be one: what was shown at a counter differs. Nothing changed.")
            )
        return redirect("web:me")
    count = sum(visit.person == one.other.person for visit in visits_of(who))
    return render(request, "web/me/join.html", {"one": one, "count": count})


@citizen
@require_POST
def part(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Undo a joining of one's own."""
    who = asking(request)
    mine = own_person(who)
    try:
        joining.part(by=who.account, person=mine.person if mine else 0, merge=uuid, now=now())
    except UnknownProposal:
        raise Http404 from None
    messages.success(request, _("Undone. The two records are apart, as before."))
    return redirect("web:own")
