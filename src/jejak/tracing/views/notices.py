"""Pages of notices: what would go out, sending it, how it stands, stopping it, withdrawing it with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jejak.access import queries as accounts
from jejak.access.errors import ReasonMissing
from jejak.access.rules import SENIOR_HEALTH_OFFICER
from jejak.kernel import clock
from jejak.kernel.access import roles
from jejak.kernel.letters import typed
from jejak.tracing import actions, batchwords, contactwords, noticerules
from jejak.tracing.actions.noticeshowing import ORDERS, PAGE_LENGTH, USUAL_ORDER
from jejak.tracing.errors import NoticesChanged, NoticesNobody, NoticesOver, NoticesUnknown, WithdrawalLarge
from jejak.tracing.pages import officer
from jejak.tracing.paging import page_asked
from jejak.tracing.queries import notices
from jejak.tracing.queries.withdrawals import withdrawals
from jejak.tracing.refusals import told
from jejak.tracing.rules import OFFICERS
from jejak.tracing.views.runs import uuids
from jejak.tracing.views.work import filter_of, query_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest, HttpResponse

    from jejak.tracing.actions.noticeshowing import NoticeLine
    from jejak.tracing.queries.notices import BatchRow

AT_ONCE: Final = 10
"""So many notices are sent while the page waits; more are the worker's."""
LONGEST_WORDS: Final = 500
LONGEST_SEARCH: Final = 100
LOOKED_AT: Final = "notices-looked-at"
"""Where a session keeps whom an officer is looking at to be told: an answer to a form has no address of its own."""


@roles(*OFFICERS)
@told
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show the batches of notices that the office sent, the latest first."""
    given = request.GET
    asked = notices.Listed(
        state=given.get("state", "") if given.get("state") in batchwords.STATES else "",
        mine=given.get("whose") == "mine",
        order=given.get("sort", notices.USUAL_ORDER),
        page=page_asked(given.get("page", "")),
    )
    found = notices.batches(asked=asked, by=officer(request))
    context = {
        "asked": asked,
        "found": found,
        "waiting": sum(one.notices for one in withdrawals(by=officer(request))),
        "rows": [{"row": one, "state": batchwords.STATES[one.state]} for one in found.rows],
        "states": [(code, words[0]) for code, words in batchwords.STATES.items()],
        "page": Paginator(range(found.total), notices.PAGE_LENGTH).get_page(found.number),
    }
    return render(request, "tracing/notice_list.html", context)


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Show what sending a notice to the contacts chosen would do; nothing is sent yet."""
    if request.method != "POST":  # looked at again, in the other language perhaps
        held = request.session.get(LOOKED_AT)
        return _preview(request, chosen=_chosen(QueryDict(held))) if held else redirect("tracing:work")
    language = request.POST.get("language", "")
    if language in batchwords.LANGUAGES:
        reading = uuids(request.POST.getlist("reads"))
        actions.set_language(uuids=reading, language=language, by=officer(request), at=clock.now())
    return _preview(request)


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """Send notices just as they were looked at, or ask a senior officer for it."""
    if request.method != "POST":  # what was refused, in the other language
        return redirect("tracing:notices-new")
    by = officer(request)
    try:
        batch = actions.ask_notices(
            chosen=_chosen(request.POST),
            digest=request.POST.get("digest", ""),
            reason=request.POST.get("reason", "")[:LONGEST_WORDS],
            by=by,
            at=clock.now(),
        )
    except (NoticesChanged, NoticesNobody):
        return _preview(request, wrong=_("The list changed meanwhile. Look at it again; nothing was sent."))
    except ReasonMissing:
        return _preview(request, wrong=_("Write in a sentence why so many are told. Nobody was asked yet."))
    request.session.pop(LOOKED_AT, None)
    row = notices.batch_row(uuid=batch, by=by)
    if row.state == "sending" and row.total <= AT_ONCE:
        actions.send_notices(number=row.number, clock=clock.now)
    if row.state == "waiting":
        messages.success(request, _("Asked. Nothing leaves before a senior officer confirmed it."))
    return redirect("tracing:notice-batch", reference=batch)


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show how a batch stands, in numbers and page by page; a search by words is sent, so that no address holds it."""
    by = officer(request)
    given = request.POST if request.method == "POST" else request.GET
    try:
        row = notices.batch_row(uuid=reference, by=by)
        if row.state == "sending":
            return render(request, "tracing/notice_going.html", {"batch": row, "told": _told_of(row)})
        asked = actions.NoticesAsked(
            state=given.get("state", "") if given.get("state") in batchwords.STANDS else "",
            text=typed(given.get("text", ""))[:LONGEST_SEARCH] if request.method == "POST" else "",
            order=given.get("sort", USUAL_ORDER),
            page=page_asked(given.get("page", "")),
        )
        found = actions.show_notices(uuid=reference, asked=asked, by=by, at=clock.now())
    except NoticesUnknown:
        raise Http404 from None
    context = {
        "batch": found.batch,
        "told": _told_of(found.batch),
        "reads_request": found.batch.by_id == by.pk or SENIOR_HEALTH_OFFICER in accounts.roles_of(by),
        "asked": asked,
        "found": found,
        "leaving": found.waiting,
        "counts": [
            (code, words[0], found.counts[code]) for code, words in batchwords.STANDS.items() if code in found.counts
        ],
        "lines": _lines(found.lines),
        "orders": ORDERS,
        "page": Paginator(range(found.matching), PAGE_LENGTH).get_page(found.number),
    }
    return render(request, "tracing/notice_batch.html", context)


@roles(*OFFICERS)
@told
@require_POST
def stop(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Stop a batch: what is not sent yet never leaves."""
    try:
        left = actions.stop_notices(uuid=reference, by=officer(request), at=clock.now())
    except NoticesUnknown:
        raise Http404 from None
    except NoticesOver:
        messages.info(request, _("Nothing was left to stop."))
    else:
        said = ngettext("Stopped. %(n)s notice does not leave.", "Stopped. %(n)s notices do not leave.", left)
        messages.success(request, said % {"n": left})
    return redirect("tracing:notice-batch", reference=reference)


@roles(*OFFICERS)
@told
@require_POST
def resume(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Let a batch go on that something holds."""
    try:
        actions.resume_notices(uuid=reference, by=officer(request))
    except NoticesUnknown:
        raise Http404 from None
    messages.success(request, _("It goes on. You may close this page."))
    return redirect("tracing:notice-batch", reference=reference)


@roles(*OFFICERS)
@told
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Show whose notices would be withdrawn, and withdraw them with a reason."""
    by, now = officer(request), clock.now()
    given = request.POST if request.method == "POST" else request.GET
    only = None if given.get("all") else uuids(given.getlist("notice"))
    why = request.POST.get("why", "")
    try:
        if request.method == "POST" and why in batchwords.REASONS:
            many = actions.withdraw_batch(uuid=reference, only=only, why=why, by=by, at=now)
            said = ngettext("%(n)s notice is withdrawn.", "%(n)s notices are withdrawn.", many)
            messages.success(request, said % {"n": many})
            return redirect("tracing:notice-batch", reference=reference)
        row, many, lines = actions.show_chosen(uuid=reference, only=only, by=by, at=now)
    except NoticesUnknown:
        raise Http404 from None
    except WithdrawalLarge:
        messages.error(
            request,
            _(
                "More than 100 people at once, or 300 within the hour, would be told: a senior officer withdraws them. "
                "Stop the batch meanwhile. Nothing was changed."
            ),
        )
        return redirect("tracing:notice-batch", reference=reference)
    if not many:
        messages.info(request, _("Choose the notices that you want to withdraw."))
        return redirect("tracing:notice-batch", reference=reference)
    context = {
        "batch": row,
        "many": many,
        "lines": _lines(lines),
        "all": only is None,
        "only": only or (),
        "reasons": list(batchwords.REASONS.items()),
        "wrong": request.method == "POST",
    }
    return render(request, "tracing/notice_withdraw.html", context, status=422 if request.method == "POST" else 200)


def _preview(request: HttpRequest, *, chosen: actions.Chosen | None = None, wrong: str = "") -> HttpResponse:
    if chosen is None:
        chosen = _chosen(request.POST)
        request.session[LOOKED_AT] = _held(chosen)
    if chosen.asked is None and not chosen.uuids:
        messages.info(request, _("Tick the contacts who are to be told."))
        return redirect("tracing:work")
    seen = actions.preview_notices(chosen=chosen, by=officer(request), at=clock.now())
    context: dict[str, Any] = {
        "seen": seen,
        "asked": chosen.asked,
        "chosen": chosen.uuids,
        "query": query_of(chosen.asked) if chosen.asked else "",
        "ways": [(code, words, seen.ways.get(code, 0)) for code, words in batchwords.WAYS.items()],
        "read_in": [
            (name, seen.languages[code]) for code, name in batchwords.LANGUAGES.items() if seen.languages.get(code)
        ],
        "language_choices": list(batchwords.LANGUAGES.items()),
        "reasons": [(batchwords.LEFT_OUT[code], many) for code, many in seen.reasons.items()],
        "lines": [_planned(one) for one in seen.lines],
        "left_out": [_planned(one) for one in seen.left_out],
        "more": seen.total - len(seen.lines),
        "large_batch": noticerules.LARGE_BATCH,
        "large_hour": noticerules.LARGE_HOUR,
        "most_at_once": noticerules.MOST_AT_ONCE,
        "reason": request.POST.get("reason", ""),
        "wrong": wrong,
    }
    return render(request, "tracing/notice_preview.html", context, status=422 if wrong else 200)


def _planned(one: Any) -> dict[str, Any]:  # noqa: ANN401 - a line of the preview
    planned = one.planned
    return {
        "uuid": planned.contact.uuid,
        "name": one.who.name,
        "reach": one.who.reached,
        "tier": contactwords.TIERS[planned.contact.tier],
        "day": planned.day,
        "way": batchwords.WAYS[planned.way],
        "by_hand": planned.way == noticerules.PAGE,
        "language": batchwords.LANGUAGES[planned.language],
        "why": batchwords.LEFT_OUT.get(planned.left_out, ""),
    }


def _lines(lines: Sequence[NoticeLine]) -> list[Mapping[str, Any]]:
    return [{"who": one.who, **batchwords.line_of(one.standing)} for one in lines]


def _told_of(row: BatchRow) -> dict[str, Any]:
    return {"state": batchwords.STATES[row.state], "held": batchwords.held(row.held_why) if row.held_why else ""}


def _chosen(given: QueryDict) -> actions.Chosen:
    """Return which contacts a form means: all of a list as it was narrowed, or those ticked."""
    if given.get("all"):
        return actions.Chosen(asked=filter_of({name: str(value) for name, value in given.dict().items()}))
    return actions.Chosen(uuids=tuple(uuids(given.getlist("contact"))))


def _held(chosen: actions.Chosen) -> str:
    """Return which contacts are chosen as a form would say it, for the page to be fetched anew by its address."""
    if chosen.asked is not None:
        return f"all=1&{query_of(chosen.asked)}"
    return urlencode([("contact", str(uuid)) for uuid in chosen.uuids])
