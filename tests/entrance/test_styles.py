"""A confirmation at a door has the colours of the receipts that a guard compares it with."""

import re
from pathlib import Path

STATIC = Path(__file__).parents[2] / "src" / "jejak"
HOURS = re.compile(r"^(?:\.hour-\d) \{.*\}$", re.MULTILINE)


def test_the_colours_of_the_hour_are_those_of_the_receipt() -> None:
    receipt = (STATIC / "ui" / "static" / "ui" / "checkin.css").read_text()
    door = (STATIC / "entrance" / "static" / "entrance" / "door.css").read_text()
    assert len(HOURS.findall(receipt)) == 8
    assert HOURS.findall(door) == HOURS.findall(receipt)
