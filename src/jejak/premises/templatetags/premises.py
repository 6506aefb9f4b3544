"""How premises and posters are written in pages: ``{% load premises %}``."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jejak.formats import shortcode
from jejak.kernel.clock import now
from jejak.kernel.places import STATES
from jejak.premises import expiry, registration
from jejak.premises.errors import DetailsWrong
from jejak.premises.printing import POSTERS_A_FILE

if TYPE_CHECKING:
    from datetime import date

    from jejak.premises.queries import Place, PosterOf

register = template.Library()
LOST_SHOWN: Final = timedelta(days=90)


@register.filter
def kind_name(place: Place) -> str:
    """Return the kind in the reader's language."""
    return place.kind.name(get_language() or "ms")


@register.filter
def state_name(place: Place) -> str:
    """Return the state's name."""
    return STATES[place.state]


@register.filter
def confirmed_way_name(place: Place) -> str:
    """Return how a premises was confirmed, to stand within a sentence."""
    said = {"phone": _("by phone"), "post": _("by letter"), "officer": _("by an officer")}
    return said.get(place.confirmed_way, "")


@register.filter
def registration_kind(place: Place) -> str:
    """Return what kind of number a registration number is."""
    kinds = {
        "company": _("company"),
        "foreign": _("foreign company"),
        "business": _("business"),
        "partnership": _("limited liability partnership"),
        "other": _("other number, such as a council’s licence"),
    }
    try:
        return kinds.get(registration.read(place.registration_number).kind, "")
    except DetailsWrong:
        return ""


@register.filter
def short_code(code: str) -> str:
    """Return a short code as it is printed, ``ABC-DEFG``."""
    return shortcode.printed(code)


@register.filter
def up(posters: tuple[PosterOf, ...]) -> list[PosterOf]:
    """Return the posters that work."""
    return [poster for poster in posters if poster.works_at(now())]


@register.filter
def is_up(poster: PosterOf) -> bool:
    """Return whether a poster works."""
    return poster.works_at(now())


@register.filter
def files(posters: list[PosterOf]) -> list[dict[str, int]]:
    """Return the PDFs in which so many posters come: each one's number, and the first and last poster in it."""
    starts = range(0, len(posters), POSTERS_A_FILE)
    return [
        {"number": number, "first": start + 1, "last": min(start + POSTERS_A_FILE, len(posters))}
        for number, start in enumerate(starts, 1)
    ]


@register.filter
def last_day(poster: PosterOf) -> date | None:
    """Return the last day on which a poster works, ``None`` if it has no end."""
    return expiry.last_day(poster.expires_at) if poster.expires_at else None


@register.filter
def system_name(system: str) -> str:
    """Return the name of the system that made an old code."""
    names = {"mysejahtera": "MySejahtera", "nz-tracer": "NZ COVID Tracer", "corona-warn": "Corona-Warn-App"}
    return names.get(system) or _("another system")


@register.filter
def is_address(text: str) -> bool:
    """Return whether a phone's camera opens a text as a page."""
    return text[:8].lower().startswith(("https://", "http://"))


@register.filter
def down(posters: tuple[PosterOf, ...]) -> list[PosterOf]:
    """Return the posters that were withdrawn."""
    return [poster for poster in posters if poster.retired_at is not None]


@register.filter
def lost(posters: tuple[PosterOf, ...]) -> list[PosterOf]:
    """Return the posters withdrawn within 90 days because their old code went to another."""
    since = now() - LOST_SHOWN
    return [it for it in posters if it.retired_why and it.retired_at is not None and it.retired_at > since]
