"""The owner's pages about premises. Whatever is not this owner's is not there: the same query, the same 404."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jejak.kernel.clock import now
from jejak.premises import actions, queries
from jejak.premises.forms import DetailsForm
from jejak.premises.hours import spoken
from jejak.premises.views.entry import by, owners

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

A_PAGE: Final = 50


@owners
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List one's premises."""
    text, order = request.GET.get("q", ""), request.GET.get("sort", "name")
    found = queries.premises_of(owner=by(request), text=text, order=order)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    has_any = bool(found) or (bool(text) and bool(queries.premises_of(owner=by(request))))
    return render(request, "premises/list.html", {"page": page, "text": text, "order": order, "has_any": has_any})


@owners
def new(request: HttpRequest) -> HttpResponse:
    """Register a premises: one page, then the confirmation with its poster."""
    form = DetailsForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "premises/form.html", {"form": form, "place": None}, status=422 if form.errors else 200)
    details, uuid = form.details(), form.cleaned_data["uuid"]
    done = actions.register(by=by(request), uuid=uuid, details=details, now=now())
    return redirect("premises:registered", uuid=done.place.uuid)


@owners
@require_safe
def registered(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say that it is done, and show the poster to print."""
    first = queries.posters_of(owner=by(request), uuid=uuid)[0]
    return render(request, "premises/registered.html", {"place": first.place, "poster": first})


@owners
@require_safe
def detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a premises with its posters."""
    place = queries.one_of(owner=by(request), uuid=uuid)
    shown = {"place": place, "posters": queries.posters_of(owner=by(request), uuid=uuid), "hours": spoken(place)}
    return render(request, "premises/detail.html", shown)


@owners
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change a premises' details."""
    place = queries.one_of(owner=by(request), uuid=uuid)
    form = DetailsForm(request.POST or None, place=place)
    if request.method != "POST" or not form.is_valid():
        return render(request, "premises/form.html", {"form": form, "place": place}, status=422 if form.errors else 200)
    actions.revise(by=by(request), uuid=uuid, details=form.details(), now=now())
    said = (place.name, place.branch) == (form.details().name, form.details().branch)
    messages.success(
        request, _("Saved.") if said else _("Saved. Print the posters again so that they show the new name.")
    )
    return redirect("premises:detail", uuid=uuid)


@owners
def close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask, then close a premises; it can be reopened."""
    place = queries.one_of(owner=by(request), uuid=uuid)
    if request.method != "POST":
        return render(request, "premises/close.html", {"place": place})
    actions.close(by=by(request), uuid=uuid, now=now())
    messages.success(request, _("Closed. Its posters take no more check-ins. You can reopen it at any time."))
    return redirect("premises:detail", uuid=uuid)


@owners
def reopen(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open a closed premises again; it harms nothing, so nothing is asked."""
    if request.method == "POST":
        actions.reopen(by=by(request), uuid=uuid, now=now())
        messages.success(request, _("Open again. Its posters work as before."))
    return redirect("premises:detail", uuid=uuid)
