"""Writes a population into the database by COPY; a filling that was cut off goes on where it stopped.

Every part is one transaction together with the count that says it is done, so nothing is stored twice. It runs as
the tables' owner, because it hands out row numbers itself and vacuums what it wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from psycopg import sql
from psycopg.rows import class_row

from jejak.demo import oddities
from jejak.demo.copying import VISIT_COLUMNS, visit_rows
from jejak.demo.errors import AnotherDemo, RealRecords
from jejak.demo.person_rows import PERSON_COLUMNS, chunks
from jejak.demo.place_rows import (
    POSTER_COLUMNS,
    PREMISES_COLUMNS,
    ZONE_COLUMNS,
    Firsts,
    poster_rows,
    premises_rows,
    zone_rows,
)
from jejak.demo.population import Population, generate
from jejak.demo.processes import sealed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    import psycopg

    from jejak.demo.place_rows import Row

SEED: Final = 2020


class Progress(Protocol):
    """Hears how far a part has come: ``part`` is ``premises``, ``people``, ``visits`` or ``order``."""

    def __call__(self, part: str, done: int, whole: int) -> None:
        """Take note."""


@dataclass(frozen=True, slots=True)
class Held:
    """How far the filling has come; the columns of `models.Filling`."""

    scale: str
    seed: int
    until: datetime
    first_premises: int
    first_zone: int
    first_person: int
    people_done: int
    days_done: int
    finished_at: datetime | None

    @property
    def firsts(self) -> Firsts:
        """The numbers with which the demo's rows begin."""
        return Firsts(premises=self.first_premises, zone=self.first_zone, person=self.first_person)


def held(connection: psycopg.Connection) -> Held | None:
    """Return how far the demo of this database has come, or ``None`` if there is none."""
    columns = sql.SQL(", ").join(map(sql.Identifier, Held.__dataclass_fields__))
    with connection.cursor(row_factory=class_row(Held)) as cursor:
        return cursor.execute(sql.SQL("select {} from demo_filling").format(columns)).fetchone()


def welcome(connection: psycopg.Connection, *, scale: str) -> Held | None:
    """Return how far this database's demo has come, once it is sure that one of this scale may be filled here.

    :raises AnotherDemo: there is one of another scale.
    :raises RealRecords: there are persons or premises, but no demo.
    """
    known = held(connection)
    if known is None:
        _refuse_real_records(connection)
    elif known.scale != scale:
        raise AnotherDemo(known.scale)
    return known


def begin(connection: psycopg.Connection, *, scale: str, until: datetime, owner_id: int | None) -> Population:
    """Return the population to fill in: the one begun before, or a new one whose premises are stored now.

    :raises DemoRefused: see `welcome`.
    """
    known = welcome(connection, scale=scale)
    if known is not None:
        return generate(scale=known.scale, seed=known.seed, until=known.until)
    population = generate(scale=scale, seed=SEED, until=until)
    with connection.transaction():
        firsts = _reserved(connection, population)
        _copy(connection, "premises_premises", PREMISES_COLUMNS, premises_rows(population, firsts, owner_id=owner_id))
        _copy(connection, "premises_zone", ZONE_COLUMNS, zone_rows(population, firsts))
        _copy(connection, "premises_poster", POSTER_COLUMNS, poster_rows(population, firsts))
        connection.execute(
            "insert into demo_filling (id, scale, seed, until, first_premises, first_zone, first_person, people_done,"
            " days_done) values (1, %s, %s, %s, %s, %s, %s, 0, 0)",
            [scale, population.seed, population.until, firsts.premises, firsts.zone, firsts.person],
        )
    return population


def complete(connection: psycopg.Connection, population: Population, *, now: datetime, progress: Progress) -> None:
    """Store what is missing of people and visits, then put the tables in order for the searches."""
    known = held(connection)
    if known is None or known.finished_at is not None:
        return
    connection.commit()
    connection.execute("set synchronous_commit = off")  # a lost tail is filled in again
    _people(connection, population, known, progress)
    _visits(connection, population, known, progress)
    _oddities(connection, population, known)
    _in_order(connection, population, progress)
    connection.execute("update demo_filling set finished_at = %s", [now])
    connection.execute("set synchronous_commit = on")
    connection.commit()


def _refuse_real_records(connection: psycopg.Connection) -> None:
    for table in ("people_person", "premises_premises"):
        found = sql.SQL("select exists (select from {})").format(sql.Identifier(table))
        if connection.execute(found).fetchone() == (True,):
            raise RealRecords


def _reserved(connection: psycopg.Connection, population: Population) -> Firsts:
    """Take numbers out of the tables' sequences for all rows that others refer to."""
    people = len(population.people) + len(population.story.persons)
    return Firsts(
        premises=_block(connection, "premises_premises", len(population.premises)),
        zone=_block(connection, "premises_zone", population.premises.zones),
        person=_block(connection, "people_person", people),
    )


def _block(connection: psycopg.Connection, table: str, size: int) -> int:
    sequence = "pg_get_serial_sequence(%(table)s, 'id')"
    row = connection.execute(
        f"with first as (select nextval({sequence}) as number)"  # noqa: S608 - a constant
        f" select number, setval({sequence}, number + greatest(%(size)s, 1) - 1) from first",
        {"table": table, "size": size},
    ).fetchone()
    return int(row[0]) if row else 1


def _people(connection: psycopg.Connection, population: Population, known: Held, progress: Progress) -> None:
    whole = len(population.people) + len(population.story.persons)
    todo = chunks(population=population, done=known.people_done, first_person=known.first_person)
    progress("people", known.people_done, whole)
    for chunk, stream in sealed(population, todo):
        with connection.transaction():
            _copy_stream(connection, "people_person", PERSON_COLUMNS, stream)
            connection.execute("update demo_filling set people_done = %s", [chunk.end])
        progress("people", chunk.end, whole)


def _visits(connection: psycopg.Connection, population: Population, known: Held, progress: Progress) -> None:
    days = population.days
    with connection.transaction():
        connection.execute("select visits_make_partitions(%s, %s)", [days[0], days[-1]])
    done = sum(int(count) for count in population.counts[: known.days_done])
    progress("visits", done, population.scale.visits)
    for number in range(known.days_done, len(days)):
        visits = population.visits_on(number)
        stream = visit_rows(visits, firsts=known.firsts)
        with connection.transaction():
            _copy_stream(connection, partition(days[number]), VISIT_COLUMNS, stream)
            connection.execute("update demo_filling set days_done = %s", [number + 1])
        done += len(visits)
        progress("visits", done, population.scale.visits)


def _oddities(connection: psycopg.Connection, population: Population, known: Held) -> None:
    """Store what is odd in the log, and what people say of their visits; what is there already stays as it is."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(oddities.STORE_VISIT, oddities.visits(population, known.firsts))
        cursor.executemany(oddities.STORE_BURST, oddities.bursts(population, known.firsts))
        cursor.executemany(oddities.STORE_DISPUTE, oddities.disputes(population, known.firsts))


def partition(day: date) -> str:
    """Return the name of the table that holds a local day's visits."""
    return f"visits_visit_p{day:%Y%m%d}"


def _in_order(connection: psycopg.Connection, population: Population, progress: Progress) -> None:
    """Vacuum, so that searches need not look at the rows beside the indexes, and gather statistics."""
    tables = ["premises_premises", "premises_poster", "people_person", *(partition(day) for day in population.days)]
    connection.commit()
    connection.autocommit = True
    for number, table in enumerate(tables):
        progress("order", number, len(tables))
        connection.execute(sql.SQL("vacuum (analyze) {}").format(sql.Identifier(table)))
    connection.execute("analyze visits_visit")
    progress("order", len(tables), len(tables))
    connection.autocommit = False


def _copy(connection: psycopg.Connection, table: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    with connection.cursor() as cursor, cursor.copy(_statement(table, columns, "text")) as copy:
        for row in rows:
            copy.write_row(row)


def _copy_stream(connection: psycopg.Connection, table: str, columns: tuple[str, ...], stream: bytes) -> None:
    with connection.cursor() as cursor, cursor.copy(_statement(table, columns, "binary")) as copy:
        for piece in _pieces(stream):
            copy.write(piece)


def _pieces(stream: bytes, size: int = 1 << 18) -> Iterator[bytes]:
    view = memoryview(stream)
    return (bytes(view[start : start + size]) for start in range(0, len(stream), size))


def _statement(table: str, columns: tuple[str, ...], form: str) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("copy {} ({}) from stdin (format {})").format(sql.Identifier(table), names, sql.SQL(form))
