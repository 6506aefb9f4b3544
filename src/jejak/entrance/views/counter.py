"""The counter: staff write a visitor in, or scan a printed card, and see what a guard sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jejak.entrance import actions, queries
from jejak.entrance.errors import EntranceError, MistakeTooLate, NobodyAtWork
from jejak.entrance.refusals import field_of, said
from jejak.entrance.sent import Sent
from jejak.entrance.views.entry import tablets
from jejak.entrance.views.marks import colour_name, shown_marks, spoken_word
from jejak.kernel.clock import now
from jejak.kernel.ids import uuid7
from jejak.people.errors import CardUnknown, PersonRefused
from jejak.premises.errors import UnknownPoster
from jejak.visits.errors import VisitConflict

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jejak.entrance.queries import MemberOf, Paired
    from jejak.kernel.problems import JejakError

MISTAKEN: Final = "entrance.mistaken"
MISTAKEN_LASTS: Final = 600
FIELDS: Final = ("card", "name", "phone", "reach", "with")


@tablets("counter")
def counter(request: HttpRequest, tablet: Paired) -> HttpResponse:
    """Write a visitor in; the answer fills the screen."""
    try:
        member = queries.at_work(tablet=tablet, now=now())
    except NobodyAtWork:
        return redirect("entrance:staff")
    if request.method != "POST":
        return _form(request, tablet, member)
    try:
        sent = Sent.of_form(request.POST)
        done = actions.write_at_counter(
            tablet=tablet,
            member=member,
            visit=sent.visit,
            visitor=sent.visitor,
            together=sent.together,
            now=now(),
            poster=sent.poster,
        )
    except CardUnknown as error:
        line, refusal = poster_line(tablet, sent.scanned, error)
        return _form(request, tablet, member, error=refusal, poster=sent.scanned, line=line)
    except (EntranceError, PersonRefused, VisitConflict) as error:
        return _form(request, tablet, member, error=error)
    names = _("Printed card") if sent.visitor.card else sent.visitor.name
    held = signing.dumps([str(sent.visit), done.people, tablet.id], salt=MISTAKEN)
    shown = {"done": done, "names": names, "beside": done.people - 1, "member": member, "tablet": tablet, "held": held}
    return render(request, "entrance/written.html", shown | confirmation(tablet, done))


@tablets("counter")
@require_POST
def mistaken(request: HttpRequest, tablet: Paired) -> HttpResponse:
    """Put beside a record just made that it was a mistake; nothing is undone."""
    try:
        member = queries.at_work(tablet=tablet, now=now())
        visit, people, made_at = signing.loads(request.POST.get("held", ""), salt=MISTAKEN, max_age=MISTAKEN_LASTS)
    except NobodyAtWork:
        return redirect("entrance:staff")
    except signing.BadSignature:
        made_at = 0
    if made_at != tablet.id:
        return _form(request, tablet, member, error=MistakeTooLate())
    actions.dispute_at_counter(tablet=tablet, member=member, visit=UUID(visit), people=people, now=now())
    shown = {"tablet": tablet, "at": queries.standing(tablet=tablet), "member": member}
    return render(request, "entrance/mistaken.html", shown)


def confirmation(tablet: Paired, done: actions.Written) -> dict[str, Any]:
    """Return what a page needs to show a confirmation."""
    shown = {"word": spoken_word(done.word), "colour": done.colour, "colour_name": colour_name(done.colour)}
    return shown | {"at": queries.standing(tablet=tablet)}


def poster_line(tablet: Paired, scanned: str, unknown: JejakError) -> tuple[str, JejakError | None]:
    """Return what to say of a poster held where a card is expected, or the refusal when it is none of this place."""
    try:
        there = queries.at_poster(tablet=tablet, text=scanned, at=now())
    except UnknownPoster:
        return "", unknown
    except EntranceError as error:
        return "", error
    where = there.zone_name or _("whole premises")
    return _("This poster: %(where)s. Now your card or name.") % {"where": where}, None


def _form(
    request: HttpRequest,
    tablet: Paired,
    member: MemberOf,
    *,
    error: JejakError | None = None,
    poster: str = "",
    line: str = "",
) -> HttpResponse:
    given = {name: request.POST.get(name, "") for name in FIELDS}
    wrong = {field_of(error): said(error)} if error else {}
    shown = {
        "tablet": tablet,
        "at": queries.standing(tablet=tablet),
        "member": member,
        "given": given,
        "wrong": wrong,
        "agreed": request.POST.get("agree") == "1",
        "id": uuid7(),
        "now": now(),
        "poster": poster if line else request.POST.get("poster", ""),
        "poster_line": line,
    } | shown_marks(premises=tablet.premises, at=now())
    return render(request, "entrance/counter.html", shown, status=error.status if error else 200)
