"""Pages of the work list: whom to call, one contact, and saying what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jejak.access import queries as accounts
from jejak.kernel import clock
from jejak.kernel.access import roles
from jejak.kernel.letters import typed
from jejak.kernel.places import local_day
from jejak.tracing import actions, batchwords, contactwords, disputewords, followforms, followwords, runwords
from jejak.tracing.errors import ContactChanged, ContactHeld, ContactUnknown
from jejak.tracing.pages import day_asked, officer
from jejak.tracing.paging import page_asked, whole
from jejak.tracing.queries import disputes, notices, work
from jejak.tracing.refusals import told
from jejak.tracing.rules import OFFICERS
from jejak.tracing.views.runs import uuids

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from jejak.access.actions import User
    from jejak.tracing.actions.followshowing import Followed
    from jejak.tracing.followforms import Following

LONGEST_TEXT: Final = 60


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("text")
def listing(request: HttpRequest) -> HttpResponse:
    """Show whom the office works on, page by page; what is searched for comes by POST, as it may be a phone number."""
    given = request.POST if request.method == "POST" else request.GET
    text = typed(request.POST.get("text", ""))[:LONGEST_TEXT].strip()
    asked = replace(filter_of(given.dict()), text=text, page=page_asked(given.get("page", "")))
    after = work.Place.read(request.GET.get("after", ""))
    by, now = officer(request), clock.now()
    found = actions.show_work(asked=asked, after=after, by=by, at=now)
    if text and asked.page == 1 and len(found.lines) == 1:
        return redirect("tracing:contact", reference=found.lines[0].contact.uuid)
    query = query_of(asked)
    counts = {**found.counts, work.ALL: sum(found.counts.values())}
    context: dict[str, Any] = {
        "found": found,
        "asked": asked,
        "tabs": [
            (words, counts[code], query_of(replace(asked, work=code)), code == asked.work and not text)
            for code, words in [*contactwords.WORKS.items(), (work.ALL, _("All"))]
        ],
        "mixed": bool(text) or asked.work == work.ALL,
        "tiers": [(str(tier), words[0], asked.tier == tier) for tier, words in contactwords.TIERS.items()],
        "lines": [
            {
                "line": line,
                "tier": contactwords.TIERS[line.contact.tier],
                "work": contactwords.WORKS[line.contact.work],
                "marks": [contactwords.MARKS[mark] for mark in line.marks],
            }
            for line in found.lines
        ],
        "following": _following(found.following, query=query),
        "next_page": asked.page + 1,
        "begun": after is not None or asked.page > 1,
        "query": query,
        "officers": _officers(by),
        "disputed": disputes.open_disputes(by=by),
    }
    return render(request, "tracing/work.html", context)


@roles(*OFFICERS)
@told
@require_POST
def following(request: HttpRequest) -> HttpResponse:
    """Take the next contact of the list that nobody is at, and open it."""
    asked = filter_of(request.POST.dict())
    taken = actions.take_next(asked=asked, by=officer(request), at=clock.now())
    if taken is None:
        messages.info(request, _("Nobody is left on this list, or colleagues are at all of them."))
        return redirect(f"{_home()}?{query_of(asked)}")
    return redirect("tracing:contact", reference=taken)


@roles(*OFFICERS)
@told
@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Give the contacts chosen to an officer of the office, or to nobody."""
    asked, by = filter_of(request.POST.dict()), officer(request)
    whom = dict(_officers(by))
    text = request.POST.get("officer", "")
    number = whole(text)
    if text and number not in whom:
        raise Http404
    try:
        changed = actions.assign_contacts(
            uuids=uuids(request.POST.getlist("contact")), officer=number, by=by, at=clock.now()
        )
    except ContactUnknown:
        raise Http404 from None
    messages.success(
        request,
        ngettext("%(n)s contact changed hands.", "%(n)s contacts changed hands.", changed) % {"n": changed},
    )
    return redirect(f"{_home()}?{query_of(asked)}")


@roles(*OFFICERS)
@told
@require_safe
def contact(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show one contact: who, why, what happened, and what to say of the call."""
    return page(request, reference)


def page(
    request: HttpRequest, reference: UUID, *, told: Mapping[str, Following] | None = None, status: int = 200
) -> HttpResponse:
    """Show one contact; ``told`` are forms that were sent and say what is wrong with them."""
    now = clock.now()
    try:
        shown = actions.show_contact(uuid=reference, by=officer(request), at=now)
    except ContactUnknown:
        raise Http404 from None
    context: dict[str, Any] = {
        "shown": shown,
        "contact": shown.contact,
        "tier": contactwords.TIERS[shown.contact.tier],
        "exposures": runwords.exposures(shown.exposures, places=shown.places),
        "sources": runwords.exposures(shown.sources, places=shown.places),
        "sources_alone": bool(shown.sources) and not shown.exposures,
        "events": runwords.events(shown),
        "works": [(code, words) for code, words in contactwords.WORKS.items() if code != work.NEW],
        "work": contactwords.WORKS[shown.contact.work],
        "disputes": [disputewords.line(one, at=now) for one in disputes.disputes_of(shown.contact)],
        "notices": [batchwords.line_of(one) for one in notices.of_contact(contact=shown.contact)],
    }
    if shown.follow:
        context["follow"] = followwords.told(shown.follow, at=now)
        context["follow_forms"] = follow_forms(shown.follow, told=told or {})
    return render(request, "tracing/contact.html", context, status=status)


@roles(*OFFICERS)
@told
@require_safe
def history(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show a contact as known at the end of a day."""
    now = clock.now()
    try:
        then = actions.show_contact_on(uuid=reference, day=day_asked(request, at=now), by=officer(request), at=now)
    except ContactUnknown:
        raise Http404 from None
    context: dict[str, Any] = {
        "then": then,
        "tier": contactwords.TIERS[then.tier] if then.tier else None,
        "work": contactwords.WORKS[then.work],
        "exposures": runwords.exposures(then.exposures, places=then.places),
        "sources": runwords.exposures(then.sources, places=then.places),
        "events": runwords.events(then),
        "follow": followwords.told_then(then),
        "today": local_day(now),
    }
    return render(request, "tracing/contact_history.html", context)


def follow_forms(it: Followed, *, told: Mapping[str, Following]) -> list[dict[str, Any]]:
    """Return the forms of a follow-up as its page offers them; one that was sent stands open with what is wrong."""
    usual: dict[str, dict[str, Any]] = {"facts": followforms.initial(it.row.facts, it.row.facts_from)}
    return [
        {
            "way": way,
            "form": told.get(way) or form(prefix=way, initial=usual.get(way)),
            "open": way in told,
            "title": followforms.TITLES[way],
            "button": followforms.BUTTONS[way],
        }
        for way, form in followforms.FORMS.items()
    ]


@roles(*OFFICERS)
@told
@require_POST
def hold(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Take a contact to work on for ten minutes."""
    return _done(request, reference, actions.hold)


@roles(*OFFICERS)
@told
@require_POST
def let_go(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Leave a contact to whoever comes next."""
    return _done(request, reference, actions.let_go)


@roles(*OFFICERS)
@told
@require_POST
def state(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Say how far the work on a contact is."""
    return _done(request, reference, actions.set_work, state=request.POST.get("work", ""))


def _done(request: HttpRequest, reference: UUID, deed: Callable[..., int], **more: str) -> HttpResponse:
    """Do something to a contact as its page was when it was looked at, and show it again."""
    text = request.POST.get("version", "")
    version = whole(text) or 0
    try:
        deed(uuid=reference, version=version, by=officer(request), at=clock.now(), **more)
    except ContactUnknown:
        raise Http404 from None
    except ContactHeld:
        messages.error(request, _("A colleague is working on this contact now. Nothing was changed."))
    except ContactChanged:
        messages.error(request, _("A colleague changed this contact meanwhile. Look at it again; nothing was changed."))
    return redirect("tracing:contact", reference=reference)


def filter_of(asked: Mapping[str, str]) -> work.Filter:
    """Return how an address or a form narrows the list, and in which order it asks for it."""
    tier, order = asked.get("tier", ""), asked.get("sort", "")
    return work.Filter(
        work=asked.get("work", "") if asked.get("work") in {*work.WORKS, work.ALL} else work.NEW,
        whose=asked.get("whose", "") if asked.get("whose") in {work.MINE, work.NOBODY} else "",
        tier=int(tier) if tier in {"1", "2", "3", "4"} else None,
        order=order if order.removeprefix("-") in work.ORDERS else work.USUAL_ORDER,
    )


def query_of(asked: work.Filter) -> str:
    """Return it for an address."""
    state: dict[str, object] = {"work": asked.work, "whose": asked.whose, "tier": asked.tier or ""}
    state["sort"] = asked.order if asked.order != work.USUAL_ORDER else ""
    return urlencode({name: value for name, value in state.items() if value})


def _following(place: work.Place | int | None, *, query: str) -> str:
    """Return the address of the next page, empty if there is none."""
    if place is None:
        return ""
    where = {"page": place} if isinstance(place, int) else {"after": str(place)}
    return f"{query}&{urlencode(where)}"


def _home() -> str:
    return reverse("tracing:work")


def _officers(by: User) -> tuple[tuple[int, str], ...]:
    if by.agency_id is None:
        return ()
    return accounts.colleagues_of(agency=by.agency_id, roles=OFFICERS, now=clock.now())
