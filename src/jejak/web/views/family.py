"""Who acts for whom, on a citizen's own page: naming somebody by a code, answering, handing over, stepping back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from jejak.kernel.access import citizen
from jejak.kernel.clock import now
from jejak.people import queries as people
from jejak.people.actions import family as acting
from jejak.people.errors import GuardianRefused, LastGuardian, OfferOver, TriesSpent
from jejak.web.forms import OfferForm
from jejak.web.views.citizens import asking, asking_whole, own_person

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

REFUSALS: Final = {
    "document": gettext_lazy("Show your own document at a counter first; only then can you act for somebody."),
    "same": gettext_lazy("That is you. Nobody acts for themselves."),
    "dependants": gettext_lazy("That person acts for others, so nobody can act for them."),
    "dependant": gettext_lazy("Somebody acts for you, so you cannot act for others."),
}


@citizen
@require_safe
def household(request: HttpRequest) -> HttpResponse:
    """Show for whom one acts, who acts for oneself, and what waits for a yes."""
    return _page(request, OfferForm())


def _page(request: HttpRequest, form: OfferForm) -> HttpResponse:
    who = asking(request)
    mine = own_person(who)
    shown = {
        "who": who,
        "mine": mine,
        "form": form,
        "family": people.household_of(person=mine.person, now=now()) if mine else None,
    }
    return render(request, "web/me/family.html", shown, status=422 if form.errors else 200)


@citizen
@require_POST
def offer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the code by which somebody else may act for a dependant too, or instead."""
    person, dependant = _acting_for(request, uuid)
    kind = "guardian" if request.POST.get("kind") == "guardian" else "co-guardian"
    try:
        code = acting.offer(guardian=person, dependant=dependant, kind=kind, now=now())
    except OfferOver:
        raise Http404 from None
    shown = {"code": f"{code[:4]} {code[4:7]} {code[7:]}", "handing_over": kind == "guardian"}
    return render(request, "web/me/offer_code.html", shown)


@citizen
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take the code that a guardian's page shows."""
    who, mine = asking_whole(request)
    form = OfferForm(request.POST)
    if form.is_valid():
        try:
            found = acting.take(by=who.account, person=mine.person, typed=form.cleaned_data["code"], now=now())
        except GuardianRefused as error:
            form.add_error("code", str(REFUSALS[error.reason]))
        except TriesSpent:
            form.add_error("code", _("Too many wrong codes within an hour. Wait an hour, then try again."))
        else:
            if found is not None:
                return redirect("web:family")
            form.add_error("code", _("Not the code, or older than ten minutes. After five tries ask for a new one."))
    return _page(request, form)


@citizen
@require_POST
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Accept an offer, confirm it, or say no."""
    who, mine = asking_whole(request)
    kind = request.POST.get("kind")
    try:
        if kind == "accept":
            handing = acting.accept(by=who.account, person=mine.person, offer=uuid, now=now()) == "guardian"
            said = _("Accepted. The guardian confirms it now.") if handing else _("Accepted. You act for them too now.")
        elif kind == "confirm":
            acting.confirm(by=who.account, guardian=mine.person, offer=uuid, now=now())
            said = _("Handed over. You do not act for them any more.")
        else:
            acting.decline(by=who.account, person=mine.person, offer=uuid, now=now())
            said = _("Ended. Nothing was changed.")
    except OfferOver:
        raise Http404 from None
    except GuardianRefused as error:
        messages.warning(request, str(REFUSALS[error.reason]))
        return redirect("web:family")
    messages.success(request, said)
    return redirect("web:family")


@citizen
def step_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask, then act for somebody no more."""
    person, dependant = _acting_for(request, uuid)
    family = people.household_of(person=person, now=now())
    one = next(one for one in family.dependants if one.uuid == uuid)
    if request.method == "POST":
        try:
            acting.step_back(by=asking(request).account, guardian=person, dependant=dependant, now=now())
        except LastGuardian:
            messages.warning(request, _("Nobody else acts for them, so this is done at a counter, with both there."))
        else:
            messages.success(request, _("Done. You do not act for them any more."))
        return redirect("web:family")
    return render(request, "web/me/step_back.html", {"one": one})


def _acting_for(request: HttpRequest, uuid: UUID) -> tuple[int, int]:
    """Return the own person of this browser and the dependant; what is not theirs is not there."""
    mine = own_person(asking(request))
    dependant = people.dependant_of(person=mine.person, uuid=uuid, now=now()) if mine else None
    if mine is None or dependant is None:
        raise Http404
    return mine.person, dependant
