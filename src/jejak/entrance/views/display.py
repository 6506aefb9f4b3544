"""The display at the door: how many are inside, and whether another may come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from jejak.entrance import queries
from jejak.entrance.rules import Light
from jejak.entrance.views.entry import tablets
from jejak.kernel.clock import now

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jejak.entrance.queries import Numbers, Paired

WORDS: Final = {
    Light.GO: _("Please come in"),
    Light.NEARLY: _("Nearly full"),
    Light.FULL: _("Full: please wait"),
    Light.NONE: _("Welcome"),
}
ICONS: Final = {Light.GO: "check", Light.NEARLY: "alert", Light.FULL: "stop", Light.NONE: "people"}


@tablets("display")
@require_safe
def display(request: HttpRequest, tablet: Paired) -> HttpResponse:
    """Show the numbers; a script keeps them fresh, and shows the last ones when the network is gone."""
    at = queries.standing(tablet=tablet)
    found = _numbers(tablet, at)
    lights = [(light.value, WORDS[light], ICONS[light]) for light in Light]
    shown = {"tablet": tablet, "at": at, "numbers": found, "lights": lights, "word": WORDS[found.light]}
    return render(request, "entrance/display.html", shown)


@tablets("display", machine=True)
@require_safe
def numbers(_request: HttpRequest, tablet: Paired) -> HttpResponse:
    """Give the numbers alone: today's check-ins, those inside, the capacity, the light, and the moment in ms."""
    found = _numbers(tablet, queries.standing(tablet=tablet))
    return JsonResponse(
        {
            "today": found.today,
            "inside": found.inside,
            "capacity": found.capacity,
            "light": found.light.value,
            "at": int(found.at.timestamp() * 1000),
        }
    )


def _numbers(tablet: Paired, at: queries.Standing) -> Numbers:
    return queries.numbers(premises=tablet.premises, zone=tablet.zone, capacity=at.capacity, now=now())
