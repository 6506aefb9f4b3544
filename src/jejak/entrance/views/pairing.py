"""On the tablet: pairing it with a code, and its home."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jejak.entrance import actions
from jejak.entrance.errors import PairingRefused, TooManyAttempts
from jejak.entrance.views.entry import known, remember, tablets
from jejak.kernel.access import public
from jejak.kernel.addresses import address_of
from jejak.kernel.clock import now
from jejak.kernel.sealing import blind_index

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jejak.entrance.queries import Paired

INDEX: Final = "entrance.address"


@tablets()
@require_safe
def home(_request: HttpRequest, tablet: Paired) -> HttpResponse:
    """Lead a tablet to what its mode offers."""
    return redirect(f"entrance:{tablet.mode}")


@public(reason="a tablet that is not paired yet has nothing to show itself with; the code it types is what it needs")
def pair(request: HttpRequest) -> HttpResponse:
    """Pair a tablet: the code that the owner's page shows is typed, or comes after # with the link and is confirmed."""
    said = ""
    if request.method == "POST":
        try:
            token = actions.pair(
                code=request.POST.get("code", ""),
                address_key=blind_index().of(INDEX, address_of(request)),
                now=now(),
            )
        except PairingRefused:
            said = _("No tablet waits for this code. It may be mistyped, used, or older than 15 minutes.")
        except TooManyAttempts:
            said = _("Too many tries. Wait a minute, then type the code once more.")
        else:
            answer = redirect("entrance:home")
            remember(answer, token)
            return answer
    return render(
        request, "entrance/pair.html", {"said": said, "now_paired": known(request)}, status=422 if said else 200
    )


@public(reason="a script that holds no data")
@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """Give the service worker that keeps kiosk and display going without a network."""
    script = files("jejak.entrance").joinpath("static", "entrance", "worker.js").read_bytes()
    answer = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
