"""Result lines: one a case, with its mark where there is one, for people or as one JSON object a line."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """One measured value; ``ratio`` is to the value of the case ``of``, ``mark`` what it should reach."""

    bench: str
    case: str
    value: float
    unit: str
    ratio: float | None = None
    of: str | None = None
    mark: str | None = None
    holds: bool | None = None


@dataclass(slots=True)
class Report:
    """Prints lines as they are measured and remembers whether every mark held."""

    json: bool = False
    holds: bool = True
    bench: str = ""
    lines: list[Line] = field(default_factory=list)

    def of(self, bench: str) -> Report:
        """Return this report, its next lines being of ``bench``."""
        self.bench = bench
        return self

    def note(self, text: str) -> None:
        """Say something beside the results, for people only."""
        print(text, file=sys.stderr, flush=True)

    def line(
        self,
        *,
        case: str,
        value: float,
        unit: str,
        ratio: float | None = None,
        of: str | None = None,
        at_least: float | None = None,
        at_most: float | None = None,
    ) -> None:
        """Print one result; the mark is on the ratio if there is one, else on the value."""
        judged = value if ratio is None else ratio
        mark = holds = None
        if at_least is not None:
            mark, holds = f">= {at_least:g}", judged >= at_least
        elif at_most is not None:
            mark, holds = f"<= {at_most:g}", judged <= at_most
        found = Line(
            self.bench, case, round(value, 4), unit, None if ratio is None else round(ratio, 3), of, mark, holds
        )
        self.lines.append(found)
        self.holds = self.holds and holds is not False
        print(json.dumps(asdict(found)) if self.json else _readable(found), flush=True)


def _readable(line: Line) -> str:
    text = f"{line.bench:8} {line.case:44} {line.value:>12,.2f} {line.unit:10}"
    if line.ratio is not None:
        text += f" {line.ratio:>7.3f} of {line.of}"
    if line.mark:
        text += f"   {'holds' if line.holds else 'MISSED'} ({line.mark})"
    return text
