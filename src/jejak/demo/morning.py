"""The demo's forty cases of one morning: a dozen are reported, the others stand in a laboratory's file to be sent.

Some of them met at one place some days earlier, so that looking back finds it. Whoever they are comes out of the log:
people of the officer's state who checked in there, never one of the guided tour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from jejak.demo import accounts
from jejak.demo.story import HOME_DISTRICT, HOME_STATE
from jejak.formats import spreadsheet
from jejak.kernel.places import STATES, local_day, local_midnight
from jejak.tracing import actions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from pathlib import Path

    import psycopg

    from jejak.access.actions import User
    from jejak.demo.population import Population

FORTY: Final = 40
MET: Final = 12
"""About so many of them were at one place within an hour."""
REPORTED: Final = 12
"""So many are reported before anybody sits down: the first by a laboratory, every third by a clinician."""
THIRD: Final = 3
MET_BEFORE: Final = 5
USUAL: Final = 4
"""About so many check-ins in three days: whoever is always out would meet half the state."""
FILE: Final = "makmal.csv"
HEADINGS: Final = ("Nama", "Telefon", "Tarikh gejala", "Tarikh sampel", "Bukti", "No makmal", "Negeri", "Daerah")
_TOGETHER: Final = (
    "select array_agg(distinct v.person_id) from visits_visit v join premises_premises p on p.id = v.premises_id"
    " where v.checked_in >= %(start)s and v.checked_in < %(end)s and p.state = %(state)s"
    " and v.person_id >= %(first)s and v.person_id < %(last)s group by v.premises_id, date_trunc('hour', v.checked_in)"
    " order by abs(count(distinct v.person_id) - %(many)s), v.premises_id, min(v.checked_in) limit 1"
)
_OTHERS: Final = (
    "select v.person_id from visits_visit v join premises_premises p on p.id = v.premises_id"
    " where v.checked_in >= %(start)s and v.checked_in < %(end)s and p.state = %(state)s"
    " and v.person_id >= %(first)s and v.person_id < %(last)s group by v.person_id"
    " order by bool_or(p.district = %(district)s) desc, abs(count(*) - %(usual)s), v.person_id limit %(many)s"
)


@dataclass(frozen=True, slots=True)
class Ill:
    """Somebody who tested positive that morning."""

    name: str
    phone: str
    onset: date | None
    sample: date
    reference: str


def dawn(connection: psycopg.Connection, population: Population, *, first: int, folder: Path, now: datetime) -> None:
    """Report the first of the forty and write the laboratory's file; done once, and again where that was cut off.

    ``first`` is the number of the population's first person.
    """
    if (folder / FILE).exists():
        return
    ill = forty(connection, population, first=first)
    _reported(ill[:REPORTED], now=now)
    part = folder / f"{FILE}.part"
    part.write_bytes(spreadsheet.csv_bytes(spreadsheet.Table("Kes", HEADINGS, _lines(ill))))
    part.replace(folder / FILE)


def forty(connection: psycopg.Connection, population: Population, *, first: int) -> list[Ill]:
    """Return who tested positive on the day the log ends; fewer than forty only where it holds fewer people."""
    today = local_day(population.until)
    facts = {"state": HOME_STATE, "district": HOME_DISTRICT, "first": first, "last": first + len(population.people)}
    day = local_midnight(today - timedelta(days=MET_BEFORE))
    found = connection.execute(
        _TOGETHER, facts | {"start": day, "end": day + timedelta(days=1), "many": MET}
    ).fetchone()
    met: list[int] = sorted(found[0])[: FORTY // 2] if found else []
    rows = connection.execute(
        _OTHERS,
        facts
        | {"start": local_midnight(today - timedelta(days=3)), "end": population.until, "many": FORTY, "usual": USUAL},
    ).fetchall()
    others = [number for (number,) in rows if number not in met]
    return [
        _ill(population, number - first, place=place, met=number in met, today=today)
        for place, number in enumerate([*met, *others][:FORTY])
    ]


def _ill(population: Population, index: int, *, place: int, met: bool, today: date) -> Ill:
    """Return somebody of the population as their report says it: two days after they met, or lately, or unnoticed."""
    ago = MET_BEFORE - 3 - place % 2 if met else place % 4
    return Ill(
        name=population.people.name_of(index),
        phone=population.people.phone_of(index),
        onset=None if not met and place % 5 == 0 else today - timedelta(days=ago),
        sample=today - timedelta(days=0 if ago == 0 else 1),
        reference=f"MKL{today:%y%m%d}-{place + 1:03d}",
    )


def _reported(ill: Sequence[Ill], *, now: datetime) -> None:
    """Report them to the demo's health office: every third by the clinician, the others by the laboratory."""
    office = _account(accounts.OFFICER).agency_id or 0
    clinical = ill[THIRD - 1 :: THIRD]
    found = [one for one in ill if one not in clinical]
    for kind, theirs, by in (
        ("laboratory", found, _account(accounts.LABORATORY_ACCOUNT)),
        ("clinical", clinical, _account(accounts.CLINICIAN_ACCOUNT)),
    ):
        given = [
            actions.Given(
                name=one.name, phone=one.phone, onset=one.onset, sample=one.sample, evidence=kind,
                reference=one.reference, classification="confirmed" if kind == "laboratory" else "suspected",
                state=HOME_STATE, district=HOME_DISTRICT,
            )
            for one in theirs
        ]  # fmt: skip
        actions.report_cases(given=given, disease="covid-19", office=office, by=by, at=now)


def _account(account: accounts.Account) -> User:
    from jejak.access import queries

    return queries.account(account.email)


def _lines(ill: Sequence[Ill]) -> list[list[str]]:
    """Return the rows of the file: whoever is not reported yet, one who is, and one whose days are missing."""
    rows = [_line(one) for one in [ill[0], *ill[REPORTED:]]] if ill else []
    return [*rows, ["Pesakit Tanpa Tarikh (Demo)", "", "", "", "makmal", "MKL-000", STATES[HOME_STATE], ""]]


def _line(one: Ill) -> list[str]:
    onset = f"{one.onset}" if one.onset else ""
    return [
        one.name, one.phone, onset, f"{one.sample}", "makmal", one.reference, STATES[HOME_STATE], HOME_DISTRICT,
    ]  # fmt: skip
