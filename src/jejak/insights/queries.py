"""Reading the published numbers, as the role that can read nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jejak.insights.models import Headline
from jejak.insights.rules import BY_STATE, OTHER, SEARCHES, WHOLE
from jejak.kernel.places import STATES

if TYPE_CHECKING:
    from datetime import datetime

PUBLIC: Final = "public"
"""The database connection whose role may read the published numbers and no other table."""


@dataclass(frozen=True, slots=True)
class Line:
    """One state's numbers by metric; ``None`` is hidden."""

    state: str
    name: str
    values: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Edition:
    """The numbers as last published; ``as_of`` is ``None`` when nothing was yet."""

    as_of: datetime | None
    whole: dict[str, int | None]
    lines: tuple[Line, ...]

    @property
    def hidden(self) -> bool:
        """Whether a number is hidden."""
        return None in self.whole.values() or any(None in line.values.values() for line in self.lines)


def edition() -> Edition:
    """Return the published numbers, states by name."""
    rows = list(Headline.objects.using(PUBLIC).all())
    values = {(row.metric, row.state): row.value for row in rows}
    lines = [
        Line(code, name, {metric: values.get((metric, code)) for metric in BY_STATE}) for code, name in STATES.items()
    ]
    elsewhere = values.get((SEARCHES, OTHER))
    if elsewhere is not None:
        lines.append(Line(OTHER, "", {SEARCHES: elsewhere}))
    return Edition(
        as_of=max((row.as_of for row in rows), default=None),
        whole={metric: values.get((metric, "")) for metric in WHOLE},
        lines=tuple(sorted(lines, key=lambda line: (line.state == OTHER, line.name))),
    )
