"""The owner's pages about posters: making, showing, printing, ending, withdrawing and replacing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jejak.kernel.clock import now
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.premises import actions, printing, queries
from jejak.premises.errors import PosterRetired, PremisesClosed
from jejak.premises.expiry import last_day
from jejak.premises.poster_forms import IssueForm, LastDayForm
from jejak.premises.posters import sheet
from jejak.premises.tags import tags
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
    "stickers-60x60.pdf": (lambda it: printing.stickers(it, size="60x60"), "application/pdf"),
    "stickers-90x50.pdf": (lambda it: printing.stickers(it, size="90x50"), "application/pdf"),
    "tag.ndef": (lambda it: tags(it.address)[0].message, "application/octet-stream"),
    "tag-short.ndef": (lambda it: tags(it.address)[1].message, "application/octet-stream"),
}


@owners
def issue(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make another poster, for the whole premises or a part of it."""
    place = queries.one_of(owner=by(request), uuid=uuid)
    form = IssueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("zone", "kind", "last_day")}
        try:
            made = actions.issue_poster(by=by(request), uuid=uuid, now=now(), **said)
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
    """Show one poster, with what to print; of a withdrawn one, what became of it."""
    it = queries.poster_of(owner=by(request), uuid=uuid, short_code=code)
    shown = {"poster": it, "place": it.place, "over": it.expires_at is not None and it.expires_at <= now()}
    if it.retired_at is not None:
        instead = queries.successor_of(owner=by(request), poster=it, now=now())
        return render(request, "premises/withdrawn.html", shown | {"instead": instead})
    page = _sheet(it)
    more = {"lost": printing.left_out(page), "tags": tags(page.address), "plain": page.address.partition("#")[0]}
    return render(request, "premises/poster.html", shown | more)


@owners
@require_safe
def poster_file(request: HttpRequest, uuid: UUID, code: str, form: str) -> HttpResponse:
    """Give the poster as PDF or picture, stickers, its QR alone or a tag's bytes; ``?save`` asks to keep the file."""
    return drawn(queries.poster_of(owner=by(request), uuid=uuid, short_code=code), form, save="save" in request.GET)


@owners
@require_safe
def every(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give all posters that are up as one PDF, zone by zone, at most 200 of them; ``?part=2`` has the next."""
    walls = queries.walls_of(owner=by(request), uuid=uuid, now=now())
    parts = Paginator(walls, printing.POSTERS_A_FILE)
    part = request.GET.get("part", "1")
    if not walls or not (part.isdecimal() and 1 <= int(part) <= parts.num_pages):
        raise Http404
    pages = printing.pdf_of_all([_sheet(it) for it in parts.page(int(part))])
    name = f"jejak-{uuid}-{part}.pdf" if parts.num_pages > 1 else f"jejak-{uuid}.pdf"
    return _file(pages, kind="application/pdf", name=name, save="save" in request.GET)


@owners
def expire(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """Choose, move or take away a poster's last day."""
    it = queries.poster_of(owner=by(request), uuid=uuid, short_code=code)
    before = {"last_day": last_day(it.expires_at)} if it.expires_at else {}
    form = LastDayForm(request.POST if request.method == "POST" else None, initial=before)
    if request.method != "POST" or not form.is_valid():
        shown = {"form": form, "poster": it, "place": it.place}
        return render(request, "premises/expire.html", shown, status=422 if form.errors else 200)
    day = form.cleaned_data["last_day"]
    try:
        actions.expire_poster(by=by(request), uuid=uuid, short_code=code, last_day=day, now=now())
    except PosterRetired:
        messages.info(request, _("Nothing changed: the poster was withdrawn already, or the premises is closed."))
    else:
        messages.success(request, _("Saved.") if day else _("Saved. The poster works until you withdraw it."))
    return redirect("premises:poster", uuid=uuid, code=code)


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


def drawn(it: queries.PosterOf, form: str, *, save: bool) -> HttpResponse:
    """Return a poster in one of its forms, owner's or tenant's; bytes for a tag are always saved."""
    if form not in FILES:
        raise Http404
    if it.retired_at is not None:
        return HttpResponse(_("This poster was withdrawn."), status=410, content_type="text/plain; charset=utf-8")
    draw, kind = FILES[form]
    name = f"jejak-{it.short_code.lower()}-{form}"
    return _file(draw(_sheet(it)), kind=kind, name=name, save=save or form.endswith(".ndef"))


def _file(content: bytes, *, kind: str, name: str, save: bool) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'{"attachment" if save else "inline"}; filename="{name}"'
    return answer


def _sheet(it: queries.PosterOf) -> Sheet:
    return sheet(it, settings=settings(), keyring=keyring())
