"""The owner's pages about a door: its tablets and the staff who work them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jejak.entrance import actions, queries
from jejak.entrance.errors import DoorClosed, NameUnusable
from jejak.entrance.forms import SAID, MemberForm, PinForm, TabletForm
from jejak.entrance.views.entry import by, owners
from jejak.kernel.clock import now
from jejak.kernel.problems import JejakError
from jejak.kernel.settings import settings
from jejak.premises import queries as premises
from jejak.ui.qr import svg

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@owners
@require_safe
def door(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the tablets and the staff of a premises."""
    shown = {
        "place": premises.one_of(owner=by(request), uuid=uuid),
        "tablets": queries.tablets_of(owner=by(request), uuid=uuid, now=now()),
        "members": queries.members_of(owner=by(request), uuid=uuid, now=now()),
    }
    return render(request, "entrance/door.html", shown)


@owners
def new_tablet(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a tablet, then show the code that pairs it."""
    place = premises.one_of(owner=by(request), uuid=uuid)
    zones = [zone for zone in premises.zones_of(owner=by(request), uuid=uuid) if zone.tenant_id is None]
    form = TabletForm(request.POST or None, zones=zones)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            tablet = actions.add_tablet(
                by=by(request), uuid=uuid, name=given["name"], mode=given["mode"], zone=form.zone_id, now=now()
            )
        except NameUnusable:
            form.add_error("name", SAID[NameUnusable])
        except DoorClosed:
            form.add_error(None, _("This premises is closed. Reopen it, then add the tablet."))
        else:
            return redirect("entrance:tablet", uuid=uuid, tablet=tablet)
    status = 422 if form.errors else 200
    return render(request, "entrance/new_tablet.html", {"form": form, "place": place}, status=status)


@owners
@require_safe
def tablet(request: HttpRequest, uuid: UUID, tablet: UUID) -> HttpResponse:
    """Show one tablet; while it waits to be paired, its code."""
    it = queries.tablet_of(owner=by(request), uuid=uuid, tablet=tablet, now=now())
    shown = {"place": premises.one_of(owner=by(request), uuid=uuid), "tablet": it}
    if it.waits_until:
        code = queries.code_of(tablet=tablet, until=it.waits_until)
        link = f"{settings().base_url}/door/pair"
        shown |= {"code": f"{code[:4]}-{code[4:]}", "link": link, "qr": svg(f"{link}#{code}")}
    return render(request, "entrance/tablet.html", shown)


@owners
def fresh_code(request: HttpRequest, uuid: UUID, tablet: UUID) -> HttpResponse:
    """Make a new code for a tablet: the last one ran out, or another device takes its place."""
    queries.tablet_of(owner=by(request), uuid=uuid, tablet=tablet, now=now())
    if request.method == "POST":
        actions.fresh_code(by=by(request), uuid=uuid, tablet=tablet, now=now())
    return redirect("entrance:tablet", uuid=uuid, tablet=tablet)


@owners
def take_off(request: HttpRequest, uuid: UUID, tablet: UUID) -> HttpResponse:
    """Ask, then take a tablet off."""
    it = queries.tablet_of(owner=by(request), uuid=uuid, tablet=tablet, now=now())
    if request.method != "POST":
        place = premises.one_of(owner=by(request), uuid=uuid)
        return render(request, "entrance/take_off.html", {"tablet": it, "place": place})
    actions.take_off(by=by(request), uuid=uuid, tablet=tablet, now=now())
    messages.success(request, _("Taken off. What it shows now is that it is not paired."))
    return redirect("entrance:door", uuid=uuid)


@owners
def new_member(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add somebody who works at the door."""
    place = premises.one_of(owner=by(request), uuid=uuid)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.add_member(by=by(request), uuid=uuid, name=given["name"], pin=given["pin"], now=now())
        except JejakError as error:
            if type(error) not in SAID:
                raise
            form.refused(error)
        else:
            messages.success(request, _("%(name)s can work at the counter now.") % {"name": given["name"]})
            return redirect("entrance:door", uuid=uuid)
    status = 422 if form.errors else 200
    return render(request, "entrance/new_member.html", {"form": form, "place": place}, status=status)


@owners
def member(request: HttpRequest, uuid: UUID, member: UUID) -> HttpResponse:
    """Give a member of staff a new PIN."""
    it = queries.member_of(owner=by(request), uuid=uuid, member=member, now=now())
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reset_pin(by=by(request), uuid=uuid, member=member, pin=form.cleaned_data["pin"], now=now())
        except JejakError as error:
            if type(error) not in SAID:
                raise
            form.refused(error)
        else:
            messages.success(request, _("%(name)s has a new PIN.") % {"name": it.name})
            return redirect("entrance:door", uuid=uuid)
    shown = {"form": form, "member": it, "place": premises.one_of(owner=by(request), uuid=uuid)}
    return render(request, "entrance/member.html", shown, status=422 if form.errors else 200)


@owners
def end_member(request: HttpRequest, uuid: UUID, member: UUID) -> HttpResponse:
    """Ask, then end a member's work at this door."""
    it = queries.member_of(owner=by(request), uuid=uuid, member=member, now=now())
    if request.method != "POST":
        place = premises.one_of(owner=by(request), uuid=uuid)
        return render(request, "entrance/end_member.html", {"member": it, "place": place})
    actions.end_member(by=by(request), uuid=uuid, member=member, now=now())
    messages.success(request, _("%(name)s can no longer work here.") % {"name": it.name})
    return redirect("entrance:door", uuid=uuid)
