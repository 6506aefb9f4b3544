"""The owner's pages for a file of premises: send it, look at what would happen, agree, and keep the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from jejak.formats import spreadsheet
from jejak.formats.tablefiles import PAGE, UnreadableFile
from jejak.kernel.clock import now
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.premises import actions, importwords, queries, receipts, templatesheets
from jejak.premises.rejects import not_taken
from jejak.premises.views.entry import by, owners

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from jejak.premises.queries import RowOf

AT_ONCE: Final = 500
"""So many rows are taken in while the page waits; more are the worker's."""
FIRST_ROWS: Final = 10
FIRST_REJECTED: Final = 50
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"


class FileForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("File with your premises"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy("CSV or XLSX, at most 20 MB and 100,000 rows."),
        error_messages={
            "required": gettext_lazy("Choose the file first."),
            "empty": gettext_lazy("The file is empty, or has a heading and nothing below it."),
        },
    )


@owners
def start(request: HttpRequest) -> HttpResponse:
    """Take a file and look through it; nothing is registered yet."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_valid():
        given = form.cleaned_data["file"]
        try:
            found = actions.preview_import(
                file=given.file, name=given.name or "", owner=by(request).id, by_name=by(request).name, limits=PAGE,
                now=now(),
            )  # fmt: skip
        except UnreadableFile as error:
            form.add_error("file", importwords.refusal(error))
        else:
            return redirect("premises:import", uuid=found.uuid)
    context = {"form": form, "imports": queries.imports_of(owner=by(request)), "headings": importwords.headings()}
    return render(request, "premises/import_start.html", context, status=422 if form.errors else 200)


@owners
@require_safe
def show(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a file: before it is agreed to, while it is taken in, and afterwards."""
    it = queries.import_of(owner=by(request), uuid=uuid)
    settled = it.accepted + it.duplicate + it.rejected
    context = {
        "it": it,
        "settled": settled,
        "first": [_shown(row) for row in queries.rows_of(source=it, outcome="ready", limit=FIRST_ROWS)],
        "rejected": [_shown(row) for row in queries.rows_of(source=it, outcome="rejected", limit=FIRST_REJECTED)],
        "duplicates": [_shown(row) for row in queries.rows_of(source=it, outcome="duplicate", limit=FIRST_REJECTED)],
        "receipt": receipts.receipt(it, settings=settings(), keyring=keyring()) if it.finished_at else None,
    }
    return render(request, "premises/import.html", context)


@owners
@require_POST
def confirm(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Agree to a file, or go on with one that was interrupted."""
    it = actions.confirm_import(by=by(request), uuid=uuid, now=now())
    if it.ready <= AT_ONCE:
        actions.take_import(number=it.number, clock=now)
    else:
        lock = f"premises-import-{it.number}"
        try:
            with transaction.atomic():
                app.configure_task("premises.take_import", lock=lock, queueing_lock=lock).defer(number=it.number)
        except AlreadyEnqueued:
            messages.info(request, _("It is under way already."))
    return redirect("premises:import", uuid=uuid)


@owners
@require_safe
def rejected(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give the rows that were not taken, with their reasons, as a file that can be mended and sent again."""
    it = queries.import_of(owner=by(request), uuid=uuid)
    heading = [*importwords.headings(), _("row"), _("reason")]
    table = spreadsheet.Table(_("Rows not taken"), heading, not_taken(it))
    answer = HttpResponse(spreadsheet.csv_bytes(table), content_type=CSV)
    answer.headers["Content-Disposition"] = f'attachment; filename="jejak-rejected-{it.digest[:8]}.csv"'
    return answer


@owners
@require_safe
def receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give the receipt of a finished import as JSON."""
    it = queries.import_of(owner=by(request), uuid=uuid)
    if it.finished_at is None:
        raise Http404
    said = receipts.receipt(it, settings=settings(), keyring=keyring()).to_json()
    answer = HttpResponse(said + "\n", content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="jejak-receipt-{it.digest[:8]}.json"'
    return answer


@owners
@require_safe
def template(request: HttpRequest, form: str) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Give the table to fill in."""
    files = {"csv": (templatesheets.csv, CSV), "xlsx": (templatesheets.xlsx, XLSX)}
    if form not in files:
        raise Http404
    write, kind = files[form]
    answer = HttpResponse(write(), content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="jejak-premis.{form}"'
    return answer


def _shown(row: RowOf) -> dict[str, Any]:
    return {
        "number": importwords.row_name(row.number),
        "cells": row.cells,
        "name": row.cells.get("name", "–"),
        "reasons": [importwords.reason(words) for words in row.reasons],
    }
