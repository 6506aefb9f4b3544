"""What the rooms hand to shared machinery: apps, what each database role may do, and kinds of ledger entries."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from jejak.ledger.rules import Kind
from jejak.store.roles import Grants

if TYPE_CHECKING:
    from collections.abc import Callable

ROOMS = (
    "ui",
    "ledger",
    "messaging",
    "trail",
    "access",
    "people",
    "premises",
    "visits",
    "entrance",
    "tracing",
    "insights",
    "web",
    "demo",
)

GRANTS = Grants(
    # Sessions, sign-in bookkeeping and finished jobs are not records; everything else is never deleted by the app.
    deletable=frozenset({"django_session", "account_*", "mfa_*", "procrastinate_*", "ledger_waiting"}),
    append_only=frozenset(
        {
            "trail_entry",
            "trail_subject",
            "trail_day",
            "trail_leaf",
            "store_keyring",
            "ledger_record",
            "ledger_place",
            "ledger_waiting",
            "tracing_case_event",
            "tracing_contact_event",
            "tracing_assessment",
            "tracing_quarantine_table",
        }
    ),
    published=frozenset({"insights_headline"}),
    app_functions=frozenset({"procrastinate_*", "visits_make_partitions"}),
    retention_functions=frozenset(
        {
            "access_forget_*",
            "entrance_forget_*",
            "ledger_erase",
            "visits_drop_partition",
            "visits_forget_*",
            "visits_idle_persons",
            "visits_past_cards",
            "visits_unmark_idle",
            "messaging_*",
            "people_forget_asked",
            "people_forget_proposals",
            "premises_forget_*",
            "tracing_forget_*",
            "trail_forget",
        }
    ),
)

LEDGER_READERS = {
    "access.approval": "jejak.access.reconciling.approval_differences",
    "access.export": "jejak.access.reconciling.export_differences",
    "trail.day": "jejak.trail.closing.differences",
    "trail.sample": "jejak.trail.redrawing.differences",
}
"""By the name of a kind, the query that compares its records with the rows they speak of; asked without a record, it
names the rows that no entry knows."""


@cache
def ledger_kinds() -> dict[int, Kind]:
    """Return every kind of ledger entry by its number, out of the module ``entries`` of each room that has one.

    :raises ValueError: two kinds share a number or a name.
    """
    named = [f"jejak.{room}.entries" for room in ROOMS]
    modules = [import_module(name) for name in named if find_spec(name)]
    kinds = [kind for module in modules for kind in vars(module).values() if isinstance(kind, Kind)]
    found = {kind.number: kind for kind in kinds}
    if len(found) < len(kinds) or len({kind.name for kind in kinds}) < len(kinds):
        message = "two kinds of ledger entries share a number or a name"
        raise ValueError(message)
    return found


def ledger_readers() -> dict[int, Callable[[Any], Any]]:
    """Return the queries of `LEDGER_READERS` by the number of their kind; Django must be ready."""
    numbers = {kind.name: number for number, kind in ledger_kinds().items()}
    found = {}
    for name, path in LEDGER_READERS.items():
        module, _, function = path.rpartition(".")
        found[numbers[name]] = getattr(import_module(module), function)
    return found
