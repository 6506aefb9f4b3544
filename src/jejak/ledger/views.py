"""The ledger's doors: the page for everybody, the log's files, and the witness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from jejak.formats import addcheckpoint, tiles
from jejak.kernel import clock
from jejak.kernel.access import public
from jejak.ledger import presenting, sequencing, witnessing

if TYPE_CHECKING:
    from django.http import HttpRequest

OPEN: Final = "the ledger is there for everybody to check; it holds commitments, and records that are published"
FOR_EVER: Final = "public, max-age=31536000, immutable"
A_MOMENT: Final = "public, max-age=5"
ALWAYS_ASK: Final = "no-cache"


@public(reason=OPEN)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show what the ledger is, how it stands, who witnesses it, and how to check it."""
    return render(request, "ledger/page.html", presenting.page(now=clock.now(), wanted=presenting.asked(request.GET)))


@public(reason=OPEN)
@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """Return the latest signed checkpoint."""
    return _file("checkpoint", kind=witnessing.TEXT, caching=ALWAYS_ASK)


@public(reason=OPEN)
@require_safe
def witnessed(_request: HttpRequest) -> HttpResponse:
    """Return the latest checkpoint that the witnesses' quorum cosigned."""
    return _file("witnessed", kind=witnessing.TEXT, caching=ALWAYS_ASK)


@public(reason=OPEN)
@require_safe
def tile(_request: HttpRequest, rest: str) -> HttpResponse:
    """Return a tile; a server in front may answer with the file itself."""
    try:
        path = tiles.parse(f"tile/{rest}").path
    except tiles.TileError:
        raise Http404 from None
    return _file(path, kind="application/octet-stream", caching=FOR_EVER)


@public(reason=OPEN)
@require_safe
def opened(_request: HttpRequest, rest: str) -> HttpResponse:
    """Return the published records of a bundle of entries."""
    try:
        path = tiles.parse(f"tile/entries/{rest}").path
    except tiles.TileError:
        raise Http404 from None
    return _file(path.replace("tile/entries/", "opened/") + ".json", kind="application/json", caching=A_MOMENT)


@csrf_exempt
@public(reason="a log proves itself by its signature; the witness answers cosignatures and nothing else")
@require_POST
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """Cosign a partner's checkpoint, or say why not."""
    body = request.read(addcheckpoint.LARGEST + 1)
    answer = witnessing.add_checkpoint(body=body, now=clock.now())
    return HttpResponse(answer.body, status=answer.status, content_type=answer.kind)


def _file(path: str, *, kind: str, caching: str) -> HttpResponse:
    data = sequencing.log_files().fetch(path)
    if data is None:
        raise Http404
    return HttpResponse(data, content_type=kind, headers={"Cache-Control": caching})
