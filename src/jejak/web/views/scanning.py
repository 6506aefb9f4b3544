"""Scanning without an app: a photo of the poster or its short code leads to the check-in page."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, Final

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from jejak.formats import qrpicture
from jejak.kernel.access import public
from jejak.kernel.problems import JejakError
from jejak.premises import queries as premises
from jejak.premises.errors import UnknownPoster
from jejak.web.errors import LookingBusy, NothingGiven
from jejak.web.views.pocket import context

if TYPE_CHECKING:
    from typing import IO

    from django.http import HttpRequest

MOST_AT_ONCE: Final = 2
WAIT_SECONDS: Final = 3
LONGEST_TEXT: Final = 1_000
_AROUND_PICTURE: Final = 20_000  # bytes of a form beside its picture

_looking = BoundedSemaphore(MOST_AT_ONCE)


class KeptInMemory(MemoryFileUploadHandler):
    """Holds a picture in memory until it was looked at; a larger one is dropped as it arrives."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's hook
        """Take what may be looked at."""
        length = args[2] if len(args) > 2 else kwargs["content_length"]  # noqa: PLR2004 - Django passes it third
        self.activated = length <= qrpicture.LARGEST_FILE + _AROUND_PICTURE


@public(reason="anybody may scan a poster; a picture is looked at and not kept")
@csrf_exempt  # only so that a picture is received as said above before the form's secret is compared, in `_answer`
@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """Answer ``/scan``: ways to scan; a photo or a text sent here leads on to ``/p/<code>``."""
    request.upload_handlers = [KeptInMemory(request)]
    return _answer(request)


@public(reason="turns what stands on a poster into its address, as scanning does")
@require_safe
def poster(request: HttpRequest) -> JsonResponse:
    """Answer ``/guard/poster?text=``: the code and the place of a poster named by its short code, or 404."""
    try:
        found = premises.poster_for(text=request.GET.get("text", "").strip()[:LONGEST_TEXT])
    except UnknownPoster as unknown:
        return JsonResponse({"code": unknown.code}, status=unknown.status)
    said = {"code": premises.scan_code(number=found.number), "name": found.place.name}
    return JsonResponse(said, headers={"Cache-Control": "no-store"})


@csrf_protect
def _answer(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    text = request.POST.get("text", "").strip()
    try:
        texts = (text,) if text else _texts_in(request.FILES.get("picture"), request=request)
        return HttpResponseRedirect(f"/p/{_code_of(texts)}", status=303)
    except (qrpicture.PictureError, UnknownPoster, LookingBusy, NothingGiven) as refused:
        return _page(request, refused=refused, text=text)


def _page(request: HttpRequest, *, refused: JejakError | None = None, text: str = "") -> HttpResponse:
    shown = context("scan", language=get_language() or "ms") | {
        "text": text,
        "trouble": refused.code if refused else "",
    }
    answer = render(request, "web/pocket/scan.html", shown, status=refused.status if refused else 200)
    answer.headers["Cache-Control"] = "no-store"
    if isinstance(refused, LookingBusy):
        answer.headers["Retry-After"] = str(WAIT_SECONDS)
    return answer


def _texts_in(picture: IO[bytes] | None, *, request: HttpRequest) -> tuple[str, ...]:
    if picture is None:
        if int(request.META.get("CONTENT_LENGTH") or 0) > qrpicture.LARGEST_FILE:
            raise qrpicture.PictureTooLarge
        raise NothingGiven
    if not _looking.acquire(blocking=False):
        raise LookingBusy
    try:
        return qrpicture.read(picture.read())
    finally:
        _looking.release()


def _code_of(texts: tuple[str, ...]) -> str:
    """Return the code of the first text that means a poster of ours; a picture may show other codes beside it.

    :raises UnknownPoster: none does.
    """
    for text in texts:
        try:
            return premises.scan_code(number=premises.poster_for(text=text[:LONGEST_TEXT]).number)
        except UnknownPoster:
            continue
    raise UnknownPoster
