"""What an answer asked of the database: its statements in order, with every value blanked."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAVEPOINT = re.compile(r'"s\d+_x\d+"')
_LIST = re.compile(r"\((?:%s, )+%s\)")
_VALUES = re.compile(r"'[^']*'|\b\d+\b")


@contextmanager
def statements() -> Iterator[list[str]]:
    """Yield the statements that run inside the block, filled as they run."""
    found: list[str] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        found.append(blanked(str(sql)))
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(note), connections["public"].execute_wrapper(note):
        yield found


def blanked(sql: str) -> str:
    """Return a statement without its values, so that two askings of the same question are equal."""
    return _VALUES.sub("?", _LIST.sub("(%s)", _SAVEPOINT.sub('"s"', sql)))
