"""The owner's pages about premises. Whatever is not this owner's is not there: the same query, the same 404."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jejak.kernel.clock import now
from jejak.kernel.ids import uuid7
from jejak.premises import actions, queries
from jejak.premises.errors import UnknownPremises
from jejak.premises.forms import DetailsForm
from jejak.premises.hours import spoken
from jejak.premises.views.entry import by, owners

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from jejak.premises.queries import Place

A_PAGE: Final = 50


@owners
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List one's premises."""
    text, order = request.GET.get("q", ""), request.GET.get("sort", "name")
    found = queries.premises_of(owner=by(request), text=text, order=order)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    has_any = bool(found) or (bool(text) and bool(queries.premises_of(owner=by(request))))
    context = {
        "page": page,
        "groups": _branches(page, together=order.removeprefix("-") == "name"),
        "text": text,
        "order": order,
        "has_any": has_any,
        "tenancies": queries.tenancies_of(owner=by(request)),
    }
    return render(request, "premises/list.html", context)


def _branches(page: Iterable[Place], *, together: bool) -> list[list[Place]]:
    """Return the premises of a page in groups: branches of one name together, or each by itself."""
    if not together:
        return [[place] for place in page]
    return [list(group) for _name, group in groupby(page, key=lambda place: place.name.casefold())]


@owners
def new(request: HttpRequest) -> HttpResponse:
    """Register a premises: one page, then the confirmation with its poster."""
    of = _branch_of(request)
    fresh = {"uuid": uuid7(), "branch": "", "address": ""}
    form = DetailsForm(request.POST or None, place=of, initial=fresh if of else None)
    shown = {"form": form, "place": None, "of": of}
    if request.method != "POST" or not form.is_valid():
        return render(request, "premises/form.html", shown, status=422 if form.errors else 200)
    details, uuid = form.details(), form.cleaned_data["uuid"]
    found = () if "anyway" in request.POST else queries.alike_to(details=details, but=uuid)
    if found:
        return render(request, "premises/form.html", shown | {"alike": found, "by": by(request).id}, status=409)
    done = actions.register(by=by(request), uuid=uuid, details=details, now=now())
    return redirect("premises:registered", uuid=done.place.uuid)


def _branch_of(request: HttpRequest) -> Place | None:
    """Return the premises of which another branch is to be registered, if it is this owner's."""
    try:
        return queries.one_of(owner=by(request), uuid=UUID(request.GET.get("of", "")))
    except (ValueError, UnknownPremises):
        return None


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
