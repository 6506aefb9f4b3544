"""The owner's pages about posters: making, showing, withdrawing and replacing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jejak.kernel.clock import now
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.premises import actions, printing, queries
from jejak.premises.errors import PosterRetired, PremisesClosed
from jejak.premises.forms import ZoneForm
from jejak.premises.posters import sheet
from jejak.premises.views.entry import by, owners

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from jejak.premises.posters import Sheet

FILES: Final = {
    "poster.pdf": (printing.pdf, "application/pdf"),
    "poster.png": (printing.picture, "image/png"),
    "qr.svg": (printing.qr_svg, "image/svg+xml"),
    "qr.png": (printing.qr_png, "image/png"),
}


@owners
def issue(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make another poster, for the whole premises or a part of it."""
    place = queries.one_of(owner=by(request), uuid=uuid)
    form = ZoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.issue_poster(by=by(request), uuid=uuid, zone=form.cleaned_data["zone"], now=now())
        except PremisesClosed:
            form.add_error(None, _("This premises is closed. Reopen it, then make the poster."))
        else:
            messages.success(request, _("The new poster is ready. Print it and put it up."))
            return redirect("premises:poster", uuid=uuid, code=made.short_code)
    status = 422 if form.errors else 200
    return render(request, "premises/issue.html", {"form": form, "place": place}, status=status)


@owners
@require_safe
def poster(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """Show one poster, with what to print."""
    it = queries.poster_of(owner=by(request), uuid=uuid, short_code=code)
    lost = printing.left_out(_sheet(it)) if it.retired_at is None else ""
    return render(request, "premises/poster.html", {"poster": it, "place": it.place, "lost": lost})


@owners
@require_safe
def poster_file(request: HttpRequest, uuid: UUID, code: str, form: str) -> HttpResponse:
    """Give the poster as PDF or picture, or its QR alone as SVG or PNG; ``?save`` asks the browser to keep it."""
    it = queries.poster_of(owner=by(request), uuid=uuid, short_code=code)
    if form not in FILES:
        raise Http404
    if it.retired_at is not None:
        return HttpResponse(_("This poster was withdrawn."), status=410, content_type="text/plain; charset=utf-8")
    draw, kind = FILES[form]
    answer = HttpResponse(draw(_sheet(it)), content_type=kind)
    way = "attachment" if "save" in request.GET else "inline"
    answer.headers["Content-Disposition"] = f'{way}; filename="jejak-{it.short_code.lower()}-{form}"'
    return answer


@owners
def retire(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """Ask, then withdraw a poster."""
    return _withdraw(request, uuid, code, replaced=False)


@owners
def replace(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """Ask, then withdraw a poster and make another for the same place."""
    return _withdraw(request, uuid, code, replaced=True)


def _withdraw(request: HttpRequest, uuid: UUID, code: str, *, replaced: bool) -> HttpResponse:
    it = queries.poster_of(owner=by(request), uuid=uuid, short_code=code)
    if request.method != "POST":
        return render(request, "premises/withdraw.html", {"poster": it, "place": it.place, "replaced": replaced})
    action = actions.replace_poster if replaced else actions.retire_poster
    try:
        after = action(by=by(request), uuid=uuid, short_code=code, now=now())
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
