"""Named SQL: each statement lies in its room's ``sql`` folder, read once."""

from functools import cache
from importlib.resources import files


@cache
def load(room: str, name: str) -> str:
    """Return the text of ``src/jejak/<room>/sql/<name>.sql``."""
    return files("jejak").joinpath(room, "sql", f"{name}.sql").read_text(encoding="utf-8")
