"""Templates keep to the order of rooms in `.importlinter`, as imports do: none includes or links what lies above it."""

import re
from configparser import ConfigParser
from pathlib import Path

PROJECT = Path(__file__).parents[2]
ROOMS = PROJECT / "src" / "jejak"
NAMED = re.compile(r"""\{%\s*(?:extends|include|url|static)\s+["']([^"':/]+)[:/]""")


def order() -> dict[str, int]:
    contracts = ConfigParser()
    contracts.read(PROJECT / ".importlinter")
    layers = contracts["importlinter:contract:domains"]["layers"].strip().splitlines()
    return {room.strip(" ()"): height for height, layer in enumerate(reversed(layers)) for room in layer.split("|")}


def beyond(text: str, *, room: str, heights: dict[str, int]) -> list[str]:
    """Return the rooms that a room's template names though they lie above it or beside it."""
    named = [name for name in NAMED.findall(text) if name in heights and name != room]
    return [name for name in named if heights[name] >= heights[room]]


def test_no_template_includes_or_links_a_room_above_or_beside_its_own() -> None:
    heights = order()
    trespasses = [
        f"{path.relative_to(ROOMS)} -> {name}"
        for path in sorted(ROOMS.glob("*/templates/**/*"))
        if path.is_file()
        for name in beyond(path.read_text(), room=path.relative_to(ROOMS).parts[0], heights=heights)
    ]
    assert trespasses == []


def test_the_rooms_a_template_names_are_told_apart_by_their_height() -> None:
    text = """{% extends "ui/base.html" %}{% url 'entrance:today' x %}{% include "web/trail.html" %}{% url "account_login" %}"""
    heights = order()
    assert beyond(text, room="premises", heights=heights) == ["entrance", "web"]
    assert beyond(text, room="demo", heights=heights) == ["web"]
    assert beyond(text, room="config", heights=heights) == []
