"""What waits for a second person, and deciding it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jejak.access import actions, queries, second
from jejak.access.errors import RequestOver, RequestRefused
from jejak.access.forms import DecisionForm
from jejak.access.labels import DECISIONS
from jejak.access.views.asking import asker
from jejak.kernel.access import signed_in
from jejak.kernel.clock import now

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from jejak.access.queries import RequestView


@signed_in
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Show what this account may decide, and what it asked for itself."""
    kinds = second.decided_by(queries.roles_of(asker(request)))
    found = queries.open_requests(kinds=kinds, by=asker(request), now=now())
    mine = queries.asked_by(by=asker(request))
    shown = {"waiting": [_told(one) for one in found if not one.mine], "mine": [_told(one) for one in mine]}
    return render(request, "access/requests.html", shown)


@signed_in
def decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one request in words and numbers, and take the decision."""
    found = _visible(request, uuid)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decision, note = form.cleaned_data["decision"], form.cleaned_data["note"]
        try:
            _settle(request, found, decision=decision, note=note)
        except RequestRefused as error:
            messages.info(request, DECISIONS.get(error.reason, DECISIONS["decided"]))
        else:
            done = _("Approved. It can go on now.") if decision == "approved" else _("Refused, with your note.")
            messages.success(request, done)
            return redirect("access:requests")
        found = _visible(request, uuid)
    status = 422 if form.errors else 200
    return render(request, "access/request.html", {"form": form, **_in_full(found)}, status=status)


@signed_in
@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Withdraw one's own request; any other is not there."""
    try:
        actions.withdraw_request(by=asker(request), uuid=uuid, now=now())
    except RequestOver:
        messages.info(request, _("Nothing changed: this was decided already, or has run out."))
    else:
        messages.success(request, _("Withdrawn. Nobody needs to decide it any more."))
    return redirect("access:request", uuid=uuid)


def _settle(request: HttpRequest, found: RequestView, *, decision: str, note: str) -> None:
    needed = second.kinds()[found.kind].deciders
    settle = actions.approve if decision == "approved" else actions.refuse
    settle(by=asker(request), uuid=found.uuid, needed=needed, note=note, now=now())


def _visible(request: HttpRequest, uuid: UUID) -> RequestView:
    """Return a request that this account asked for or may decide; any other is not there."""
    kinds = second.decided_by(queries.roles_of(asker(request)))
    return queries.request(uuid=uuid, by=asker(request), kinds=kinds)


def _told(one: RequestView) -> dict[str, object]:
    kind = second.kinds().get(one.kind)
    return {
        "one": one,
        "label": kind.label if kind else one.kind,
        "said": kind.said(one.what) if kind else "",
        "open": not one.decision and now() < one.expires_at,
    }


def _in_full(one: RequestView) -> dict[str, object]:
    """Return one request with all its facts, and who may decide it."""
    kind = second.kinds().get(one.kind)
    roles = kind.deciders if kind else frozenset()
    able = queries.deciders_of(roles=roles, but=one.asked_by_id, now=now(), among=one.near)
    return _told(one) | {"facts": list(kind.facts(one.what)) if kind else [], "able": able}
