"""The rows of a file that were not taken, as cells with their reasons, to be mended and sent again."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from jejak.premises import importwords, queries
from jejak.premises.tablecolumns import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jejak.premises.queries import ImportOf


def not_taken(it: ImportOf) -> Iterator[list[str]]:
    """Give the cells of each row, its number and its reasons in the reader's language; rejected ones first."""
    rows = chain(queries.rows_of(source=it, outcome="rejected"), queries.rows_of(source=it, outcome="duplicate"))
    for row in rows:
        cells = [row.cells.get(field, "") for field in COLUMNS]
        yield [*cells, importwords.row_name(row.number), " ".join(importwords.reason(words) for words in row.reasons)]
