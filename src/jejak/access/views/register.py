"""The register of all staff accounts, for auditors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jejak.access import queries
from jejak.access.rules import AUDITOR
from jejak.kernel.access import roles

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

A_PAGE: Final = 50


@roles(AUDITOR)
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Show every account of staff with employer, roles, second factor and last use."""
    text = request.GET.get("q", "")
    found = queries.register(text=text)
    idle = sum(row.left_at is None and row.seen_at is None for row in found)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "access/accounts.html", {"page": page, "text": text, "never_used": idle})
