"""The page of public numbers and the same as a table to download."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from jejak.insights import queries
from jejak.insights.rules import LEAST, WHOLE
from jejak.kernel.access import public

if TYPE_CHECKING:
    from django.http import HttpRequest

LABELS = {
    "premises": _("Premises"),
    "people": _("People who checked in"),
    "visits": _("Check-ins"),
    "searches": _("Searches by health officers"),
}
REASON = "the numbers are published; nothing below ten is among them"


@public(reason=REASON)
@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """Show the numbers of the node and of each state."""
    edition = queries.edition()
    shown = [value for line in edition.lines if (value := line.values.get("visits")) is not None]
    context = {
        "edition": edition,
        "wholes": [(LABELS[metric], edition.whole[metric]) for metric in WHOLE],
        "least": LEAST,
        "most_visits": max(shown, default=0),
    }
    return render(request, "insights/numbers.html", context)


@public(reason=REASON)
@require_safe
def numbers_csv(_request: HttpRequest) -> HttpResponse:
    """Return the numbers as CSV: ``state,metric,value``; an empty value is hidden, an empty state the whole node."""
    edition = queries.edition()
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="jejak-numbers.csv"'
    rows = csv.writer(answer)
    rows.writerow(["as_of", "state", "metric", "value"])
    as_of = edition.as_of.isoformat(timespec="seconds") if edition.as_of else ""
    for metric, value in edition.whole.items():
        rows.writerow([as_of, "", metric, _written(value)])
    for line in edition.lines:
        for metric, value in line.values.items():
            rows.writerow([as_of, line.state, metric, _written(value)])
    return answer


def _written(value: int | None) -> str:
    return "" if value is None else str(value)
