"""The mark of this hour and of the last one in words, as the counter, the guard and the owner see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from jejak.entrance import queries
from jejak.entrance.views.entry import tablets
from jejak.formats import hourmark
from jejak.kernel.clock import now
from jejak.kernel.places import KUALA_LUMPUR
from jejak.ui import words

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from jejak.entrance.queries import HourMark, Paired

COLOURS: Final = (
    _("dark teal"),
    _("amber"),
    _("indigo"),
    _("pink"),
    _("green"),
    _("light blue"),
    _("maroon"),
    _("lime"),
)
"""The names of `hourmark`'s colours: none is ever shown without its name."""


@dataclass(frozen=True, slots=True)
class ShownMark:
    """A mark as a page shows it: ``colour`` is the number of its swatch, ``name`` what the colour is called."""

    colour: int
    name: str
    word: str
    begins: str
    ends: str


def shown_marks(*, premises: int, at: datetime) -> dict[str, ShownMark]:
    """Return what a page shows of this hour's mark and the last one's."""
    this, last = queries.marks(premises=premises, now=at)
    return {"mark": _shown(this), "mark_before": _shown(last)}


def colour_name(colour: int) -> str:
    """Return what a colour of the hour is called."""
    return str(COLOURS[colour])


def spoken_word(word: int) -> str:
    """Return a word of the hour as this page's reader knows it."""
    return hourmark.spoken(word, language=get_language() or "ms")


@tablets("counter")
@require_safe
def guard(request: HttpRequest, tablet: Paired) -> HttpResponse:
    """Fill the screen with this hour's and the last hour's mark; it is the same whoever works at the counter."""
    at = now()
    this = queries.marks(premises=tablet.premises, now=at)[0]
    shown = {"tablet": tablet, "at": queries.standing(tablet=tablet), "now": at, "until": this.end}
    return render(request, "entrance/guard.html", shown | shown_marks(premises=tablet.premises, at=at))


def _shown(mark: HourMark) -> ShownMark:
    language = get_language() or "ms"
    begins, ends = (words.clock(at.astimezone(KUALA_LUMPUR), language=language) for at in (mark.start, mark.end))
    return ShownMark(mark.colour, colour_name(mark.colour), spoken_word(mark.word), begins, ends)
