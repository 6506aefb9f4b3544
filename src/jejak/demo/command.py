"""What ``jejak demo`` does before it runs the node: fill the database, with progress and the time left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import psycopg
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from jejak.demo import accounts, load, morning
from jejak.demo.population import generate
from jejak.kernel.keys import keyring
from jejak.store.connections import database_of

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

    from jejak.kernel.settings import Settings

WORDS: Final = {
    "premises": "Inventing premises",
    "people": "Sealing people",
    "visits": "Storing check-ins",
    "order": "Putting in order",
}


def fill(*, settings: Settings, scale: str, console: Console, now: datetime) -> None:
    """Fill the database with the population of a scale, or with what is missing of it; a filled one stays as it is.

    :raises DemoRefused: the database holds another demo, or records of its own.
    """
    url = database_of(settings, keyring()).urls.owner
    with psycopg.connect(url) as connection:
        known = load.welcome(connection, scale=scale)
        if known is not None and known.finished_at is not None:
            console.print(f"The demo is filled already ({scale}, up to {known.until:%Y-%m-%d %H:%M} UTC).", style="dim")
            if not (settings.data / morning.FILE).exists():  # cut off before it, or filled before there was one
                accounts.ensure_all(now=now)
                population = generate(scale=known.scale, seed=known.seed, until=known.until)
                morning.dawn(connection, population, first=known.first_person, folder=settings.data, now=now)
            return
        owner_id = accounts.ensure_all(now=now)
        with _bars(console) as bars:
            tasks = {part: bars.add_task(word, total=None, start=False) for part, word in WORDS.items()}

            def show(part: str, done: int, whole: int) -> None:
                bars.start_task(tasks[part])
                bars.update(tasks[part], completed=done, total=whole)

            population = load.begin(connection, scale=scale, until=now, owner_id=owner_id)
            show("premises", len(population.premises), len(population.premises))
            load.complete(connection, population, now=now, progress=show)
        _first_night(now)
        filled = load.held(connection)
        if filled is not None:
            morning.dawn(connection, population, first=filled.first_person, folder=settings.data, now=now)


def _first_night(now: datetime) -> None:
    """Do what jobs do in the night, so that nobody has to wait for it: numbers, pairs to review, retention."""
    from jejak.demo import queries
    from jejak.insights import actions as insights
    from jejak.people import actions as people
    from jejak.trail import actions as trail

    insights.refresh(now=now)
    people.find_twice(persons=queries.cast_numbers().values(), now=now)
    trail.run_retention(now=now)


def _bars(console: Console) -> Bars:
    return Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
