"""The officer's pages: asking, looking at counts, showing names, taking out a file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from jejak.access.actions import MOST_ROWS, handed
from jejak.access.errors import ExportTooLarge, ReasonMissing
from jejak.kernel import clock
from jejak.kernel.access import roles
from jejak.kernel.letters import typed
from jejak.kernel.settings import settings
from jejak.tracing import actions, exports, forms, queries, rules
from jejak.tracing.errors import FileTooLarge, NumberCrowded, ReleaseTooLarge, SearchUnknown
from jejak.tracing.pages import address, contacts_page, officer, visitors_page, wants_part
from jejak.tracing.records import CONTACTS, VISITORS
from jejak.tracing.refusals import told
from jejak.tracing.rules import OFFICERS
from jejak.tracing.state import View
from jejak.tracing.windows import Direction
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest

    from jejak.access.actions import MadeExport
    from jejak.tracing.records import Search

A_DAY = timedelta(days=1)
# The end is no part of a window and its field knows no seconds: who came in just now would be missing.
A_LITTLE = timedelta(minutes=15)
LONGEST_NUMBER = 18  # digits of a person's internal number
LONGEST_WORDS: Final = 500


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("phone", "purpose")
def start(request: HttpRequest) -> HttpResponse:
    """Ask for the contacts of a person; the officer's latest searches stand beside it."""
    now = clock.now()
    options = _options(request, now=now, usual=forms.usual(now=now, length=rules.USUAL_WINDOW))
    form = forms.ContactsForm(request.POST or None, **options)
    if request.method == "POST" and form.is_valid():
        try:
            search = actions.open_contacts_search(
                case=form.ref, phone=form.cleaned_data["phone"], window=form.window,
                minutes=form.cleaned_data["minutes"], by=officer(request), purpose=form.cleaned_data["purpose"], at=now,
            )  # fmt: skip
        except NumberCrowded:
            form.add_error("phone", _("More than 50 people wrote this number, so it names nobody. Search by premises."))
            return _asked(request, "tracing/start.html", form)
        if search.persons:
            return redirect("tracing:contacts", reference=search.uuid)
        form.add_error("phone", _("Nobody has checked in with this number. Check its digits, or try another number."))
    return _asked(request, "tracing/start.html", form)


@roles(*OFFICERS)
@told
@require_POST
def from_case(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Search for the contacts of a case in one of its windows; the purpose is its number."""
    direction = Direction.BACKWARD if request.POST.get("direction") == "backward" else Direction.FORWARD
    found = actions.search_case(
        uuid=uuid, direction=direction, days=settings().visit_days, by=officer(request), at=clock.now()
    )
    if found is None:
        messages.error(request, _("Visits of that time are deleted; the stays that the case keeps stand below."))
        return redirect("tracing:case", uuid=uuid)
    return redirect("tracing:contacts", reference=found.uuid)


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("text", "purpose")
def premises(request: HttpRequest) -> HttpResponse:
    """Ask for the visitors of a premises."""
    now = clock.now()
    usual = forms.usual(now=now + A_LITTLE, length=A_DAY + A_LITTLE)
    form = forms.VisitorsForm(request.POST or None, **_options(request, now=now, usual=usual))
    if request.method == "POST" and form.is_valid() and form.place:
        search = actions.open_visitors_search(
            case=form.ref,
            place=form.place,
            window=form.window,
            by=officer(request),
            purpose=form.cleaned_data["purpose"],
            at=now,
        )
        return redirect("tracing:visitors", reference=search.uuid)
    return _asked(request, "tracing/premises.html", form)


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("text")
def contacts(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show a person's stays and how many contacts; a text filter comes by POST, as it may be a name."""
    search, view, text = _read(request, reference, kind=CONTACTS)
    if not view.chosen(search.persons):
        names = actions.show_choice(search=search, by=officer(request), at=clock.now())
        return render(request, "tracing/choose.html", {"search": search, "names": names})
    if _comes_back(request, text):
        return redirect(address(search, view))
    return contacts_page(request, search, view, text=text)


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("text")
def visitors(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show how many people were at a premises by the hour."""
    search, view, text = _read(request, reference, kind=VISITORS)
    if _comes_back(request, text):
        return redirect(address(search, view))
    return visitors_page(request, search, view, text=text)


@roles(*OFFICERS)
@told
@require_POST
def names(request: HttpRequest, reference: UUID, kind: str) -> HttpResponse:
    """Show the names of a page of an answer, each on record."""
    search, view, _text = _read(request, reference, kind=kind)
    if kind == CONTACTS and not view.chosen(search.persons):
        raise Http404
    show = contacts_page if kind == CONTACTS else visitors_page
    try:
        page = show(request, search, view, release=True)
    except ReleaseTooLarge:
        messages.error(request, _("Nothing was shown: that is more than one officer sees. Ask a second officer below."))
        return _gone(request, address(search, view))
    return page if wants_part(request) else redirect(address(search, view))


@roles(*OFFICERS)
@told
@require_POST
@sensitive_post_parameters("reason")
def ask(request: HttpRequest, reference: UUID, kind: str) -> HttpResponse:
    """Ask a second officer whether all names of an answer may be shown."""
    search, view, _text = _read(request, reference, kind=kind)
    if kind == CONTACTS and not view.chosen(search.persons):
        raise Http404
    by, now = officer(request), clock.now()
    show = actions.show_contacts if kind == CONTACTS else actions.show_visitors
    wanted = show(search=search, view=view, by=by, at=now).release.wanted
    reason = request.POST.get("reason", "")[:LONGEST_WORDS]
    try:
        actions.ask_large_release(search=search, people=wanted, by=by, reason=reason, at=now)
    except ReasonMissing:
        messages.error(request, _("Write in a sentence why you need all names. Nobody was asked yet."))
    else:
        messages.success(request, _("Asked. You see here when a second officer has decided."))
    return redirect(f"{address(search, view)}#release")


@roles(*OFFICERS)
@told
@require_POST
def onward(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Start a search for the contacts of one of the contacts, in the same window and for the same purpose."""
    search, view, _text = _read(request, reference, kind=CONTACTS)
    person = request.POST.get("person", "")
    try:
        found = actions.open_onward_search(
            search=search,
            view=view,
            person=int(person) if person.isdecimal() and len(person) <= LONGEST_NUMBER else 0,
            by=officer(request),
            at=clock.now(),
        )
    except SearchUnknown:
        raise Http404 from None
    return redirect("tracing:contacts", reference=found.uuid)


@roles(*OFFICERS)
@told
@require_POST
def contacts_file(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Make a file of the contacts of a view: a small one is handed out, any other waits for a second person."""
    return _file(request, reference, kind=CONTACTS, make=exports.contacts_file)


@roles(*OFFICERS)
@told
@require_POST
def visitors_file(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Make a file of the visitors of a view, likewise."""
    return _file(request, reference, kind=VISITORS, make=exports.visitors_file)


def _options(request: HttpRequest, *, now: datetime, usual: dict[str, Any]) -> dict[str, Any]:
    """Return what a form of a search needs; a case that the address names, or the only one there is, is filled in."""
    by, asked = officer(request), request.GET.get("case", "")
    cases = queries.cases(asked=queries.Asked(), by=by, now=now).rows
    named = [each.number for each in cases if asked in {str(each.uuid), each.number}]
    only = [each.number for each in cases] if len(cases) == 1 else []
    initial = {**usual, "case": next(iter(named or only), "")}
    return {"by": by, "now": now, "kept_from": _kept_from(now), "initial": initial}


def _kept_from(now: datetime) -> datetime:
    return rules.kept_from(now=now, days=settings().visit_days)


def _gone(request: HttpRequest, address: str) -> HttpResponse:
    """Lead a browser to another address, whoever sent the form."""
    return HttpResponse(headers={"HX-Redirect": address}) if wants_part(request) else redirect(address)


def _asked(request: HttpRequest, template: str, form: forms.WindowForm) -> HttpResponse:
    by = officer(request)
    cases = queries.cases(asked=queries.Asked(), by=by, now=clock.now()).rows
    context = {"form": form, "recent": queries.recent(by=by), "open_cases": cases}
    return render(request, template, context, status=422 if form.errors else 200)


def _read(request: HttpRequest, reference: UUID, *, kind: str) -> tuple[Search, View, str]:
    try:
        search = actions.opened(uuid=reference, kind=kind, by=officer(request), at=clock.now())
    except SearchUnknown:
        raise Http404 from None
    asked = request.POST if request.method == "POST" else request.GET
    view = View.read(asked.dict(), window=search.window, minutes=search.minutes)
    return search, view, typed(request.POST.get("text", "")[:100])


def _comes_back(request: HttpRequest, text: str) -> bool:
    """Return whether a form sent without scripts only changed what an address can say."""
    return request.method == "POST" and not text and not wants_part(request)


def _file(request: HttpRequest, reference: UUID, *, kind: str, make: Callable[..., MadeExport]) -> HttpResponse:
    search, view, text = _read(request, reference, kind=kind)
    form = request.POST.get("form", "")
    if form not in exports.FORMATS or (kind == CONTACTS and not view.chosen(search.persons)):
        raise Http404
    try:
        made = make(search=search, view=view, form=form, text=text, by=officer(request), at=clock.now())
    except (FileTooLarge, ExportTooLarge):
        messages.error(request, _too_large())
        return redirect(address(search, view))
    if made.file is not None:
        return handed(made.file)
    messages.success(request, _("Your file is made and waits for a second person. They decide by its manifest."))
    return redirect("access:export", uuid=made.uuid)


def _too_large() -> str:
    return _("Nothing was made: one file holds at most %(most)s rows. Choose a shorter window or more minutes.") % {
        "most": words.number(MOST_ROWS)
    }
