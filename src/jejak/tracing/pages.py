"""An answer as a page, or as the part of it that a form on the page asked for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse

from jejak.kernel import clock
from jejak.kernel.places import local_day, local_midnight
from jejak.tracing import actions, pictures, presenting, rules
from jejak.tracing.marks import TIERS

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from jejak.access.actions import User
    from jejak.tracing.records import Search
    from jejak.tracing.state import View

EARLIEST: Final = date(2000, 1, 1)
"""Nothing was known on any day before, and the first days of the calendar have no midnight in every zone."""


def day_asked(request: HttpRequest, *, at: datetime) -> date:
    """Return the day as of which a page is asked for: today, where the address names none or one to come."""
    today = local_day(at)
    try:
        return max(EARLIEST, min(date.fromisoformat(request.GET.get("on", "")), today))
    except ValueError:
        return today


def contacts_page(
    request: HttpRequest, search: Search, view: View, *, text: str = "", release: bool = False
) -> HttpResponse:
    """Show how many contacts, and of a page those whose names were shown; all of it with ``release``."""
    answer = actions.show_contacts(
        search=search, view=view, text=text, release=release, by=officer(request), at=clock.now()
    )
    context = {
        "answer": answer,
        "contact_lines": presenting.contact_lines(answer.rows),
        "stay_lines": presenting.stay_lines(answer.stays),
        "tally": presenting.tally(answer.tally, zoned=answer.zoned),
        "meanings": presenting.marks_seen(
            *(row.contact.flags for row in answer.rows), *(stay.flags for stay in answer.stays)
        ),
        "doubts": presenting.doubts(answer.flags),
        "tiers": TIERS.values() if answer.zoned else (),
        "day_lines": presenting.day_lines(pictures.timeline(stays=answer.stays, period=view.period)),
    }
    return _answered(request, "tracing/contacts.html", context, search=search, view=view, text=text)


def visitors_page(
    request: HttpRequest, search: Search, view: View, *, text: str = "", release: bool = False
) -> HttpResponse:
    """Show how many visitors, and of a page those whose names were shown; all of it with ``release``."""
    answer = actions.show_visitors(
        search=search, view=view, text=text, release=release, by=officer(request), at=clock.now()
    )
    context = {
        "answer": answer,
        "visitor_lines": presenting.visitor_lines(answer.rows),
        "meanings": presenting.marks_seen(*(row.stay.flags for row in answer.rows)),
        "doubts": presenting.doubts(answer.flags),
        "columns": pictures.columns(answer.hours),
        "busiest": max(answer.hours, key=lambda hour: hour.people),
    }
    return _answered(request, "tracing/visitors.html", context, search=search, view=view, text=text)


def officer(request: HttpRequest) -> User:
    """Return who asks."""
    return cast("User", request.user)  # the access rule let no anonymous user in


def wants_part(request: HttpRequest) -> bool:
    """Return whether a form on the page asked, for the part that changes."""
    return bool(getattr(request, "htmx", False))


def address(search: Search, view: View) -> str:
    """Return where a view of a search's answer stands."""
    return f"{reverse(f'tracing:{search.kind}', args=[search.uuid])}?{view.query}"


def _answered(
    request: HttpRequest, template: str, context: dict[str, Any], *, search: Search, view: View, text: str
) -> HttpResponse:
    answer = context["answer"]
    request.GET = QueryDict(view.query)  # so that links of sorted heads and the pager carry what a form just changed
    first, last = rules.marks(search.window)
    context |= {
        "search": search,
        "view": view,
        "address": reverse(f"tracing:{search.kind}", args=[search.uuid]),
        "sieves": presenting.sieves(answer.flags, chosen=view.flags),
        "text": text,
        "mine": search.by_id == officer(request).pk,
        "page": Paginator(range(answer.matching), rules.PAGE_LENGTH).get_page(answer.number),
        "midnight": local_midnight(local_day(search.window.start)),
        "marks": {"first": first, "last": last, "before_last": last - 1, "after_first": first + 1},
        "most_minutes": max(4 * 60, view.minutes, search.minutes),
        "largest_file": rules.LARGEST_FILE,
        "large_release": rules.LARGE_RELEASE,
    }
    if not wants_part(request):
        return render(request, template, context)
    response = render(request, template.replace(".html", "_answer.html"), context)
    response["HX-Replace-Url"] = address(search, view)
    return response
