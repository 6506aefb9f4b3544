"""What is told of the people at doors is told for somebody and a purpose: a list of every function that tells it.

Found by what they return: a dataclass or model of the rooms that keep what visitors left, in which somebody's number,
name or phone stands, also within other dataclasses. A new function that returns such is found here too; it takes `by`
and `purpose`, goes on in a `look`, or stands below with the reason why it need not.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import pytest
from django.db.models import Model

import jejak

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEEPERS: Final = ("people", "visits", "tracing")
"""Rooms that keep what visitors left, or show it."""
TELLING: Final = {"person", "persons", "name", "phone", "phone_sealed", "name_sealed", "words_sealed"}
"""Fields that make a type one about somebody."""
OTHERWISE: Final = {
    "jejak.access.queries.managers_of": "the addresses of an agency's managers, to send them an alert",
    "jejak.people.actions.hold_by_code": "a citizen's own browser, bound by a code to their phone",
    "jejak.people.queries.device_of": "a citizen's own device",
    "jejak.people.queries.held_by": "a citizen's own dependants",
    "jejak.people.queries.household_of": "a citizen's own household",
    "jejak.people.queries.shown_to": "a citizen's own browser",
    "jejak.people.actions.issue_card": "made a moment ago, for whoever asked for it",
    "jejak.visits.queries.own_visits": "a citizen's own visits",
    "jejak.tracing.queries.own_cases": "a citizen's own illness, for the file of their data",
    "jejak.tracing.queries.own_contacts": "a citizen's own exposures, for the file of their data",
    "jejak.tracing.actions.contact_row": "puts together what was read under a look",
    "jejak.tracing.actions.show_contact": "looks for the purpose that the contact is: its office works on it",
    "jejak.tracing.actions.show_contact_on": "looks for the purpose that the contact is: its office works on it",
    "jejak.tracing.actions.preview_notices": "looks for the purpose of telling contacts of its own office, whose names were shown",
    "jejak.tracing.actions.show_chosen": "looks for the purpose that the batch of notices is, of its own office",
    "jejak.tracing.actions.show_notices": "looks for the purpose that the batch of notices is, of its own office",
    "jejak.tracing.actions.show_disputes": "looks for the purpose that the contacts of its office are, whose readers dispute",
    "jejak.tracing.actions.show_dispute": "looks for the purpose that the contact is: its office works on it",
    "jejak.tracing.actions.show_stays": "looks for the purpose that the contact is: its office works on it",
    "jejak.tracing.actions.show_run": "looks for the purpose that the run was started for",
    "jejak.tracing.actions.show_work": "looks for the purpose that the office's list of contacts is",
    "jejak.tracing.actions.show_follow_ups": "looks for the purpose that the office's list of contacts is",
    "jejak.tracing.actions.make_case": "looks for the purpose that the contact is, of its own office",
    "jejak.tracing.actions.preview_table": "counts of a table of quarantine, nobody",
    "jejak.people.queries.read_document": "puts what somebody typed into one spelling",
    "jejak.tracing.actions.report_case": "numbers of cases just reported by the account itself, under a look; no names",
    "jejak.tracing.actions.report_cases": "numbers of cases just reported by the account itself, under a look; no names",
    "jejak.tracing.actions.search_case": "the case that its uuid names is the purpose, and it opens a look for that",
    "jejak.tracing.actions.show_case": "the case that its uuid names is the purpose, and it opens a look for that",
    "jejak.tracing.actions.show_case_on": "the case that its uuid names is the purpose, and it opens a look for that",
    "jejak.tracing.queries.case": "an open case's number and facts, of one's own office or assigned to oneself; no names; for this room's actions",
    "jejak.tracing.queries.case_ref": "an open case's number and facts, of one's own office or assigned to oneself; no names",
    "jejak.tracing.queries.ref_of": "an open case's number and facts, of one's own office or assigned to oneself; no names",
    "jejak.tracing.queries.visible": "an open case's number and facts, of one's own office or assigned to oneself; no names; for this room's actions",
    "jejak.tracing.queries.profile": "a disease, nobody",
    "jejak.tracing.queries.profiles": "a disease, nobody",
    "jejak.tracing.queries.versions": "a disease, nobody",
    "jejak.tracing.queries.report_of": "what the account or its agency sent itself",
    "jejak.tracing.queries.reports_of": "what the account or its agency sent itself",
    "jejak.tracing.queries.reports_open_to": "what the account or its agency sent itself",
    "jejak.tracing.queries.search": "numbers that stand in an entry of one's own or one's agency's; no names",
    "jejak.tracing.actions.opened": "numbers that stand in an entry of one's own or one's agency's; no names",
}


def _modules() -> Iterator[Any]:
    for room in KEEPERS:
        for each in pkgutil.walk_packages(import_module(f"jejak.{room}").__path__, f"jejak.{room}."):
            if ".migrations" not in each.name:
                yield import_module(each.name)


def _words(annotation: object) -> set[str]:
    return set(re.findall(r"\w+", str(annotation)))


def _about_somebody() -> dict[str, set[str]]:
    """Return the names of the types in which somebody stands, by whatever other types they stand within."""
    types: set[tuple[str, Any]] = set()
    for module in _modules():
        types |= {
            (name, each)
            for name, each in vars(module).items()
            if inspect.isclass(each)
            and each.__module__.startswith(tuple(f"jejak.{room}." for room in KEEPERS))
            and (is_dataclass(each) or issubclass(each, Model))
        }
    columns: dict[str, dict[str, object]] = {}
    for name, each in types:  # two rooms may call different things by one name: either may be about somebody
        columns[name] = columns.get(name, {}) | _columns(each)
    found = {name for name, own in columns.items() if own.keys() & TELLING}
    while True:
        more = {name for name, own in columns.items() for hint in own.values() if _words(hint) & found} - found
        if not more:
            return {name: set(columns[name]) for name in found}
        found |= more


def _columns(each: Any) -> dict[str, object]:
    if is_dataclass(each):
        return {field.name: field.type for field in fields(each)}
    return {field.name: "" for field in each._meta.get_fields()}


def telling() -> list[tuple[str, Callable[..., object]]]:
    """Return every function at a room's doors to others that returns something about somebody."""
    about = _about_somebody().keys()
    found = {}
    for room in (each for each in pkgutil.iter_modules(jejak.__path__) if each.ispkg):
        for door in ("queries", "actions"):
            try:
                module = import_module(f"jejak.{room.name}.{door}")
            except ModuleNotFoundError:
                continue
            for name, each in vars(module).items():
                home = getattr(each, "__module__", "") or ""
                ours = home.startswith(f"jejak.{room.name}.") and not name.startswith("_")
                if inspect.isfunction(each) and ours and _words(inspect.signature(each).return_annotation) & about:
                    found[f"{module.__name__}.{name}"] = each
    return sorted(found.items())


TOLD = telling()


def test_those_that_everybody_knows_are_among_the_functions_found() -> None:
    known = {"find_by_phone", "find_by_card", "find_by_keys", "names_of", "contacts_of", "stays_of", "visitors_of"}
    known |= {"said_of", "zone_times_of", "show_contacts", "show_visitors"}
    assert known <= {name.rsplit(".", 1)[1] for name, _each in TOLD}


@pytest.mark.parametrize(("name", "each"), TOLD, ids=[name for name, _each in TOLD])
def test_whoever_tells_of_somebody_takes_an_account_and_a_purpose(name: str, each: Callable[..., object]) -> None:
    if name in OTHERWISE:
        return
    asked = inspect.signature(each).parameters
    alone = {word for word, one in asked.items() if one.kind is inspect.Parameter.KEYWORD_ONLY}
    hints = {word: str(one.annotation) for word, one in asked.items()}
    if hints.get("look") == "Look":
        assert "look" in alone
        return
    assert {"by", "purpose"} <= alone or {"by", "search"} <= alone, f"{name} takes no by= and purpose= by name alone"
    assert hints["by"] == "User", f"{name}: who looks is an account"
    assert "purpose" not in hints or hints["purpose"] in {"Purpose", "str"}
    if ".queries." in name and name.split(".")[1] != "tracing":
        assert hints["purpose"] == "Purpose", f"{name}: a purpose has a kind, words alone are none"


def test_no_exception_is_left_over() -> None:
    assert OTHERWISE.keys() <= {name for name, _each in TOLD}
