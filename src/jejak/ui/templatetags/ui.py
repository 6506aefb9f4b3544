"""Components and filters of the design system: ``{% load ui %}``; README.md in jejak/ui shows each."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import template
from django.core.paginator import Page
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language

from jejak.ui import icons, navigation, words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from django.forms import BaseForm, BoundField
    from django.template import Context
    from django.utils.safestring import SafeString

register = template.Library()

ALERT_ICONS = {"good": "check", "attention": "alert", "stop": "stop", "neutral": "info"}
BAR_WIDTH = 400  # units of the drawing, not pixels: the picture stretches


def _language() -> str:
    return get_language() or "ms"


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


@register.filter
def day(value: date | datetime | None) -> str:
    """21 Januari 2022, in the reader's zone and language; nothing for ``None``."""
    if value is None:
        return ""
    return words.day(_local(value) if isinstance(value, datetime) else value, language=_language())


@register.filter
def moment(value: datetime | None) -> str:
    """21 Januari 2022, 3.15 petang; nothing for ``None``."""
    return "" if value is None else words.moment(_local(value), language=_language())


@register.filter
def clock(value: datetime | None) -> str:
    """3.15 petang, in the reader's zone and language; nothing for ``None``."""
    return "" if value is None else words.clock(_local(value), language=_language())


@register.filter
def minutes(value: float | None) -> str:
    """1 j 20 min, from a number of minutes; nothing for ``None``."""
    return "" if value is None else words.minutes(value, language=_language())


@register.filter
def number(value: int | None) -> str:
    """2,030,511; nothing for ``None``."""
    return "" if value is None else words.number(value)


@register.filter
def phone(value: str | None) -> str:
    """012-345 6789, from any way of writing it; nothing for ``None``."""
    return words.phone(value) if value else ""


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon; always put words beside it."""
    return icons.draw(name)


@register.inclusion_tag("ui/components/mark.html")
def mark() -> dict[str, Any]:
    """Draw the footprint."""
    return {}


@register.inclusion_tag("ui/components/field.html")
def field(bound: BoundField, *, short: bool = False, label: str = "", bare: bool = False) -> dict[str, Any]:
    """Show a form's field with its label, help and errors tied to it for screen readers.

    ``bare`` drops a placeholder, which a library's forms set to the label once more.
    """
    kind = bound.widget_type
    if bare:
        bound.field.widget.attrs.pop("placeholder", None)
    return {
        "field": bound,
        "label": label or bound.label,
        "short": short,
        "one_choice": kind == "checkbox",
        "choices": kind in {"radioselect", "checkboxselectmultiple"},
    }


@register.inclusion_tag("ui/components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """List what is wrong with a form above it, each error a link to its field."""
    return {
        "form": form,
        "wrong": [bound for bound in form if bound.errors and not bound.is_hidden],
    }


@register.simple_block_tag
def alert(content: SafeString, kind: str = "neutral", *, urgent: bool = False) -> SafeString:
    """Set a message apart: kind is good, attention, stop or neutral; urgent ones are read out at once."""
    role = "alert" if urgent else "status"
    shape = '<div class="alert alert-{}" role="{}">{}<div>{}</div></div>'
    return format_html(shape, kind, role, icons.draw(ALERT_ICONS[kind]), content)


@register.simple_tag
def tag(text: str, kind: str = "neutral", icon: str = "") -> SafeString:
    """Show a state as a word on its colour, with an icon if named."""
    return format_html(
        '<span class="tag tag-{}">{}{}</span>',
        kind,
        icons.draw(icon) if icon else "",
        text,
    )


@register.inclusion_tag("ui/components/stat.html")
def stat(value: object, label: str, *, note: str = "") -> dict[str, Any]:
    """Show one number with its name; stands within ``<dl class="stats">``."""
    return {"value": value, "label": label, "note": note}


@register.inclusion_tag("ui/components/breadcrumb.html")
def breadcrumb(*parts: str) -> dict[str, Any]:
    """Show the way back: address and label by turns, then this page's label."""
    *before, here = parts
    return {"steps": zip(before[::2], before[1::2], strict=True), "here": here}


@register.inclusion_tag("ui/components/tabs.html", takes_context=True)
def tabs(context: Context, area: str, uuid: UUID, label: str) -> dict[str, Any]:
    """Show the tabs that rooms registered for a thing, the one of this page marked; ``label`` names them all."""
    match = context["request"].resolver_match
    here = match.view_name if match else ""
    return {"label": label, "tabs": [(tab, address, tab.route == here) for tab, address in _registered(area, uuid)]}


@register.inclusion_tag("ui/components/ways.html")
def ways(area: str, uuid: UUID, *, of: str = "", classes: str = "") -> dict[str, Any]:
    """Show the links that rooms registered for a thing, one after another; ``of`` says to screen readers of which."""
    return {"ways": _registered(area, uuid), "of": of, "classes": classes}


def _registered(area: str, uuid: UUID) -> list[tuple[navigation.Tab, str]]:
    """Return an area's links with their addresses; a route that is not mounted is left out."""
    found = []
    for tab in navigation.tabs_of(area):
        try:
            found.append((tab, reverse(tab.route, args=[uuid])))
        except NoReverseMatch:
            continue
    return found


@register.inclusion_tag("ui/components/sort_header.html", takes_context=True)
def sort_header(context: Context, label: str, key: str, *, number: bool = False, first: str = "") -> dict[str, Any]:
    """Show a column's head as a link that sorts: ``?sort=-key`` descends, ``first`` is the order unasked."""
    query = context["request"].GET.copy()
    order = query.get("sort") or first
    query["sort"] = f"-{key}" if order == key else key
    for place in ("page", "after"):
        query.pop(place, None)
    state = {key: "ascending", f"-{key}": "descending"}.get(order, "none")
    return {
        "label": label,
        "address": f"?{query.urlencode()}",
        "state": state,
        "number": number,
    }


@register.inclusion_tag("ui/components/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Show where one is among a list's pages and the way to the others; keeps the rest of the query."""
    query = context["request"].GET.copy()

    def address(number: int) -> str:
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    numbers: Iterable[int | str] = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "steps": [(number, address(number) if isinstance(number, int) else "") for number in numbers],
        "before": address(page.previous_page_number()) if page.has_previous() else "",
        "after": address(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("ui/components/strip_key.html")
def strip_key() -> dict[str, Any]:
    """Explain solid and hatched, once above a table of strips; brings the pattern that hatches them."""
    return {}


@register.inclusion_tag("ui/components/bar.html")
def bar(value: float, most: float) -> dict[str, Any]:
    """Draw a number as a share of the largest, beside the number itself."""
    return {"length": round(BAR_WIDTH * value / most, 2) if most else 0, "width": BAR_WIDTH}


@register.inclusion_tag("ui/components/slider.html")
def slider(
    name: str,
    label: str,
    value: float,
    low: float,
    high: float,
    *,
    step: float = 1,
    unit: str = "",
    as_time: bool = False,
) -> dict[str, Any]:
    """Show a slider with its value in words: with ``unit`` behind it, or ``as_time``, from minutes."""
    return {
        "name": name, "label": label, "value": value, "low": low, "high": high, "step": step, "unit": unit,
        "as_time": as_time, "language": _language(),
    }  # fmt: skip
