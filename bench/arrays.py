"""The same search over sorted NumPy arrays in memory: what the database is measured against, and its oracle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench.visitlog import DAY, MINUTE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.visitlog import Log

    Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Stays of people at the premises of some case's stay, one row a visit."""

    stay: Numbers  # row of the case's united stay
    person: Numbers
    start: Numbers
    end: Numbers
    observed: NDArray[np.bool_]

    def __getitem__(self, chosen: object) -> Pieces:
        """Return the chosen rows."""
        return Pieces(*(getattr(self, name)[chosen] for name in Pieces.__slots__))


class Arrays:
    """A log sorted twice: by premises and check-in, and by person and check-in."""

    def __init__(self, log: Log) -> None:
        """Sort; what a search needs lies together afterwards."""
        self.window = log.window
        order = np.lexsort((log.checked_in, log.premises))
        self.at_premises = np.searchsorted(log.premises[order], np.arange(len(log.longest) + 2))
        self.start, self.end, self.person = log.checked_in[order], log.until[order], log.person[order]
        self.seen = log.observed[order]
        order = np.lexsort((log.checked_in, log.person))
        self.epoch = int(log.checked_in.min())
        self.by_person = np.searchsorted(log.person[order], np.arange(log.people + 2))
        self.own_start, self.own_end, self.own_premises = log.checked_in[order], log.until[order], log.premises[order]
        self.own_person, self.own_seen = log.person[order], log.observed[order]
        self.key = self._key(self.own_person, self.own_start)
        self.longest = log.longest * MINUTE

    def _key(self, person: Numbers, moment: Numbers) -> Numbers:
        return person << 32 | (moment - self.epoch)

    def meetings(self, *, person: int, since: int, until: int, minutes: int) -> tuple[Numbers, Pieces, Numbers]:
        """Return the premises of each stay of a case, the meetings, and each meeting's person's total in ms."""
        premises, cases = self._stays_of(person, since, until)
        found = self._near(premises, cases, person)
        found = _unite(
            Pieces(found.stay, found.person, found.start, self._ends(premises[found.stay], found), found.observed)
        )
        start, end = np.maximum(found.start, cases.start[found.stay]), np.minimum(found.end, cases.end[found.stay])
        enough = end - start >= minutes * MINUTE
        met = Pieces(found.stay, found.person, start, end, found.observed & cases.observed[found.stay])[enough]
        people, row = np.unique(met.person, return_inverse=True)
        total = np.bincount(row, weights=met.end - met.start, minlength=len(people)).astype(np.int64)
        order = np.argsort(-total[row], kind="stable")
        return premises, met[order], total[row][order]

    def _stays_of(self, person: int, since: int, until: int) -> tuple[Numbers, Pieces]:
        rows = slice(self.by_person[person], self.by_person[person + 1])
        start, premises = self.own_start[rows], self.own_premises[rows]
        keep = (start > since - DAY) & (start < until)
        start, premises = start[keep], premises[keep]
        everyone = np.full(len(start), person)
        pieces = Pieces(premises, everyone, start, self.own_end[rows][keep], self.own_seen[rows][keep])
        pieces = Pieces(premises, everyone, start, self._ends(premises, pieces), pieces.observed)
        united = _unite(pieces)
        united = united[united.end > since]
        cut = Pieces(
            np.arange(len(united.stay)),
            united.person,
            np.maximum(united.start, since),
            np.minimum(united.end, until),
            united.observed,
        )
        return united.stay, cut

    def _ends(self, premises: Numbers, pieces: Pieces) -> Numbers:
        """Return each end, an estimated one moved up to the person's next check-in elsewhere."""
        ends = pieces.end.copy()
        left = np.flatnonzero(~pieces.observed)
        at = np.searchsorted(self.key, self._key(pieces.person[left], pieces.start[left]), side="right")
        while len(left):
            inside = at < len(self.key)
            left, at = left[inside], at[inside]
            before = (self.own_person[at] == pieces.person[left]) & (self.own_start[at] < ends[left])
            left, at = left[before], at[before]
            elsewhere = self.own_premises[at] != premises[left]
            ends[left[elsewhere]] = self.own_start[at[elsewhere]]
            left, at = left[~elsewhere], at[~elsewhere] + 1
        return ends

    def _near(self, premises: Numbers, cases: Pieces, person: int) -> Pieces:
        """Return every visit of others that overlaps a stay of the case at its premises, before trimming."""
        rows: list[Numbers] = []
        stay: list[Numbers] = []
        for row, place in enumerate(premises):
            first, last = self.at_premises[place], self.at_premises[place + 1]
            start, end = cases.start[row], cases.end[row]
            low, high = first + np.searchsorted(self.start[first:last], (start - self.longest[place - 1], end))
            chosen = low + np.flatnonzero((self.end[low:high] > start) & (self.person[low:high] != person))
            rows.append(chosen)
            stay.append(np.full(len(chosen), row))
        at = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
        which = np.concatenate(stay) if stay else np.empty(0, dtype=np.int64)
        return Pieces(which, self.person[at], self.start[at], self.end[at], self.seen[at])


def _unite(pieces: Pieces) -> Pieces:
    """Return one row for each stretch of time that a person spent at a stay's place."""
    order = np.lexsort((pieces.start, pieces.person, pieces.stay))
    pieces = pieces[order]
    same = (pieces.stay[1:] == pieces.stay[:-1]) & (pieces.person[1:] == pieces.person[:-1])
    if not same.any():
        return pieces
    ends = pieces.end.copy()
    new = np.ones(len(ends), dtype=bool)
    for row in np.flatnonzero(same) + 1:  # few: repeated scans
        new[row] = pieces.start[row] > ends[row - 1]
        if not new[row]:
            ends[row] = max(ends[row], ends[row - 1])
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(ends)) - 1
    island = np.cumsum(new) - 1
    observed = np.zeros(len(first), dtype=bool)
    np.logical_or.at(observed, island, pieces.observed & (pieces.end == ends[last][island]))
    return Pieces(pieces.stay[first], pieces.person[first], pieces.start[first], ends[last], observed)
