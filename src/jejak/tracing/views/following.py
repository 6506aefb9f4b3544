"""Pages of following up: who is due, and what an officer writes down of one contact or does with many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from jejak.access import queries as accounts
from jejak.kernel import clock
from jejak.kernel.access import roles
from jejak.kernel.letters import typed
from jejak.kernel.places import local_day
from jejak.tracing import actions, followforms, followwords
from jejak.tracing.contactwords import TIERS
from jejak.tracing.errors import CaseInvalid, ContactChanged, ContactHeld, ContactUnknown, FollowUpRefused
from jejak.tracing.followforms import FORMS
from jejak.tracing.followrules import OVER
from jejak.tracing.pages import officer
from jejak.tracing.paging import page_asked, whole
from jejak.tracing.queries import following, work
from jejak.tracing.queries.following import Asked
from jejak.tracing.refusals import told
from jejak.tracing.rules import OFFICERS
from jejak.tracing.views.runs import uuids
from jejak.tracing.views.work import page as contact_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

LONGEST_TEXT: Final = 60


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("text")
def listing(request: HttpRequest) -> HttpResponse:
    """List whom the office follows up; what is searched for comes by POST, as it may be a phone number."""
    asked, by, now = _asked(request), officer(request), clock.now()
    found = actions.show_follow_ups(asked=asked, by=by, at=now)
    if asked.text and found.total == 1:
        return redirect(_follow_up(found.lines[0].row.contact.uuid))
    context: dict[str, Any] = {
        "found": found,
        "asked": asked,
        "lines": followwords.lines(found.lines, today=local_day(now)),
        "tabs": [
            (words, count, _query(tab=tab, whose=asked.whose), tab == asked.tab and not asked.text)
            for tab, words, count in followwords.tabs(found.counts)
        ],
        "only": [(code, words, found.counts[code]) for code, words in followwords.ONLY.items()],
        "officers": accounts.colleagues_of(agency=by.agency_id or 0, roles=OFFICERS, now=now),
        "page": Paginator(range(found.total), following.PAGE_LENGTH).get_page(found.number),
        "tiers": TIERS,
    }
    return render(request, "tracing/follow_list.html", context)


@roles(*OFFICERS)
@told
@require_POST
def together(request: HttpRequest, way: str) -> HttpResponse:
    """Release those chosen, give them to an officer, or work them out by the newer table."""
    chosen, by, now = uuids(request.POST.getlist("contact")), officer(request), clock.now()
    if way == "release":
        done = actions.release_over(uuids=chosen, by=by, at=now)
        text = ngettext("%(n)s contact is released.", "%(n)s contacts are released.", done)
    elif way == "assign":
        done = _assigned(request, chosen)
        text = ngettext("%(n)s contact changed hands.", "%(n)s contacts changed hands.", done)
    elif way == "rederive":
        done = actions.rederive_follow_ups(uuids=chosen, by=by, at=now)
        text = ngettext("%(n)s follow-up was worked out anew.", "%(n)s follow-ups were worked out anew.", done)
    else:
        raise Http404
    messages.success(request, text % {"n": done})
    back = Asked(tab=request.POST.get("tab", ""), whose=request.POST.get("whose", ""))
    query = _query(
        tab=back.tab if back.tab in following.TABS else "",
        whose=back.whose if back.whose in {work.MINE, work.NOBODY} else "",
    )
    return redirect(f"{reverse('tracing:follow-ups')}?{query}")


@roles(*OFFICERS)
@told
@require_POST
def start(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Follow a contact up from today, whether or not a notice was sent."""
    try:
        if actions.start_follow_up(uuid=reference, by=officer(request), at=clock.now()):
            messages.success(request, _("They are followed up from today."))
        else:
            messages.info(request, _("Nothing began: they are followed up already, or nothing new is known since."))
    except ContactUnknown:
        raise Http404 from None
    except FollowUpRefused:
        messages.error(request, _("A case may have been infected where they were; it exposed them nowhere"))
    except ContactHeld:
        messages.error(request, _("A colleague is working on this contact now. Nothing was changed."))
    return redirect(_follow_up(reference))


@roles(*OFFICERS)
@told
@require_POST
@sensitive_post_parameters("note")
def change(request: HttpRequest, reference: UUID, way: str) -> HttpResponse:
    """Write down how a contact is, or what is known of them; release, extend, give up, or make a case of them."""
    if way not in FORMS and way not in _PLAIN:
        raise Http404
    form = FORMS[way](request.POST, prefix=way) if way in FORMS else None
    if form is not None and not form.is_valid():
        return contact_page(request, reference, told={way: form}, status=422)
    try:
        done = _CHANGES[way](request, reference, form) if form is not None else _PLAIN[way](request, reference)
    except ContactUnknown:
        raise Http404 from None
    except ContactHeld:
        messages.error(request, _("A colleague is working on this contact now. Nothing was changed."))
    except ContactChanged:
        messages.error(request, _("A colleague changed this contact meanwhile. Look at it again; nothing was changed."))
    except (FollowUpRefused, CaseInvalid) as wrong:
        if form is not None and wrong.field in form.fields:
            form.refuse(wrong.field)
            return contact_page(request, reference, told={way: form}, status=422)
        messages.error(request, followwords.WRONG.get(wrong.field, _("That cannot be done now.")))
    else:
        messages.success(request, done)
    return redirect(_follow_up(reference))


def _today(request: HttpRequest, reference: UUID, form: Any) -> str:  # noqa: ANN401 - the form of the way
    actions.assess(uuid=reference, said=form.said, by=officer(request), at=clock.now())
    return _("Kept. They are due again tomorrow.") if form.said.well else _("Kept. They stand on top of the list.")


def _facts(request: HttpRequest, reference: UUID, form: Any) -> str:  # noqa: ANN401 - the form of the way
    actions.set_facts(uuid=reference, facts=form.facts, source=form.cleaned_data["source"], **_who(request))
    return _("Kept, and worked out anew.")


def _extend(request: HttpRequest, reference: UUID, form: Any) -> str:  # noqa: ANN401 - the form of the way
    said = form.cleaned_data
    actions.extend(uuid=reference, until=said["until"], apart=said["apart"], why=said["note"], **_who(request))
    return _("Extended.")


def _release(request: HttpRequest, reference: UUID, form: Any) -> str:  # noqa: ANN401 - the form of the way
    actions.release(uuid=reference, **form.cleaned_data, **_who(request))
    return _("Released.")


def _lost(request: HttpRequest, reference: UUID, form: Any) -> str:  # noqa: ANN401 - the form of the way
    actions.lost(uuid=reference, **form.cleaned_data, **_who(request))
    return _("Given up.")


def _over(request: HttpRequest, reference: UUID) -> str:
    actions.release(uuid=reference, why=OVER, **_who(request))
    return _("Released.")


def _case(request: HttpRequest, reference: UUID) -> str:
    made = actions.make_case(uuid=reference, **_who(request))
    if made.known:
        return _("They are case %(number)s already; the follow-up ended.") % {"number": made.number}
    return _("Reported as case %(number)s, suspected.") % {"number": made.number}


def _newer(request: HttpRequest, reference: UUID) -> str:
    actions.rederive_follow_ups(uuids=[reference], by=officer(request), at=clock.now())
    return _("Kept, and worked out anew.")


def _who(request: HttpRequest) -> dict[str, Any]:
    """Return who changes, when, and the version of the follow-up that they looked at."""
    text = request.POST.get("version", "")
    version = whole(text) or 0
    return {"version": version, "by": officer(request), "at": clock.now()}


def _assigned(request: HttpRequest, chosen: list[UUID]) -> int:
    text = request.POST.get("officer", "")
    number = whole(text)
    if text and number is None:
        raise Http404
    try:
        return actions.assign_contacts(uuids=chosen, officer=number, by=officer(request), at=clock.now())
    except ContactUnknown:
        raise Http404 from None


def _asked(request: HttpRequest) -> Asked:
    given = request.GET
    tab, only, whose, order, page = (given.get(name, "") for name in ("tab", "only", "whose", "sort", "page"))
    return Asked(
        tab=tab if tab in following.TABS else following.NOW,
        only=only if only in following.ONLY else "",
        whose=whose if whose in {work.MINE, work.NOBODY} else "",
        order=order if order.removeprefix("-") in following.ORDERS else following.USUAL_ORDER,
        text=typed(request.POST.get("text", "")[:LONGEST_TEXT]),
        page=page_asked(page),
    )


def _query(**state: str) -> str:
    return urlencode({name: value for name, value in state.items() if value})


def _follow_up(reference: UUID) -> str:
    return f"{reverse('tracing:contact', args=[reference])}#follow-up"


_CHANGES: Final[dict[str, Callable[[HttpRequest, UUID, followforms.Following], str]]] = {
    "today": _today,
    "facts": _facts,
    "extend": _extend,
    "release": _release,
    "lost": _lost,
}
_PLAIN: Final[dict[str, Callable[[HttpRequest, UUID], str]]] = {"over": _over, "case": _case, "newer": _newer}
