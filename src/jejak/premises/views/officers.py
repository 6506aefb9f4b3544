"""The officers' pages about premises that wait for confirmation."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jejak.kernel.access import roles
from jejak.kernel.clock import now
from jejak.kernel.places import STATES
from jejak.kernel.settings import settings
from jejak.premises import actions, letters, queries
from jejak.premises.errors import UnknownProof
from jejak.premises.proof_forms import ReasonForm
from jejak.premises.views.entry import by

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from jejak.premises.views.entry import View

A_PAGE: Final = 50


def officers(view: View) -> View:
    """Let officers in; a request that nobody waits for any more is not found."""

    @roles("health_officer")
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - what the route captured
        try:
            return cast("Callable[..., HttpResponse]", view)(request, **kwargs)
        except UnknownProof as error:
            raise Http404 from error

    return cast("View", answer)


@officers
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """List the premises that wait for a judgement or a letter."""
    text, order, state = (request.GET.get(name, "") for name in ("q", "sort", "state"))
    state = state if state in STATES else ""
    found = queries.waiting(now=now(), text=text, state=state, order=order or "asked")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "text": text, "order": order, "state": state, "states": STATES.items()}
    return render(request, "premises/waiting.html", context)


@officers
@require_safe
def claim(request: HttpRequest, proof: UUID) -> HttpResponse:
    """Show one request with who asks; the look enters the trail."""
    return _shown(request, proof, ReasonForm())


@officers
@require_POST
def letter(request: HttpRequest, proof: UUID) -> HttpResponse:
    """Give the letter to print, with a fresh code."""
    at = now()
    found, code = actions.write_letter(by=by(request), proof=proof, now=at)
    drawn = letters.pdf(place=found.proof.place, code=code, until=found.proof.expires_at, now=at, settings=settings())
    answer = HttpResponse(drawn, content_type="application/pdf")
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="jejak-letter-{str(found.proof.place.uuid)[-8:]}.pdf"'
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@officers
@require_POST
def confirm(request: HttpRequest, proof: UUID) -> HttpResponse:
    """Confirm the premises."""
    actions.confirm(by=by(request), proof=proof, now=now())
    messages.success(request, _("Confirmed."))
    return redirect("premises:waiting")


@officers
@require_POST
def refuse(request: HttpRequest, proof: UUID) -> HttpResponse:
    """Refuse, with a reason that the owner reads."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, proof, form)
    actions.refuse(by=by(request), proof=proof, reason=form.cleaned_data["reason"], now=now())
    messages.success(request, _("Refused. The owner reads your reason and may ask again."))
    return redirect("premises:waiting")


def _shown(request: HttpRequest, proof: UUID, form: ReasonForm) -> HttpResponse:
    found = actions.look_at(by=by(request), proof=proof, now=now())
    context = {"claim": found, "proof": found.proof, "place": found.proof.place, "form": form}
    return render(request, "premises/claim.html", context, status=422 if form.errors else 200)
