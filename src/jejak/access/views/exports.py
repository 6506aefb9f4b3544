"""The pages of files: one's own with their state, taking one, withdrawing; for auditors every manifest, never rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jejak.access import actions, queries, second
from jejak.access.errors import ExportAltered, ExportClosed, RequestOver, UnknownExport, UnknownRequest
from jejak.access.labels import FILE_STATES
from jejak.access.manifests import State, held
from jejak.access.rules import AUDITOR
from jejak.access.views.asking import asker
from jejak.kernel.access import roles, signed_in
from jejak.kernel.clock import now

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from jejak.access.queries import ManifestView

A_PAGE: Final = 50


@signed_in
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """List the files that this account asked for, with their state."""
    found = [_told(one) for one in queries.exports_of(by=asker(request), now=now())]
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "access/exports.html", {"page": page, "audits": AUDITOR in queries.roles_of(asker(request))})


@roles(AUDITOR)
@require_safe
def every(request: HttpRequest) -> HttpResponse:
    """List all manifests of an auditor's area."""
    text, order = request.GET.get("q", ""), request.GET.get("sort", "")
    found = [_told(one) for one in queries.all_exports(by=asker(request), text=text, order=order, now=now())]
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "access/exports_all.html", {"page": page, "text": text})


@signed_in
@require_safe
def manifest(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a manifest: to whoever asked for the file, and to auditors."""
    try:
        found = queries.export_of(by=asker(request), uuid=uuid, now=now())
    except UnknownExport:
        if AUDITOR not in queries.roles_of(asker(request)):
            raise
        found = queries.any_export(by=asker(request), uuid=uuid, now=now())
        return render(request, "access/export.html", _told(found) | {"mine": False})
    able = queries.deciders_of(roles=second.kinds()["export"].deciders, but=asker(request).pk, now=now())
    return render(request, "access/export.html", _told(found) | {"mine": True, "able": able})


@signed_in
@require_POST
def take(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand out an approved file to whoever asked for it."""
    try:
        return actions.handed(actions.take_export(by=asker(request), uuid=uuid, at=now()))
    except ExportClosed as error:
        messages.info(request, _("Not handed out: %(state)s.") % {"state": FILE_STATES.get(error.reason, error.reason)})
    except ExportAltered:
        messages.error(request, _("Not handed out: the file is not the one that was approved. Tell an auditor."))
    return redirect("access:export", uuid=uuid)


@signed_in
@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Withdraw a file that waits; its bytes are destroyed."""
    found = queries.export_of(by=asker(request), uuid=uuid, now=now())
    if found.request is None:
        raise UnknownRequest
    try:
        actions.withdraw_request(by=asker(request), uuid=found.request, now=now())
    except RequestOver:
        messages.info(request, _("Nothing changed: this was decided already, or has run out."))
    else:
        messages.success(request, _("Withdrawn. The file is destroyed."))
    return redirect("access:exports")


def _told(one: ManifestView) -> dict[str, object]:
    return {
        "one": one,
        "holds": held(one.holds),
        "ready": one.state is State.READY,
        "waiting": one.state is State.WAITING,
    }
