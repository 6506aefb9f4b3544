"""Pages of many cases at once: paste a table or send a file, look at what would happen, agree, keep the receipt."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jejak.formats import spreadsheet
from jejak.formats.tablefiles import PAGE, UnreadableFile
from jejak.kernel import clock
from jejak.kernel.access import roles
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.tracing import actions, caseforms, casereading, casewords, jobs, queries
from jejak.tracing.caserules import FILE, PASTED
from jejak.tracing.pages import officer
from jejak.tracing.refusals import told
from jejak.tracing.rules import REPORTERS
from jejak.tracing.views.cases import offices_for

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from jejak.tracing.queries import ReportOf

AT_ONCE: Final = 200
"""So many rows become cases while the page waits; more are the worker's."""
FIRST_ROWS: Final = 10
FIRST_QUARANTINED: Final = 50
CSV: Final = "text/csv; charset=utf-8"


@roles(*REPORTERS)
@told
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("pasted")
def start(request: HttpRequest) -> HttpResponse:
    """Take a pasted table or a file and look through it; no case is made yet."""
    diseases = [(each.disease, each.name) for each in queries.profiles()]
    options: dict[str, Any] = {"diseases": diseases, "offices": offices_for(request)}
    form = caseforms.TableForm(request.POST or None, request.FILES or None, **options)
    if request.method == "POST" and form.is_valid():
        given, pasted = form.cleaned_data["file"], form.cleaned_data["pasted"]
        try:
            uuid = actions.preview_report(
                file=given.file if given else io.BytesIO(pasted.encode()),
                name=given.name if given else _("Pasted table"),
                way=FILE if given else PASTED,
                disease=form.cleaned_data["disease"],
                office=form.cleaned_data["office"],
                limits=PAGE,
                by=officer(request),
                now=clock.now(),
            )
        except UnreadableFile as error:
            form.add_error("file" if given else "pasted", casewords.refusal(error))
        else:
            return redirect("tracing:report", uuid=uuid)
    context = {"form": form, "reports": queries.reports_of(by=officer(request)), "headings": casewords.headings()}
    return render(request, "tracing/report_start.html", context, status=422 if form.errors else 200)


@roles(*REPORTERS)
@told
@require_safe
def show(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a table: before it is agreed to, while it is taken in, and afterwards."""
    it = queries.report_of(uuid=uuid, by=officer(request))
    context = {
        "it": it,
        "held": casewords.HELD.get(it.held_why, casewords.OTHERWISE_HELD) if it.held_why else "",
        "first": _rows(it, "", FIRST_ROWS),
        "quarantined": _rows(it, "quarantined", FIRST_QUARANTINED),
        "receipt": queries.receipt_of(it, settings=settings(), keyring=keyring()) if it.finished_at else None,
    }
    return render(request, "tracing/report.html", context)


@roles(*REPORTERS)
@told
@require_POST
def confirm(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Agree to a table, or go on with one that was interrupted."""
    by = officer(request)
    number = actions.confirm_report(uuid=uuid, by=by, now=clock.now())
    if queries.report_of(uuid=uuid, by=by).ready <= AT_ONCE:
        jobs.take_report(number=number)
    elif not jobs.defer_report(number):
        messages.info(request, _("It is under way already."))
    return redirect("tracing:report", uuid=uuid)


@roles(*REPORTERS)
@told
@require_safe
def quarantined(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give the rows that are no cases, with their reasons, as a file that can be mended and sent again."""
    it = queries.report_of(uuid=uuid, by=officer(request))
    fields = list(casereading.COLUMNS)
    rows = (
        [*(row.cells.get(field, "") for field in fields), str(row.number), " ".join(map(casewords.reason, row.reasons))]
        for row in queries.report_rows(report=it, outcome="quarantined")
    )
    table = spreadsheet.Table(_("Rows not taken"), [*casewords.headings(), _("row"), _("reason")], rows)
    return _file(spreadsheet.csv_bytes(table), f"jejak-quarantined-{it.digest[:8]}.csv", CSV)


@roles(*REPORTERS)
@told
@require_safe
def receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give the receipt of a table taken in as JSON."""
    it = queries.report_of(uuid=uuid, by=officer(request))
    if it.finished_at is None:
        raise Http404
    said = queries.receipt_of(it, settings=settings(), keyring=keyring()).to_json()
    return _file(f"{said}\n".encode(), f"jejak-receipt-{it.digest[:8]}.json", "application/json")


@roles(*REPORTERS)
@require_safe
def template(_request: HttpRequest) -> HttpResponse:
    """Give the table to fill in."""
    table = spreadsheet.Table(_("Cases"), casewords.headings(), [])
    return _file(spreadsheet.csv_bytes(table), "jejak-kes.csv", CSV)


def _rows(it: ReportOf, outcome: str, limit: int) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "cells": row.cells,
            "day": casereading.day_written(row.cells.get("onset") or row.cells.get("sample", "")),
            "reasons": [casewords.reason(words) for words in row.reasons],
        }
        for row in queries.report_rows(report=it, outcome=outcome, limit=limit)
    ]


def _file(data: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
