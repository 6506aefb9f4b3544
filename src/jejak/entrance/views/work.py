"""On the counter tablet: choosing one's name, typing the PIN, and making room for the next colleague."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jejak.entrance import actions, queries
from jejak.entrance.errors import PinLocked, PinWrong
from jejak.entrance.views.entry import tablets
from jejak.kernel.clock import now

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from jejak.entrance.queries import Paired


@tablets("counter")
@require_safe
def staff(request: HttpRequest, tablet: Paired) -> HttpResponse:
    """Show who may work here."""
    shown = {
        "tablet": tablet,
        "at": queries.standing(tablet=tablet),
        "members": queries.members_at(tablet=tablet, now=now()),
    }
    return render(request, "entrance/staff.html", shown)


@tablets("counter")
def unlock(request: HttpRequest, tablet: Paired, uuid: UUID) -> HttpResponse:
    """Ask a member for the PIN; the right one opens the counter for fifteen minutes."""
    members = queries.members_at(tablet=tablet, now=now())
    member = next((one for one in members if one.uuid == uuid), None)
    if member is None:
        raise Http404
    said = _("Locked after five wrong PINs. Try again in 15 minutes, or ask the owner.") if member.locked_until else ""
    if request.method == "POST":
        try:
            actions.start_work(tablet=tablet, member=uuid, pin=request.POST.get("pin", "").strip(), now=now())
        except PinWrong:
            said = _("This is not %(name)s's PIN. Try again.") % {"name": member.name}
        except PinLocked:
            said = _("Locked after five wrong PINs. Try again in 15 minutes, or ask the owner.")
        else:
            return redirect("entrance:counter")
    shown = {"tablet": tablet, "at": queries.standing(tablet=tablet), "member": member, "said": said}
    return render(request, "entrance/pin.html", shown, status=422 if request.method == "POST" else 200)


@tablets("counter")
@require_POST
def leave(_request: HttpRequest, tablet: Paired) -> HttpResponse:
    """Switch the user: nobody works here until the next PIN."""
    actions.stop_work(tablet=tablet)
    return redirect("entrance:staff")
