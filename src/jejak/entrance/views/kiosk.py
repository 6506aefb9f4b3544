"""The kiosk: visitors check in themselves, by card or by name; a queue of the tablet's own comes in the same way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.db import DatabaseError, DataError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jejak.entrance import actions, queries
from jejak.entrance.errors import EntranceError, NothingSent, TabletUnknown
from jejak.entrance.refusals import field_of, said
from jejak.entrance.sent import Sent
from jejak.entrance.views.counter import confirmation, poster_line
from jejak.entrance.views.entry import refused, tablets
from jejak.entrance.views.marks import colour_name, spoken_word
from jejak.formats import shortcode
from jejak.kernel.clock import now
from jejak.kernel.ids import uuid7
from jejak.kernel.settings import settings
from jejak.people.errors import CardUnknown, PersonRefused
from jejak.premises import queries as premises
from jejak.ui.qr import svg
from jejak.visits.errors import VisitConflict

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jejak.entrance.queries import Paired
    from jejak.kernel.problems import JejakError

MOST_ITEMS: Final = 50
LARGEST: Final = 200_000
REFUSALS: Final = (EntranceError, PersonRefused, CardUnknown, VisitConflict)
STORED: Final = 201
POSTER_READ: Final = 200
AGAIN_LATER: Final = 503


@tablets("kiosk")
def kiosk(request: HttpRequest, tablet: Paired) -> HttpResponse:
    """Let a visitor check in; without scripts it is a form like any other."""
    if request.method != "POST":
        return _page(request, tablet)
    try:
        sent = Sent.of_form(request.POST)
        done = actions.write_at_kiosk(
            tablet=tablet,
            visit=sent.visit,
            visitor=sent.visitor,
            together=sent.together,
            queued=False,
            now=now(),
            poster=sent.poster,
        )
    except CardUnknown as error:
        line, refusal = poster_line(tablet, sent.scanned, error)
        return _page(request, tablet, error=refusal, poster=sent.scanned, line=line)
    except REFUSALS as error:
        return _page(request, tablet, error=error)
    return _page(request, tablet, done=done)


@csrf_exempt  # a queue outlives the form's token; a script of another site can send neither the cookie nor JSON
@tablets("kiosk", machine=True, handing_in=True)
@require_POST
def check_ins(request: HttpRequest, tablet: Paired) -> HttpResponse:
    """Take a tablet's queue: ``{"items": [{"id", "card" | "name", "phone", "with"?, "agree", "queued", "poster"?}]}``.

    A poster's code in ``card`` is answered with 200 and what to say; ``poster`` of the next item is that code, and the
    visit is where that poster hangs.

    Each item gets an answer of its own, in order; what cannot be stored now is answered 503 and kept by the tablet.
    """
    try:
        items = _items(request)
    except NothingSent as error:
        return refused(error)
    if tablet.ended_at is not None and not any(isinstance(item, dict) and item.get("queued") is True for item in items):
        return refused(TabletUnknown())
    return JsonResponse({"items": [_outcome(tablet, item) for item in items]})


def _items(request: HttpRequest) -> list[object]:
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if site != "same-origin" or request.content_type != "application/json" or len(request.body) > LARGEST:
        raise NothingSent
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):  # also brackets within brackets by the thousand
        raise NothingSent from None
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list) or not 0 < len(items) <= MOST_ITEMS:
        raise NothingSent
    return items


def _outcome(tablet: Paired, item: object) -> dict[str, object]:
    known = {"id": item.get("id")} if isinstance(item, dict) and isinstance(item.get("id"), str) else {}
    try:
        sent = Sent.of_item(item)
        done = actions.write_at_kiosk(
            tablet=tablet,
            visit=sent.visit,
            visitor=sent.visitor,
            together=sent.together,
            queued=sent.queued,
            now=now(),
            poster=sent.poster,
        )
    except CardUnknown as error:
        line, refusal = poster_line(tablet, sent.scanned, error)
        return known | (_problem(refusal) if refusal else {"status": POSTER_READ, "say": line})
    except REFUSALS as error:
        return known | _problem(error)
    except DataError:  # it can never be stored, so it must not be sent again for ever
        return known | {"status": NothingSent.status, "code": NothingSent.code, "say": said(NothingSent())}
    except DatabaseError:
        return known | {"status": AGAIN_LATER}
    shown = {"colour": done.colour, "colour_name": colour_name(done.colour), "word": spoken_word(done.word)}
    return known | {"status": STORED, "people": done.people} | shown


def _problem(error: JejakError) -> dict[str, object]:
    return {"status": error.status, "code": error.code, "field": field_of(error), "say": said(error, alone=True)}


def _page(
    request: HttpRequest,
    tablet: Paired,
    *,
    error: JejakError | None = None,
    done: actions.Written | None = None,
    poster: str = "",
    line: str = "",
) -> HttpResponse:
    at = queries.standing(tablet=tablet)
    shown: dict[str, Any] = {
        "tablet": tablet,
        "at": at,
        "done": done,
        "wrong": {field_of(error): said(error, alone=True)} if error else {},
        "poster": poster if line else "" if done else request.POST.get("poster", ""),
        "poster_line": line,
        "given": {} if done else {name: request.POST.get(name, "") for name in ("name", "phone", "with")},
        "id": uuid7(),
        "now": now(),
        "visit_days": settings().visit_days,
    }
    if wall := queries.poster_for_phones(at=at, now=now()):
        address = f"{settings().base_url}/p/{premises.scan_code(number=wall.number)}"
        shown |= {"phone_qr": svg(address), "phone_code": shortcode.printed(wall.short_code)}
    if done:
        shown |= confirmation(tablet, done)
    return render(request, "entrance/kiosk.html", shown, status=error.status if error else 200)
