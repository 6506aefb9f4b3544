"""Who looked at a citizen's data and why, asking about it; and the auditors' page where such questions are answered.

Agencies and what they said they needed it for, never an officer's name: the agency answers for its people, and the
auditor who answers a question sees the name.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jejak.access.queries import may_audit
from jejak.access.rules import AUDITOR
from jejak.kernel.access import citizen, roles
from jejak.kernel.clock import now
from jejak.kernel.settings import settings
from jejak.people import queries as people
from jejak.trail import actions as trail
from jejak.trail import queries as entries
from jejak.trail.errors import QuestionOver, WordsMissing
from jejak.trail.queries import line_proof, provable
from jejak.visits.rules import LATE
from jejak.web.deeds import doer_in_words, in_words, reason_in_words
from jejak.web.forms import AnswerForm, QuestionForm
from jejak.web.showing import Look
from jejak.web.views.citizens import asking, visits_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest

    from jejak.web.showing import Asking

A_PAGE: Final = 50
_HOW: Final = (
    "The row of the trail, its salt and path, and the tlog-proof of its day. Check it without this node: "
    "jejak ledger verify FILE --key KEY; the key stands on {url}"
)


def looks_of(who: Asking) -> tuple[Look, ...]:
    """Return all that was done with the data of everybody whom this browser shows, the newest first.

    Without a document only since this device checked in under that name: before that the number, and the name with it,
    may have been somebody else's.
    """
    begun = _begun(who)
    asked = entries.questions_of(people.together([one.person for one in who.held]))
    names, found, seen = who.names, list[Look](), set[tuple[int, int]]()
    for one in who.held:
        for person in people.together([one.person]) if one.whole else (one.person,):
            for entry in entries.entries_about(person):
                if (entry.pk, one.person) not in seen and (one.whole or entry.at >= begun[one.person]):
                    seen.add((entry.pk, one.person))
                    own = entry.by_id == who.account.pk
                    question = asked.get((entry.pk, person))
                    whose = names.get(one.person, "")
                    doer = doer_in_words(agency=entry.agency, name=entry.by_name, number=entry.by_id, own=own)
                    why = reason_in_words(entry.purpose)
                    found.append(Look(entry, person, whose, in_words(entry.action), own, question, doer, why))
    found.sort(key=lambda look: (look.entry.at, look.entry.pk), reverse=True)
    return tuple(found)


def _begun(who: Asking) -> dict[int, datetime]:
    """Return since when each device is somebody's: it was verified, or checked in before that at a moment of ours."""
    first = {one.person: one.since for one in who.held if one.since is not None}
    for visit in visits_of(who) if first else ():
        if visit.person in first and not visit.flags & LATE:  # the time of what came late is the phone's own word
            first[visit.person] = min(first[visit.person], visit.checked_in)
    return first


@citizen
@require_safe
def looked(request: HttpRequest) -> HttpResponse:
    """Show who looked, when and why."""
    who = asking(request)
    page = Paginator(looks_of(who), A_PAGE).get_page(request.GET.get("page"))
    far = provable(one.entry.pk for one in page)
    shown = {"who": who, "page": page, "looks": [(one, far[one.entry.pk].value) for one in page]}
    return render(request, "web/me/looked.html", shown)


@citizen
@require_safe
def proof(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand out the proof that a line stands in the trail, to whoever it is about."""
    look = next((one for one in looks_of(asking(request)) if one.entry.uuid == uuid), None)
    found = line_proof(entry=look.entry, person=look.person) if look else None
    if found is None:
        raise Http404
    told = {"about": _HOW.format(url=settings().base_url + "/ledger/"), **found}
    handed = HttpResponse(json.dumps(told, ensure_ascii=False, indent=1), content_type="application/json")
    day = timezone.localtime(look.entry.at).date().isoformat() if look else ""
    handed.headers["Content-Disposition"] = f'attachment; filename="jejak-{_("proof")}-{day}.json"'
    return handed


@citizen
def question(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask about one deed; it must be about somebody whom this browser shows."""
    look = next((one for one in looks_of(asking(request)) if one.entry.uuid == uuid and not one.own), None)
    if look is None:
        raise Http404
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and look.asked is None:
        try:
            trail.question(entry=uuid, person=look.person, words=form.cleaned_data["words"], at=now())
        except WordsMissing:
            form.add_error("words", _("Write in a few words what you want to know."))
        else:
            messages.success(request, _("Sent. An auditor reads it and answers here; come back in a few days."))
            return redirect("web:looked")
    status = 422 if form.errors else 200
    return render(request, "web/me/question.html", {"form": form, "look": look}, status=status)


@roles(AUDITOR)
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Show auditors what citizens asked, those without an answer first."""
    by: Any = request.user
    found = [one for one in entries.questions() if may_audit(user=by, agency=one.entry.agency)]
    shown = [(one, in_words(one.entry.action)) for one in found]
    waiting = sum(one.answered_at is None for one in found)
    return render(request, "web/questions.html", {"questions": shown, "waiting": waiting})


@roles(AUDITOR)
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one question with all of its entry, and take the answer."""
    by: Any = request.user
    found = entries.one_question(uuid=uuid)
    if not may_audit(user=by, agency=found.entry.agency):
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            trail.answer(by=by, uuid=uuid, words=form.cleaned_data["words"], at=now())
        except WordsMissing:
            form.add_error("words", _("Write the answer."))
        except QuestionOver:
            messages.info(request, _("A colleague answered before you. Nothing changed."))
            return redirect("web:questions")
        else:
            messages.success(request, _("Answered. Whoever asked reads it beside the entry."))
            return redirect("web:questions")
    shown = {"form": form, "one": found, "said": in_words(found.entry.action)}
    return render(request, "web/question.html", shown, status=422 if form.errors else 200)
