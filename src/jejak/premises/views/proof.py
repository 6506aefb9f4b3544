"""The owner's pages that confirm a premises: what stands, the three ways, and the code that comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from jejak.kernel.clock import now
from jejak.premises import actions, queries, reach
from jejak.premises.errors import ProofRefused, UnknownProof
from jejak.premises.proof_forms import CodeForm
from jejak.premises.views.entry import by, language, owners

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

WAYS: Final = ("phone", "post", "officer")


@owners
@require_safe
def proof(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show whether a premises is confirmed, and how it can be."""
    return _shown(request, uuid)


@owners
@require_POST
def ask(request: HttpRequest, uuid: UUID, way: str) -> HttpResponse:
    """Ask for a code by SMS, a letter or an officer."""
    try:
        _asked(request, uuid, way)
    except ProofRefused as refused:
        messages.error(request, _why_not(refused.problem))
    return redirect("premises:proof", uuid=uuid)


@owners
@require_POST
@sensitive_post_parameters("code")
def check(request: HttpRequest, uuid: UUID, way: str) -> HttpResponse:
    """Compare a typed code; a right one confirms the premises."""
    checks = {"phone": actions.check_phone, "post": actions.check_letter}
    form = CodeForm(request.POST)
    if way not in checks:
        raise Http404
    queries.one_of(owner=by(request), uuid=uuid)
    if not form.is_valid():
        return _shown(request, uuid, wrong=way, form=form)
    try:
        right = checks[way](by=by(request), uuid=uuid, typed=form.cleaned_data["code"], now=now())
    except UnknownProof:
        messages.error(request, _("No code is under way any more. Ask for another."))
        return redirect("premises:proof", uuid=uuid)
    if not right:
        form.add_error("code", _("This is not the code, or it is used up. Compare it, or ask for another."))
        return _shown(request, uuid, wrong=way, form=form)
    messages.success(request, _("Confirmed. The mark “not confirmed” is gone everywhere."))
    return redirect("premises:detail", uuid=uuid)


def _asked(request: HttpRequest, uuid: UUID, way: str) -> None:
    if way == "phone":
        source = f"account:{by(request).uuid}"
        asked = actions.ask_by_phone(by=by(request), uuid=uuid, language=language(), source=source, now=now())
        if asked.reason:
            raise ProofRefused(asked.reason)
        messages.success(request, _("A code is on its way to the business’s phone. It is good for ten minutes."))
    elif way == "post":
        actions.ask_by_letter(by=by(request), uuid=uuid, now=now())
        messages.success(request, _("A letter was asked for. It is printed and posted to the address of the premises."))
    elif way == "officer":
        actions.ask_an_officer(by=by(request), uuid=uuid, now=now())
        messages.success(request, _("An officer will look at your premises. You see the answer on this page."))
    else:
        raise Http404


def _why_not(problem: str) -> str:
    said = {
        "no-registration": _("Give the registration number of the business first, under “Change details”."),
        "no-phone": _("Give the business’s phone number first, under “Change details”."),
        "landline": _("No SMS can be sent to this number. Ask for a letter, or for an officer."),
        "number-not-served": _("No SMS can be sent to this number. Ask for a letter, or for an officer."),
        "confirmed": _("It is confirmed already."),
        "closed": _("This premises is closed. Reopen it first."),
        "recipient-day": _("Too many codes went to this number today. Try again tomorrow, or ask for a letter."),
    }
    return said.get(problem, _("No code can be sent just now. Nothing is lost; try again in an hour."))


def _shown(request: HttpRequest, uuid: UUID, *, wrong: str = "", form: CodeForm | None = None) -> HttpResponse:
    place = queries.one_of(owner=by(request), uuid=uuid)
    found = queries.proofs_of(owner=by(request), uuid=uuid, now=now())
    refused = [it for it in found.values() if it.outcome == "refused"]
    context = {
        "place": place,
        "open": {way: it for way, it in found.items() if not it.outcome},
        "refused": max(refused, key=lambda it: it.asked_at) if refused else None,
        "sms": reach.takes_sms(phone=place.phone),
        "form": form or CodeForm(),
        "phone_form": form if wrong == "phone" else CodeForm(auto_id="phone_%s"),
        "post_form": form if wrong == "post" else CodeForm(auto_id="post_%s"),
    }
    return render(request, "premises/proof.html", context, status=422 if wrong else 200)
