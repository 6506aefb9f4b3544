"""The manager's pages: who works here, inviting, roles, leaving; and the invited person's page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jejak.access import actions, queries, second
from jejak.access.errors import AccountExists, InvitationOver, NotYourself, UnknownAccount, UnknownAgency
from jejak.access.forms import AcceptForm, InviteForm, RolesForm
from jejak.access.rules import AGENCY_MANAGER
from jejak.access.views.asking import asker
from jejak.kernel.access import public, roles
from jejak.kernel.clock import now
from jejak.kernel.places import local_midnight
from jejak.kernel.settings import settings
from jejak.trail import queries as trail

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from jejak.access.queries import AccountRow

WEEK: Final = timedelta(days=7)
REFUSALS_SHOWN: Final = 20


@roles(AGENCY_MANAGER)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Show who works here, who is invited, and what was refused lately."""
    try:
        agency, found = queries.agency_of(by=asker(request)), queries.people_of(by=asker(request))
    except UnknownAgency as error:
        raise Http404 from error
    context = {
        "agency": agency,
        "people": found,
        "on_call": queries.on_call([row.number for row in found], now=now()),
        "deciding": second.deciders(),
        "invitations": queries.invitations_of(by=asker(request), now=now()),
        "refusals": trail.refused_in(agency=agency.name, since=now() - WEEK, limit=REFUSALS_SHOWN),
    }
    return render(request, "access/people.html", context)


@roles(AGENCY_MANAGER)
def invite(request: HttpRequest) -> HttpResponse:
    """Ask for one person, then show the link to hand over, once."""
    try:
        agency = queries.agency_of(by=asker(request))
    except UnknownAgency as error:
        raise Http404 from error
    form = InviteForm(request.POST or None, agency=agency)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "agency": agency}
        return render(request, "access/invite.html", context, status=422 if form.errors else 200)
    made = actions.invite(by=asker(request), now=now(), **form.cleaned_data)
    link = settings().base_url + reverse("access:accept", args=[made.token])
    return render(request, "access/invited.html", {"link": link, "name": form.cleaned_data["name"], "agency": agency})


@roles(AGENCY_MANAGER)
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Withdraw an invitation; it harms nothing that a new one does not mend."""
    if request.method == "POST":
        try:
            actions.withdraw(by=asker(request), uuid=uuid, now=now())
        except UnknownAgency as error:
            raise Http404 from error
        except InvitationOver:
            messages.info(request, _("Nothing changed: this invitation was accepted already."))
        else:
            messages.success(request, _("Withdrawn. Its link opens nothing any more."))
    return redirect("access:people")


@roles(AGENCY_MANAGER)
def change(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change the roles of one person."""
    row, agency = person_row(request, uuid), queries.agency_of(by=asker(request))
    form = RolesForm(request.POST or None, agency=agency, initial={"roles": row.roles})
    if request.method == "POST" and form.is_valid():
        try:
            wanted = frozenset(form.cleaned_data["roles"])
            last = form.cleaned_data["until"]
            until = local_midnight(last + timedelta(days=1)) if last else None
            actions.change_roles(by=asker(request), uuid=uuid, roles=wanted, until=until, now=now())
        except NotYourself:
            form.add_error(None, _("Nobody changes their own roles. Ask another manager."))
        else:
            messages.success(request, _("Changed. It holds from the next click on."))
            return redirect("access:people")
    status = 422 if form.errors else 200
    return render(request, "access/roles.html", {"form": form, "row": row}, status=status)


@roles(AGENCY_MANAGER)
def leave(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask, then end the account of somebody who leaves."""
    row = person_row(request, uuid)
    if request.method != "POST":
        return render(request, "access/leave.html", {"row": row})
    try:
        actions.leave(by=asker(request), uuid=uuid, now=now())
    except NotYourself:
        messages.info(request, _("Nobody ends their own account. Ask another manager."))
    else:
        messages.success(request, _("The account is ended. What it did stays on record under this name."))
    return redirect("access:people")


@public(reason="an invited person opens their account; without the link's token nothing is shown")
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person open their account, once: with a password, or by their agency's own sign-in."""
    try:
        invited = queries.invitation(token=token, now=now())
    except InvitationOver:
        return render(request, "access/over.html", status=410)
    provider = queries.provider_of(agency=invited.agency)
    form = AcceptForm(request.POST if request.method == "POST" else None, by_agency=provider is not None)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"] or None
        try:
            actions.accept(token=token, password=password, now=now())
        except InvitationOver:
            return render(request, "access/over.html", status=410)
        except AccountExists:
            form.add_error(None, _("This e-mail address has an account already. Ask the one who invited you."))
        else:
            messages.success(request, _("Your account is ready. Sign in, then set up the second step."))
            return redirect("account_login" if password else "access:oidc")
    context = {"form": form, "invited": invited, "provider": provider}
    return render(request, "access/accept.html", context, status=422 if form.errors else 200)


def person_row(request: HttpRequest, uuid: UUID) -> AccountRow:
    """Return somebody who works in the manager's agency; anybody else is not there."""
    try:
        return next(row for row in queries.people_of(by=asker(request)) if row.uuid == uuid and row.left_at is None)
    except (StopIteration, UnknownAccount, UnknownAgency) as error:
        raise Http404 from error
