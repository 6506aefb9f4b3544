"""The few icons of the design, strokes on a 24 by 24 grid; an icon always stands beside words."""

from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

STROKES: Final[dict[str, str]] = {
    "check": "M4.5 12.5l5 5L19.5 7",
    "alert": "M12 4L2.8 19.5h18.4zM12 10v4.5M12 17v.2",
    "stop": "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v5.5M12 16v.2",
    "info": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM12 11v5.5M12 7.5v.2",
    "clock": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM12 7v5l3.5 2",
    "place": "M12 21s-7-6-7-11.5a7 7 0 0 1 14 0C19 15 12 21 12 21zM12 7a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5z",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM15.5 15.5L20.5 20.5",
    "download": "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4 20h16",
    "print": "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
    "person": "M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8zM4.5 20.5c.8-4 3.6-6 7.5-6s6.7 2 7.5 6",
    "people": "M9 5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7zM2.5 19.5c.7-3.5 3-5.2 6.5-5.2s5.8 1.7 6.5 5.2"
    "M15.5 5.3a3.5 3.5 0 0 1 0 6.4M18 14.7c2 .8 3.1 2.4 3.5 4.8",
    "out": "M10 4H5v16h5M14 8l4.5 4-4.5 4M18 12H9",
    "arrow": "M4 12h15M13 6l6 6-6 6",
    "back": "M20 12H5M11 6l-6 6 6 6",
    "shop": "M4 10v10h16V10M3 10l2-6h14l2 6zM9 20v-5.5h6V20",
    "code": "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM18.5 18.5H20V20h-1.5zM14 20h.1M20 14h.1",
    "shield": "M12 3l8 3v5.5c0 5-3.4 8-8 9.5-4.6-1.5-8-4.5-8-9.5V6zM8.5 12l2.5 2.5 4.5-5",
    "key": "M8 11a4 4 0 1 0 0 8a4 4 0 1 0 0-8zM11 12l8.5-8.5M16 7l3 3",
    "plus": "M12 5v14M5 12h14",
    "edit": "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19z",
    "bin": "M5 7h14M9.5 7V4h5v3M7 7l.8 13h8.4L17 7M10.5 11v5.5M13.5 11v5.5",
    "chart": "M4 20V4M4 20h16M8.5 16v-4M13 16V8M17.5 16v-6",
    "mail": "M3 5.5h18v13H3zM3.5 6l8.5 7 8.5-7",
    "phone": "M7 3h10v18H7zM11 18h2",
}

_SHAPE: Final = (
    '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"'
    ' fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
    '<path d="{}"/></svg>'
)


def draw(name: str) -> SafeString:
    """Return the icon as inline SVG, hidden from screen readers because the words beside it say the same.

    :raises KeyError: there is no icon of that name.
    """
    return format_html(_SHAPE, STROKES[name])
