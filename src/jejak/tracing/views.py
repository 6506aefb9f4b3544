"""The officer's pages: asking, looking, taking out a file."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from jejak.kernel import clock
from jejak.kernel.access import roles
from jejak.kernel.places import local_day, local_midnight
from jejak.tracing import actions, exports, forms, pictures, presenting, queries, rules
from jejak.tracing.errors import FileTooLarge, SearchUnknown
from jejak.tracing.marks import TIERS
from jejak.tracing.records import CONTACTS, VISITORS
from jejak.tracing.state import View

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from jejak.tracing.answers import File
    from jejak.tracing.records import Search
    from jejak.trail.rules import Actor

A_DAY = timedelta(days=1)
# The end is no part of a window and its field knows no seconds: who came in just now would be missing.
A_LITTLE = timedelta(minutes=15)
LONGEST_NUMBER = 18  # digits of a person's internal number


@roles("health_officer")
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("phone", "purpose")
def start(request: HttpRequest) -> HttpResponse:
    """Ask for the contacts of a person; the officer's latest searches stand beside it."""
    now = clock.now()
    form = forms.ContactsForm(request.POST or None, initial=forms.usual(now=now, length=rules.USUAL_WINDOW))
    if request.method == "POST" and form.is_valid():
        search = actions.open_contacts_search(
            phone=form.cleaned_data["phone"], window=form.window, minutes=form.cleaned_data["minutes"],
            by=_officer(request), purpose=form.cleaned_data["purpose"], at=now,
        )  # fmt: skip
        if search.persons:
            return redirect("tracing:contacts", reference=search.uuid)
        form.add_error("phone", _("Nobody has checked in with this number. Check its digits, or try another number."))
    return _asked(request, "tracing/start.html", form)


@roles("health_officer")
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("text", "purpose")
def premises(request: HttpRequest) -> HttpResponse:
    """Ask for the visitors of a premises."""
    now = clock.now()
    form = forms.VisitorsForm(request.POST or None, initial=forms.usual(now=now + A_LITTLE, length=A_DAY + A_LITTLE))
    if request.method == "POST" and form.is_valid() and form.place:
        search = actions.open_visitors_search(
            place=form.place,
            window=form.window,
            by=_officer(request),
            purpose=form.cleaned_data["purpose"],
            at=now,
        )
        return redirect("tracing:visitors", reference=search.uuid)
    return _asked(request, "tracing/premises.html", form)


@roles("health_officer")
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("text")
def contacts(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show a person's stays and a page of the contacts; a text filter comes by POST, as it may be a name."""
    search, view, text = _read(request, reference, kind=CONTACTS)
    if not view.chosen(search.persons):
        names = actions.show_choice(search=search, by=_officer(request), at=clock.now())
        return render(request, "tracing/choose.html", {"search": search, "names": names})
    if _comes_back(request, text):
        return redirect(f"{request.path}?{_query(view)}")
    answer = actions.show_contacts(search=search, view=view, text=text, by=_officer(request), at=clock.now())
    context = {
        "answer": answer,
        "contact_lines": presenting.contact_lines(answer.rows),
        "stay_lines": presenting.stay_lines(answer.stays),
        "meanings": presenting.marks_seen(
            *(row.contact.flags for row in answer.rows), *(stay.flags for stay in answer.stays)
        ),
        "doubts": presenting.doubts(answer.flags),
        "tiers": TIERS.values() if answer.zoned else (),
        "day_lines": presenting.day_lines(pictures.timeline(stays=answer.stays, period=view.period)),
    }
    return _seen(request, "tracing/contacts.html", context, search=search, view=view, text=text)


@roles("health_officer")
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("text")
def visitors(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show how many people were at a premises by the hour, and a page of who."""
    search, view, text = _read(request, reference, kind=VISITORS)
    if _comes_back(request, text):
        return redirect(f"{request.path}?{_query(view)}")
    answer = actions.show_visitors(search=search, view=view, text=text, by=_officer(request), at=clock.now())
    busiest = max(answer.hours, key=lambda hour: hour.people)
    context = {
        "answer": answer,
        "visitor_lines": presenting.visitor_lines(answer.rows),
        "meanings": presenting.marks_seen(*(row.stay.flags for row in answer.rows)),
        "doubts": presenting.doubts(answer.flags),
        "columns": pictures.columns(answer.hours),
        "busiest": busiest,
    }
    return _seen(request, "tracing/visitors.html", context, search=search, view=view, text=text)


@roles("health_officer")
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
            by=_officer(request),
            at=clock.now(),
        )
    except SearchUnknown:
        raise Http404 from None
    return redirect("tracing:contacts", reference=found.uuid)


@roles("health_officer")
@require_POST
def contacts_file(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Hand out the contacts of a view as CSV or XLSX."""
    return _file(request, reference, kind=CONTACTS, make=exports.contacts_file)


@roles("health_officer")
@require_POST
def visitors_file(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Hand out the visitors of a view as CSV or XLSX."""
    return _file(request, reference, kind=VISITORS, make=exports.visitors_file)


def _officer(request: HttpRequest) -> Actor:
    return cast("Actor", request.user)  # the access rule let no anonymous user in


def _wants_part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _asked(request: HttpRequest, template: str, form: forms.WindowForm) -> HttpResponse:
    context = {"form": form, "recent": queries.recent(by=_officer(request))}
    return render(request, template, context, status=422 if form.errors else 200)


def _read(request: HttpRequest, reference: UUID, *, kind: str) -> tuple[Search, View, str]:
    try:
        search = queries.search(uuid=reference, kind=kind)
    except SearchUnknown:
        raise Http404 from None
    asked = request.POST if request.method == "POST" else request.GET
    view = View.read(asked.dict(), window=search.window, minutes=search.minutes)
    return search, view, request.POST.get("text", "")[:100].strip()


def _comes_back(request: HttpRequest, text: str) -> bool:
    """Return whether a form sent without scripts only changed what an address can say."""
    return request.method == "POST" and not text and not _wants_part(request)


def _query(view: View) -> str:
    state = {
        "who": view.who,
        "minutes": view.minutes,
        "start": view.start,
        "end": view.end,
        "sort": view.order,
    }
    if view.page > 1:
        state["page"] = view.page
    if view.tier < rules.LEAST_NEAR:
        state["tier"] = view.tier
    if view.flags:
        state["flags"] = view.flags
    return urlencode({name: value for name, value in state.items() if value != ""})


def _seen(
    request: HttpRequest, template: str, context: dict[str, Any], *, search: Search, view: View, text: str
) -> HttpResponse:
    answer = context["answer"]
    request.GET = QueryDict(_query(view))  # so that links of sorted heads and the pager carry what a form just changed
    first, last = rules.marks(search.window)
    context |= {
        "search": search,
        "view": view,
        "sieves": presenting.sieves(answer.flags, chosen=view.flags),
        "text": text,
        "mine": search.by_id == _officer(request).id,
        "page": Paginator(range(answer.matching), rules.PAGE_LENGTH).get_page(answer.number),
        "midnight": local_midnight(local_day(search.window.start)),
        "marks": {"first": first, "last": last, "before_last": last - 1, "after_first": first + 1},
        "most_minutes": max(4 * 60, view.minutes, search.minutes),
        "largest_file": rules.LARGEST_FILE,
    }
    if not _wants_part(request):
        return render(request, template, context)
    response = render(request, template.replace(".html", "_answer.html"), context)
    response["HX-Replace-Url"] = f"{request.path}?{_query(view)}"
    return response


def _file(request: HttpRequest, reference: UUID, *, kind: str, make: Callable[..., File]) -> HttpResponse:
    search, view, text = _read(request, reference, kind=kind)
    form = request.POST.get("form", "")
    if form not in exports.FORMATS or (kind == CONTACTS and not view.chosen(search.persons)):
        raise Http404
    try:
        file = make(search=search, view=view, form=form, text=text, by=_officer(request), at=clock.now())
    except FileTooLarge as refused:
        messages.error(request, _too_large(refused))
        return redirect(f"{reverse(f'tracing:{kind}', args=[reference])}?{_query(view)}")
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(file.digest)).decode()}:"  # RFC 9530
    return response


def _too_large(refused: FileTooLarge) -> str:
    return _(
        "Nothing was taken out: the file would name %(people)s people, and one officer may take out "
        "%(most)s. Choose a shorter window or more minutes."
    ) % {"people": refused.extra["people"], "most": rules.LARGEST_FILE}
