"""Auditors' random samples of the trail: say what, draw, look, judge; and the agency's page of what is questionable.

Persons are masked, for the purpose sees nothing of them; each look at a drawn entry names on the trail whom it showed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jejak.access import actions as access
from jejak.access.actions import auditing
from jejak.access.rules import AGENCY_MANAGER, AUDITOR
from jejak.kernel.access import roles
from jejak.kernel.clock import now
from jejak.kernel.places import local_day
from jejak.people import queries as people
from jejak.trail import queries as trail
from jejak.trail.actions import Wanted
from jejak.trail.errors import SampleUnknown, SeedWaits, WordsMissing
from jejak.trail.rules import MOST_DRAWN
from jejak.web.deeds import in_words
from jejak.web.forms_audit import FindingForm, ReplyForm, SampleForm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.http import HttpRequest

    from jejak.people.queries import KnownPerson
    from jejak.trail.queries import DrawnEntry

PERSONS_AN_ENTRY: Final = 5
"""Of an entry that names more, only so many are shown; how many there are is said."""


def _by(request: HttpRequest) -> Any:  # noqa: ANN401 - the account, which its access rule has looked at
    return request.user


@roles(AUDITOR)
@require_safe
def samples(request: HttpRequest) -> HttpResponse:
    """Show the samples of all auditors: what was drawn from, by whom, how many."""
    rows = [(one, in_words(one.action) if one.action else "") for one in trail.samples()]
    return render(request, "web/audit/samples.html", {"samples": rows})


@roles(AUDITOR)
def new(request: HttpRequest) -> HttpResponse:
    """Take what shall be drawn from, and commit to it."""
    moment = now()
    everywhere, named = auditing.agencies_for(by=_by(request))
    offered = sorted(named | set(trail.agencies_named())) if everywhere else sorted(named)
    form = SampleForm(
        request.POST or None,
        agencies=offered,
        everywhere=everywhere,
        actions=[(action, in_words(action)) for action in trail.actions_named()],
        today=local_day(moment),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        wanted = Wanted(said["since"], said["until"], said["number"], said["agency"], said["action"])
        return redirect("web:sample", auditing.commit(by=_by(request), wanted=wanted, words=said["words"], now=moment))
    return render(request, "web/audit/new.html", {"form": form}, status=422 if form.errors else 200)


@roles(AUDITOR)
@require_safe
def sample(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a sample: its seed, and for the auditor who drew it each entry with the persons masked."""
    found, by = trail.sample_of(uuid=uuid), _by(request)
    context = {"sample": found, "deed": in_words(found.action) if found.action else ""}
    if found.drawn_at is None or found.by_id != by.pk:
        context["mine"] = auditing.open_to(by=by, sample=found)
        return render(request, "web/audit/sample.html", context)
    with access.look(by=by, action=auditing.LOOK, purpose=auditing.purpose(uuid), at=now()) as look:
        drawn = trail.drawn_of(found)
        named = trail.persons_in(one.entry.pk for one in drawn)
        shown = _few(drawn, named)
        known = people.names_of(
            {person for some in shown.values() for person in some}, by=by, purpose=look.purpose, look=look
        )
        look.shows(known, detail={"sample": str(uuid), "entries": len(drawn)})
    rows = [_row(one, shown[one.number], len(named[one.entry.pk]), known) for one in drawn]
    return render(request, "web/audit/sample.html", context | {"mine": True, "rows": rows})


@roles(AUDITOR)
@require_POST
def draw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Draw once the ledger has signed the commitment."""
    try:
        auditing.draw(by=_by(request), sample=uuid, now=now())
    except SeedWaits:
        messages.info(request, _("The ledger has not signed it yet; it does so once a minute. Try again shortly."))
    return redirect("web:sample", uuid)


@roles(AUDITOR)
@require_safe
def entries(request: HttpRequest, uuid: UUID) -> HttpResponse:  # noqa: ARG001 - a view is called with it
    """Return the numbers of all entries that a sample is drawn from, one a line, for whoever draws it again."""
    found = trail.sample_of(uuid=uuid)
    body = "".join(f"{entry}\n" for entry in trail.candidates(found))
    named = {"Content-Disposition": f'attachment; filename="{uuid}.txt"'}
    return HttpResponse(body, content_type="text/plain; charset=utf-8", headers=named)


@roles(AUDITOR)
def judge(request: HttpRequest, number: int) -> HttpResponse:
    """Show one drawn entry, nobody of it, and take the finding."""
    by = _by(request)
    one = auditing.drawn_entry(by=by, number=number)
    form = FindingForm(request.POST or None, initial={"finding": one.finding or None, "note": one.note})
    if request.method == "POST" and form.is_valid():
        try:
            auditing.judge(by=by, number=number, now=now(), **form.cleaned_data)
        except WordsMissing:
            form.add_error("note", _("Say in a sentence what is questionable; the agency answers to it."))
        except SampleUnknown:
            messages.info(request, _("The agency has answered; the finding stays as it is."))
            return redirect("web:sample", one.sample)
        else:
            return redirect("web:sample", one.sample)
    shown = {"one": one, "deed": in_words(one.entry.action), "form": form}
    return render(request, "web/audit/judge.html", shown, status=422 if form.errors else 200)


@roles(AGENCY_MANAGER)
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Show an agency's managers what auditors found questionable."""
    rows = [(one, in_words(one.entry.action)) for one in trail.asked_of(agency=_agency(request))]
    return render(request, "web/audit/asked.html", {"rows": rows})


@roles(AGENCY_MANAGER)
def reply(request: HttpRequest, number: int) -> HttpResponse:
    """Show one questionable entry of the manager's agency, and take the answer."""
    one = next((one for one in trail.asked_of(agency=_agency(request)) if one.number == number), None)
    if one is None:
        raise Http404
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            auditing.answer(by=_by(request), number=number, words=form.cleaned_data["words"], now=now())
        except WordsMissing:
            form.add_error("words", _("Write the answer in a sentence."))
        except SampleUnknown:
            messages.info(request, _("A colleague answered before you. Nothing changed."))
            return redirect("web:asked")
        else:
            messages.success(request, _("Answered. The auditor reads it beside the entry."))
            return redirect("web:asked")
    shown = {"one": one, "deed": in_words(one.entry.action), "form": form}
    return render(request, "web/audit/reply.html", shown, status=422 if form.errors else 200)


def _agency(request: HttpRequest) -> str:
    agency = _by(request).agency
    return agency.name if agency else ""


def _few(drawn: Sequence[DrawnEntry], named: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """Return whom to show of each entry: few of one that names many, and fifty people in all."""
    shown: dict[int, list[int]] = {}
    seen: set[int] = set()
    for one in drawn:
        shown[one.number] = []
        for person in named[one.entry.pk][:PERSONS_AN_ENTRY]:
            if person in seen or len(seen) < MOST_DRAWN:
                seen.add(person)
                shown[one.number].append(person)
    return shown


def _row(
    one: DrawnEntry, shown: Sequence[int], named: int, known: Mapping[int, KnownPerson]
) -> tuple[DrawnEntry, str, list[KnownPerson], int]:
    persons = [known[person] for person in shown if person in known]
    return one, in_words(one.entry.action), persons, named - len(persons)
