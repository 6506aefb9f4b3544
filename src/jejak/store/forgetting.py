"""A class of data that goes by one function of the database, which only the retention role may call."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connections, transaction

from jejak.kernel.places import local_midnight
from jejak.store.retention import Gone

if TYPE_CHECKING:
    from datetime import date

    from jejak.store.retention import Run

DATABASE = "retention"


def by_function(function: str, *, what: str) -> Run:
    """Return how a class goes whose ``function`` deletes what is older than a moment and returns how many rows.

    A dry run deletes and rolls back, so it counts just what would go.
    """

    def run(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:  # noqa: ARG001 - as every class is run
        before = local_midnight(on - timedelta(days=days))
        with transaction.atomic(using=DATABASE), connections[DATABASE].cursor() as cursor:
            cursor.execute(f"select {function}(%s)", [before])
            row = cursor.fetchone()
            transaction.set_rollback(dry_run, using=DATABASE)
        return [Gone(what, int(row[0]) if row else 0)]

    return run


def nothing(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:  # noqa: ARG001 - as every class is run
    """Return nothing: the class lies outside of this node's reach."""
    return []
