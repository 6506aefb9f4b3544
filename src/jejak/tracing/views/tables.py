"""Pages of the tables of quarantine: every one with its days, and a newer one by a senior officer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jejak.access import queries as accounts
from jejak.access.rules import SENIOR_HEALTH_OFFICER
from jejak.kernel import clock
from jejak.kernel.access import roles
from jejak.tracing import actions, followwords, queries
from jejak.tracing.errors import TableRefused
from jejak.tracing.pages import officer
from jejak.tracing.queries import tables
from jejak.tracing.rules import OFFICERS
from jejak.tracing.tableforms import RowForms, TableForm, initial, rows, wanted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from jejak.tracing.queries.tables import TableView


@roles(*OFFICERS)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the tables of every disease, the one that holds on the latest days first."""
    read = tables.read_all()
    context = {
        "diseases": [
            {"disease": each.disease, "name": each.name, "tables": _told(read.of(each.disease))}
            for each in queries.profiles()
        ],
        "senior": SENIOR_HEALTH_OFFICER in accounts.held_roles(request.user),
    }
    return render(request, "tracing/table_list.html", context)


@roles(SENIOR_HEALTH_OFFICER)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, disease: str) -> HttpResponse:
    """Make a newer table in two steps: look at what it would change for whom, then make just that."""
    if not tables.followed(disease):
        raise Http404
    latest = next(iter(tables.tables_of(disease)), None)
    data = request.POST if request.method == "POST" else None
    form, lines = TableForm(data, initial=initial(latest)), RowForms(data, initial=rows(latest), prefix="row")
    context: dict[str, Any] = {"form": form, "lines": lines, "disease": disease, "preview": None}
    if data is not None and form.is_valid() and lines.is_valid():
        asked, by, now = wanted(disease, form, lines), officer(request), clock.now()
        try:
            if data.get("make") == asked.digest:
                version = actions.make_table(wanted=asked, by=by, at=now)
                messages.success(request, _("Kept as version %(version)s of its day.") % {"version": version})
                return redirect("tracing:tables")
            preview = actions.preview_table(wanted=asked, by=by, at=now)
        except TableRefused as wrong:
            form.refuse(wrong.field)
        else:
            changes = [
                {"one": one, "before": followwords.days(one.before), "after": followwords.days(one.after)}
                for one in preview.changes
            ]
            context |= {"preview": preview, "changes": changes, "digest": asked.digest}
    status = 422 if form.errors or (data is not None and not lines.is_valid()) else 200
    return render(request, "tracing/table_new.html", context, status=status)


def _told(views: Iterable[TableView]) -> list[dict[str, Any]]:
    """Return the tables of a disease in words; the latest version of a day's table is the one that counts."""
    told, days = [], set()
    for view in views:
        told.append({"view": view, "rows": followwords.table_rows(view), "old": view.table.valid_from in days})
        days.add(view.table.valid_from)
    return told
