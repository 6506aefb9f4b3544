"""Pages of whoever takes over: the invitation behind a link, and a tenant's own part of a premises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jejak.kernel.clock import now
from jejak.premises import actions, queries
from jejak.premises.errors import PosterRetired, PremisesClosed
from jejak.premises.views.entry import by, owners
from jejak.premises.views.posters import drawn

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@owners
def invitation(request: HttpRequest, token: UUID) -> HttpResponse:
    """Show what is offered, and accept it."""
    it = queries.invitation_for(email=by(request).email, token=token, now=now())
    if request.method != "POST":
        return render(request, "premises/invitation.html", {"invitation": it, "place": it.place})
    done = actions.accept(by=by(request), token=token, now=now())
    if done.zone is not None:
        messages.success(request, _("Accepted. This part is yours now."))
        return redirect("premises:tenancy", uuid=done.zone.uuid)
    messages.success(request, _("Accepted. The premises is yours now. Have it confirmed again in your name."))
    return redirect("premises:detail", uuid=it.place.uuid)


@owners
@require_safe
def tenancy(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a tenant's part with its posters."""
    it = queries.zone_of(owner=by(request), uuid=uuid)
    posters = queries.zone_posters_of(owner=by(request), uuid=uuid)
    return render(request, "premises/tenancy.html", {"zone": it, "place": it.premises, "posters": posters})


@owners
@require_safe
def poster_file(request: HttpRequest, uuid: UUID, code: str, form: str) -> HttpResponse:
    """Give a poster of a tenant's part; ``?save`` asks the browser to keep it."""
    it = queries.zone_poster_of(owner=by(request), uuid=uuid, short_code=code)
    return drawn(it, form, save="save" in request.GET)


@owners
def issue(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make another poster for a tenant's part; it harms nothing, so nothing is asked."""
    it = queries.zone_of(owner=by(request), uuid=uuid)
    if request.method == "POST":
        try:
            actions.issue_zone_poster(by=by(request), zone=uuid, now=now())
        except PremisesClosed:
            messages.error(request, _("%(name)s is closed and takes no new posters.") % {"name": it.premises.name})
        else:
            messages.success(request, _("The new poster is ready. Print it and put it up."))
    return redirect("premises:tenancy", uuid=uuid)


@owners
def replace(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """Ask, then withdraw a poster of a tenant's part and make another."""
    it = queries.zone_poster_of(owner=by(request), uuid=uuid, short_code=code)
    if request.method != "POST":
        context = {
            "poster": it,
            "place": it.place,
            "replaced": True,
            "zone": queries.zone_of(owner=by(request), uuid=uuid),
        }
        return render(request, "premises/tenant_replace.html", context)
    try:
        actions.replace_zone_poster(by=by(request), zone=uuid, short_code=code, now=now())
    except (PosterRetired, PremisesClosed):
        messages.info(request, _("Nothing changed: the poster was withdrawn already, or the premises is closed."))
    else:
        messages.success(request, _("The old poster is withdrawn. Print the new one and put it up in its place."))
    return redirect("premises:tenancy", uuid=uuid)


@owners
def leave(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask, then give a part back."""
    it = queries.zone_of(owner=by(request), uuid=uuid)
    if request.method != "POST":
        return render(request, "premises/leave.html", {"zone": it, "place": it.premises})
    actions.leave(by=by(request), zone=uuid, now=now())
    messages.success(request, _("Given back. Its posters work as before."))
    return redirect("premises:list")
