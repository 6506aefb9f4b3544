"""The owner's pages about parts of a premises, tenants, and handing over the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jejak.kernel.clock import now
from jejak.kernel.settings import settings
from jejak.messaging import actions as messaging
from jejak.messaging.errors import RecipientInvalid
from jejak.premises import actions, queries
from jejak.premises.errors import DetailsWrong, InvitationRefused, PremisesClosed
from jejak.premises.views.entry import by, language, owners
from jejak.premises.zone_forms import KIND_WORDS, InvitationForm, PartForm
from jejak.ui.qr import svg

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from jejak.premises.queries import Place, ZoneOf


@owners
def zones(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """List the parts of a premises, and add one."""
    place = queries.one_of(owner=by(request), uuid=uuid)
    form = PartForm(request.POST or None, longest=place.longest_minutes)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_zone(
                by=by(request),
                uuid=uuid,
                name=form.cleaned_data["name"],
                stay=form.cleaned_data["stay"],
                kind=form.cleaned_data["kind"],
                now=now(),
            )
        except DetailsWrong as wrong:
            form.refuse(wrong)
        except PremisesClosed:
            form.add_error(None, _("This premises is closed. Reopen it first."))
        else:
            messages.success(request, _("Added. You can make its poster, and invite a tenant."))
            return redirect("premises:zone", uuid=uuid, zone=made.uuid)
    open_ones = {it.zone_id: it for it in queries.invitations_of(owner=by(request), uuid=uuid, now=now())}
    parts = [
        (zone, open_ones.get(zone.id), KIND_WORDS[zone.kind]) for zone in queries.zones_of(owner=by(request), uuid=uuid)
    ]
    context = {"place": place, "parts": parts, "form": form}
    return render(request, "premises/zones.html", context, status=422 if form.errors else 200)


@owners
def zone(request: HttpRequest, uuid: UUID, zone: UUID) -> HttpResponse:
    """Show a part, rename it, say how long people stay."""
    it = queries.zone_in(owner=by(request), uuid=uuid, zone=zone)
    start = {"name": it.name, "stay": it.own_stay, "kind": it.kind}
    form = PartForm(request.POST or None, initial=start, longest=it.premises.longest_minutes)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.revise_zone(by=by(request), uuid=uuid, zone=zone, **given, now=now())
        except DetailsWrong as wrong:
            form.refuse(wrong)
        else:
            same = given["name"] == it.name
            messages.success(
                request, _("Saved.") if same else _("Saved. Print the posters again so that they show the new name.")
            )
            return redirect("premises:zone", uuid=uuid, zone=zone)
    return _zone_page(request, it, form=form)


@owners
@require_POST
def invite(request: HttpRequest, uuid: UUID, zone: UUID) -> HttpResponse:
    """Invite a tenant, and show the link and its QR code to hand over."""
    it = queries.zone_in(owner=by(request), uuid=uuid, zone=zone)
    form = InvitationForm(request.POST)
    if form.is_valid():
        try:
            made = actions.invite_tenant(
                by=by(request), uuid=uuid, zone=zone, email=form.cleaned_data["email"], now=now()
            )
        except InvitationRefused as refused:
            form.add_error("email", _why_not(refused.problem))
        else:
            return _invited(request, it.premises, made, zone=it)
    part = PartForm(
        initial={"name": it.name, "stay": it.own_stay, "kind": it.kind}, longest=it.premises.longest_minutes
    )
    return _zone_page(request, it, form=part, invitation=form)


@owners
def end(request: HttpRequest, uuid: UUID, zone: UUID) -> HttpResponse:
    """Ask, then end a tenancy."""
    it = queries.zone_in(owner=by(request), uuid=uuid, zone=zone)
    if request.method != "POST":
        return render(request, "premises/end.html", {"zone": it, "place": it.premises})
    actions.end_tenancy(by=by(request), uuid=uuid, zone=zone, now=now())
    messages.success(request, _("The tenancy has ended. The posters of this part work as before."))
    return redirect("premises:zone", uuid=uuid, zone=zone)


@owners
def transfer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Offer the whole premises to another account, and show the link and its QR code to hand over."""
    place = queries.one_of(owner=by(request), uuid=uuid)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.offer_transfer(by=by(request), uuid=uuid, email=form.cleaned_data["email"], now=now())
        except InvitationRefused as refused:
            form.add_error("email", _why_not(refused.problem))
        else:
            return _invited(request, place, made, zone=None)
    offers = [it for it in queries.invitations_of(owner=by(request), uuid=uuid, now=now()) if it.kind == "transfer"]
    context = {"place": place, "form": form, "offers": offers}
    return render(request, "premises/transfer.html", context, status=422 if form.errors else 200)


@owners
@require_POST
def withdraw(request: HttpRequest, uuid: UUID, invitation: UUID) -> HttpResponse:
    """Withdraw an invitation; its link opens nothing any more."""
    actions.withdraw_invitation(by=by(request), uuid=uuid, invitation=invitation, now=now())
    messages.success(request, _("Withdrawn. Its link opens nothing any more."))
    return redirect("premises:zones" if request.POST.get("back") == "zones" else "premises:detail", uuid=uuid)


def _zone_page(
    request: HttpRequest, it: ZoneOf, *, form: PartForm, invitation: InvitationForm | None = None
) -> HttpResponse:
    found = queries.invitations_of(owner=by(request), uuid=it.premises.uuid, now=now())
    posters = queries.posters_of(owner=by(request), uuid=it.premises.uuid)
    context: dict[str, Any] = {
        "zone": it,
        "place": it.premises,
        "form": form,
        "invitation_form": invitation or InvitationForm(auto_id="invite_%s"),
        "wrong": invitation or form,
        "open": next((each for each in found if each.zone_id == it.id), None),
        "posters": [each for each in posters if each.zone_id == it.id and each.retired_at is None],
    }
    wrong = form.errors or (invitation is not None and invitation.errors)
    return render(request, "premises/zone.html", context, status=422 if wrong else 200)


def _invited(request: HttpRequest, place: Place, made: actions.Invited, *, zone: ZoneOf | None) -> HttpResponse:
    """Show the link once: it is not kept, so another look means another invitation."""
    link = f"{settings().base_url}/premises/invitations/{made.token}/"
    context = {
        "place": place,
        "zone": zone,
        "invited": made,
        "link": link,
        "qr": svg(link),
        "mailed": _mailed(request, made),
    }
    answer = render(request, "premises/invited.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _mailed(request: HttpRequest, made: actions.Invited) -> bool:
    """Return whether the invitation goes by e-mail too; where a budget is spent the link is handed over alone."""
    if not made.by_mail:
        return False
    try:
        taken = messaging.queue(
            template="notice.premises-invitation",
            recipient=messaging.Mailbox(made.email),
            language=language(),
            slots={"link": messaging.Link("invitation", made.token)},
            source=f"account:{by(request).uuid}",
            now=now(),
        )
    except RecipientInvalid:
        return False
    return not taken.reason


def _why_not(problem: str) -> str:
    said = {
        "has-tenant": _("This part has a tenant. End that tenancy first."),
        "closed": _("This premises is closed. Reopen it first."),
        "own-address": _("This is your own address."),
    }
    return said.get(problem, _("This is no e-mail address. Write it like nama@contoh.com."))
