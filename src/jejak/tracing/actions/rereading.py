"""Reading notices that wait to whom they are for now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.tracing.queries import notices
from jejak.tracing.queries.lines import open_lines

if TYPE_CHECKING:
    from jejak.tracing.models import Notice


def read_through(rows: list[Notice]) -> list[Notice]:
    """Return notices to the lines on which people are worked on now: records may be united while a notice waits.

    Not where the batch, or a notice that lives, tells that line already.
    """
    lines = open_lines([one.contact for one in rows])
    moved = [one for one in rows if lines[one.contact_id].pk != one.contact_id]
    to = {lines[one.contact_id].pk for one in moved}
    told = {*notices.told_before(to), *notices.waiting_among(to)}
    for one in moved:
        line = lines[one.contact_id]
        if line.pk not in told:
            one.contact = line
            told.add(line.pk)
    return rows
