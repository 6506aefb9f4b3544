"""How premises and posters are written in pages: ``{% load premises %}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import get_language

from jejak.formats import shortcode
from jejak.kernel.places import STATES

if TYPE_CHECKING:
    from jejak.premises.queries import Place, PosterOf

register = template.Library()


@register.filter
def kind_name(place: Place) -> str:
    """Return the kind in the reader's language."""
    return place.kind.name(get_language() or "ms")


@register.filter
def state_name(place: Place) -> str:
    """Return the state's name."""
    return STATES[place.state]


@register.filter
def short_code(code: str) -> str:
    """Return a short code as it is printed, ``ABC-DEFG``."""
    return shortcode.printed(code)


@register.filter
def up(posters: tuple[PosterOf, ...]) -> list[PosterOf]:
    """Return the posters that work."""
    return [poster for poster in posters if poster.retired_at is None]


@register.filter
def down(posters: tuple[PosterOf, ...]) -> list[PosterOf]:
    """Return the posters that were withdrawn."""
    return [poster for poster in posters if poster.retired_at is not None]
