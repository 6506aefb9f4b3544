"""The start page's way through forty cases: the laboratory's file, sent by a button, and what arrives on phones."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

from django.conf import settings as django_settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST, require_safe

from jejak.access import queries as access
from jejak.demo import accounts, morning
from jejak.demo.views import signed_in
from jejak.formats.tablefiles import PAGE
from jejak.kernel import clock
from jejak.kernel.access import public
from jejak.kernel.settings import settings
from jejak.messaging import queries as messages
from jejak.tracing import actions

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

LATEST: Final = 20
LINK: Final = re.compile(r"(https?://\S+)")


@public(reason="gives a file of invented people, which the demo's laboratory would send")
@require_safe
def file(_request: HttpRequest) -> HttpResponse:
    """Give the laboratory's file, to be sent at the page where a laboratory sends one."""
    disposition = f'attachment; filename="{morning.FILE}"'
    return HttpResponse(
        _file(), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition}
    )  # fmt: skip


@public(reason="signs in the invented laboratory and sends its invented file")
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Sign in as the laboratory, send its file, and show what would become of it; no case is made yet."""
    data = _file()
    by = signed_in(request, "laboratory")
    uuid = actions.preview_report(
        file=io.BytesIO(data),
        name=morning.FILE,
        way="file",
        disease="covid-19",
        office=access.account(accounts.OFFICER.email).agency_id or 0,
        limits=PAGE,
        by=by,
        now=clock.now(),
    )
    return redirect("tracing:report", uuid=uuid)


@public(reason="shows what the demo would have sent, to invented people")
@require_safe
def phones(request: HttpRequest) -> HttpResponse:
    """Show the latest messages of this demo, as the phones they went to would; links can be followed."""
    if not django_settings.JEJAK_DEMO:
        raise Http404
    shown = [(one, _linked(one.text)) for one in messages.console(limit=LATEST)]
    return render(request, "demo/phones.html", {"shown": shown})


def _file() -> bytes:
    """Return the laboratory's file as it was written when the demo was filled."""
    path = settings().data / morning.FILE
    if not django_settings.JEJAK_DEMO or not path.exists():
        raise Http404
    return path.read_bytes()


def _linked(text: str) -> SafeString:
    """Return a text with its links as links, those of this node by their path alone."""
    parts = LINK.split(text)
    base = settings().base_url
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<a href="{}">{}</a>', part.removeprefix(base) or "/", part) if place % 2 else part,)
            for place, part in enumerate(parts)
        ),
    )
