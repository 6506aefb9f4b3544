"""What a device keeps to work without a network: pages filled for nobody, the service worker, public keys."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from jejak.formats import descriptor
from jejak.kernel import clock
from jejak.kernel.access import public
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings

if TYPE_CHECKING:
    from django.http import HttpRequest

LANGUAGES: Final = ("ms", "en")
ADDRESSES: Final = {"shell": "", "scan": "/scan", "my": "/my", "guard": "/guard"}
"""Each page by the address under which it is opened; the shell stands in for any poster's."""
PARTS: Final = ("bytes", "memory", "descriptor", "proof", "queue", "worker")
"""The service worker's scripts, in the order in which they need each other."""
SCRIPTS: Final = ("checkin", *PARTS[:-1], "qr", "camera", "words", "offline", "scan", "my")
ICONS: Final = (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("icon-maskable-512", 512, "maskable"))


def context(page: str, *, language: str) -> dict[str, Any]:
    """Return what every page of this kind shows; nothing in it is about whoever asks."""
    return {
        "language": language,
        "page": page,
        "address": ADDRESSES[page] or f"/offline/{language}",
        "node_name": settings().node_name,
        "visit_days": settings().visit_days,
        "demo": False,
        "unsent": {code: _said_in(code, "Not yet sent") for code in LANGUAGES},  # a guard may read either
    }


def _said_in(language: str, text: str) -> str:
    with translation.override(language):
        return translation.gettext(text)


@cache
def filled_for_nobody(page: str, language: str) -> str:
    """Return a page as a device may keep it: without a form's secret, the same for everybody."""
    with translation.override(language):
        return render_to_string(f"web/pocket/{page}.html", context(page, language=language))


@public(reason="what a device shows without a network; it is the same for everybody")
@require_safe
def offline(_request: HttpRequest, language: str, page: str = "shell") -> HttpResponse:
    """Answer ``/offline/<language>`` and ``/offline/<language>/<page>``: a page to keep."""
    if language not in LANGUAGES or page not in ADDRESSES:
        raise Http404
    kept = HttpResponse(filled_for_nobody(page, language))
    kept.headers["Cache-Control"] = "no-cache"
    kept.headers["Content-Language"] = language
    return kept


def _opened(page: str) -> HttpResponse:
    language = get_language() or "ms"
    shown = HttpResponse(filled_for_nobody(page, language))
    shown.headers["Cache-Control"] = "no-store"
    return shown


@public(reason="shows what this device itself remembers; the server knows nothing of it")
@require_safe
def my(_request: HttpRequest) -> HttpResponse:
    """Answer ``/my``: the visits that this device remembers."""
    return _opened("my")


@public(reason="checks receipts on the guard's own device; nothing is sent")
@require_safe
def guard(_request: HttpRequest) -> HttpResponse:
    """Answer ``/guard``: where receipts made without a network are checked."""
    return _opened("guard")


@cache
def _kept() -> dict[str, Any]:
    """Return the pages' addresses, what each device keeps, what a guard's keeps too, and a word for all of it."""
    pages = {
        f"{language}/{page}": f"/offline/{language}" + ("" if page == "shell" else f"/{page}")
        for language in LANGUAGES
        for page in ADDRESSES
    }
    files = [static(f"ui/{name}") for name in ("checkin.css", "pocket.css", "mark.svg")]
    files += [static(f"ui/{name}.js") for name in SCRIPTS]
    guards = [static("ui/guard.js")]
    seen = sha256(repr([files, guards, [static(f"ui/{name}.js") for name in PARTS]]).encode())
    for key, address in pages.items():
        language, _, page = key.partition("/")
        (guards if page == "guard" else files).append(address)
        seen.update(filled_for_nobody(page, language).encode())
    return {"version": seen.hexdigest()[:12], "pages": pages, "files": files, "guard": guards}


@public(reason="a script for every device; it holds nothing about anybody")
@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """Answer ``/sw.js``: what to keep, and the scripts that do it; asked for anew each time."""
    shell = json.dumps(_kept())
    parts = ", ".join(json.dumps(static(f"ui/{name}.js")) for name in PARTS)
    body = f"self.jejak = {{ shell: {shell} }};\nimportScripts({parts});\n"
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@public(reason="names the app that a phone may install")
@require_safe
def manifest(_request: HttpRequest) -> JsonResponse:
    """Answer ``/manifest.webmanifest``. Source: W3C Web Application Manifest."""
    name = settings().node_name
    icons = [
        {"src": static(f"ui/{icon}.png"), "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
        for icon, side, purpose in ICONS
    ]
    said = {
        "id": "/scan",
        "name": name if "Jejak" in name else f"Jejak · {name}",
        "short_name": "Jejak",
        "lang": "ms",
        "start_url": "/scan",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b545c",
        "icons": icons,
    }
    return JsonResponse(said, content_type="application/manifest+json", headers={"Cache-Control": "no-cache"})


@public(reason="public keys, by which posters and receipts are verified")
@require_safe
def node(_request: HttpRequest) -> JsonResponse:
    """Answer ``/.well-known/jejak-node``: who this node is, its public keys (RFC 8037), and its time."""
    keys = [
        {"id": key.id, "kty": "OKP", "crv": "Ed25519", "x": _base64url(descriptor.public_key(key.secret))}
        for key in keyring().all("descriptor")
    ]
    said = {
        "node": settings().node_id,
        "name": settings().node_name,
        "url": settings().base_url,
        "keys": keys,
        "server_ms": int(clock.now().timestamp() * 1000),
    }
    return JsonResponse(said, headers={"Cache-Control": "no-store"})


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
