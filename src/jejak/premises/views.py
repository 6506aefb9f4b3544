"""The owner's pages. Whatever is not this owner's is not there: the same query, the same 404."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jejak.kernel.access import roles
from jejak.kernel.clock import now
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.premises import actions, printing, queries
from jejak.premises.errors import PosterRetired, PremisesClosed, UnknownPoster, UnknownPremises
from jejak.premises.forms import DetailsForm, ZoneForm
from jejak.premises.hours import spoken
from jejak.premises.posters import sheet

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from jejak.premises.posters import Sheet

View = TypeVar("View", bound="Callable[..., HttpResponse]")

A_PAGE: Final = 50
FILES: Final = {
    "poster.pdf": (printing.pdf, "application/pdf"),
    "poster.png": (printing.picture, "image/png"),
    "qr.svg": (printing.qr_svg, "image/svg+xml"),
    "qr.png": (printing.qr_png, "image/png"),
}


def _owners(view: View) -> View:
    """Let owners in; what they do not have is not found."""

    @roles("premises_owner")
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - what the route captured
        try:
            return view(request, **kwargs)
        except (UnknownPremises, UnknownPoster) as error:
            raise Http404 from error

    return cast("View", answer)


def _by(request: HttpRequest) -> Any:  # noqa: ANN401 - the account, which satisfies trail's Actor
    return request.user


@_owners
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List one's premises."""
    text, order = request.GET.get("q", ""), request.GET.get("sort", "name")
    found = queries.premises_of(owner=_by(request), text=text, order=order)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    has_any = bool(found) or (bool(text) and bool(queries.premises_of(owner=_by(request))))
    return render(request, "premises/list.html", {"page": page, "text": text, "order": order, "has_any": has_any})


@_owners
def new(request: HttpRequest) -> HttpResponse:
    """Register a premises: one page, then the confirmation with its poster."""
    form = DetailsForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "premises/form.html", {"form": form, "place": None}, status=422 if form.errors else 200)
    details, uuid = form.details(), form.cleaned_data["uuid"]
    done = actions.register(by=_by(request), uuid=uuid, details=details, now=now())
    return redirect("premises:registered", uuid=done.place.uuid)


@_owners
@require_safe
def registered(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say that it is done, and show the poster to print."""
    first = queries.posters_of(owner=_by(request), uuid=uuid)[0]
    return render(request, "premises/registered.html", {"place": first.place, "poster": first})


@_owners
@require_safe
def detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a premises with its posters."""
    place = queries.one_of(owner=_by(request), uuid=uuid)
    shown = {"place": place, "posters": queries.posters_of(owner=_by(request), uuid=uuid), "hours": spoken(place)}
    return render(request, "premises/detail.html", shown)


@_owners
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change a premises' details."""
    place = queries.one_of(owner=_by(request), uuid=uuid)
    form = DetailsForm(request.POST or None, place=place)
    if request.method != "POST" or not form.is_valid():
        return render(request, "premises/form.html", {"form": form, "place": place}, status=422 if form.errors else 200)
    actions.revise(by=_by(request), uuid=uuid, details=form.details(), now=now())
    said = (place.name, place.branch) == (form.details().name, form.details().branch)
    messages.success(
        request, _("Saved.") if said else _("Saved. Print the posters again so that they show the new name.")
    )
    return redirect("premises:detail", uuid=uuid)


@_owners
def close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask, then close a premises; it can be reopened."""
    place = queries.one_of(owner=_by(request), uuid=uuid)
    if request.method != "POST":
        return render(request, "premises/close.html", {"place": place})
    actions.close(by=_by(request), uuid=uuid, now=now())
    messages.success(request, _("Closed. Its posters take no more check-ins. You can reopen it at any time."))
    return redirect("premises:detail", uuid=uuid)


@_owners
def reopen(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open a closed premises again; it harms nothing, so nothing is asked."""
    if request.method == "POST":
        actions.reopen(by=_by(request), uuid=uuid, now=now())
        messages.success(request, _("Open again. Its posters work as before."))
    return redirect("premises:detail", uuid=uuid)


@_owners
def issue(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make another poster, for the whole premises or a part of it."""
    place = queries.one_of(owner=_by(request), uuid=uuid)
    form = ZoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.issue_poster(by=_by(request), uuid=uuid, zone=form.cleaned_data["zone"], now=now())
        except PremisesClosed:
            form.add_error(None, _("This premises is closed. Reopen it, then make the poster."))
        else:
            messages.success(request, _("The new poster is ready. Print it and put it up."))
            return redirect("premises:poster", uuid=uuid, code=made.short_code)
    status = 422 if form.errors else 200
    return render(request, "premises/issue.html", {"form": form, "place": place}, status=status)


@_owners
@require_safe
def poster(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """Show one poster, with what to print."""
    it = queries.poster_of(owner=_by(request), uuid=uuid, short_code=code)
    lost = printing.left_out(_sheet(it)) if it.retired_at is None else ""
    return render(request, "premises/poster.html", {"poster": it, "place": it.place, "lost": lost})


@_owners
@require_safe
def poster_file(request: HttpRequest, uuid: UUID, code: str, form: str) -> HttpResponse:
    """Give the poster as PDF or picture, or its QR alone as SVG or PNG; ``?save`` asks the browser to keep it."""
    it = queries.poster_of(owner=_by(request), uuid=uuid, short_code=code)
    if form not in FILES:
        raise Http404
    if it.retired_at is not None:
        return HttpResponse(_("This poster was withdrawn."), status=410, content_type="text/plain; charset=utf-8")
    draw, kind = FILES[form]
    answer = HttpResponse(draw(_sheet(it)), content_type=kind)
    way = "attachment" if "save" in request.GET else "inline"
    answer.headers["Content-Disposition"] = f'{way}; filename="jejak-{it.short_code.lower()}-{form}"'
    return answer


@_owners
def retire(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """Ask, then withdraw a poster."""
    return _withdraw(request, uuid, code, replaced=False)


@_owners
def replace(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """Ask, then withdraw a poster and make another for the same place."""
    return _withdraw(request, uuid, code, replaced=True)


def _withdraw(request: HttpRequest, uuid: UUID, code: str, *, replaced: bool) -> HttpResponse:
    it = queries.poster_of(owner=_by(request), uuid=uuid, short_code=code)
    if request.method != "POST":
        return render(request, "premises/withdraw.html", {"poster": it, "place": it.place, "replaced": replaced})
    action = actions.replace_poster if replaced else actions.retire_poster
    try:
        after = action(by=_by(request), uuid=uuid, short_code=code, now=now())
    except (PosterRetired, PremisesClosed):
        messages.info(request, _("Nothing changed: the poster was withdrawn already, or the premises is closed."))
        return redirect("premises:detail", uuid=uuid)
    if not replaced:
        messages.success(request, _("Withdrawn. Whoever scans it is told to scan the poster now on the wall."))
        return redirect("premises:detail", uuid=uuid)
    messages.success(request, _("The old poster is withdrawn. Print this one and put it up in its place."))
    return redirect("premises:poster", uuid=uuid, code=after.short_code)


def _sheet(it: queries.PosterOf) -> Sheet:
    return sheet(it, settings=settings(), keyring=keyring())
