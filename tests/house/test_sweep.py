"""Nothing hands out a crowd: no answer to anybody is about more people than a page shows, unless somebody approved it.

What happened elsewhere (2021): three million records downloaded with one account that could. Here every role asks every
route it may call, with every wish that might lengthen a list, and sends every form with what most people fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from house.known import CROWDED
from house.may import line_of
from house.pages import Form, forms_of, words_of
from house.population import EVERYBODY, PHONE
from house.test_shown import A_PAGE, LEFT, NONE, Shown, Town, asked, settled, town  # noqa: F401 - pytest finds fixtures by name
from house.test_who_may import ALL, filled, holders, own_of, undone

from jejak.tracing.models import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

WISHES = ("", "?length=5000&limit=5000&per_page=5000&all=1", "?page=1&minutes=1&tier=1&sort=name&format=json")
FILES = ("csv", "xlsx")
MEETS = {"health_officer": 30, "senior_health_officer": 1, "clinic_staff": 1, "data_steward": 2}
"""How many people in one answer such a role must at least have met, or the sweep asked for the wrong things."""


def all_forms(town: Town, role: str, found: Shown) -> Iterator[tuple[str, dict[str, str]]]:  # noqa: F811 - the fixture
    """Yield what may be sent with the forms of a page: as it stands, with a crowded number, and as each kind of file."""
    address = found.answer.wsgi_request.path
    for form in forms_of(found.answer):
        target = form.action.split("?")[0] or address
        if form.method != "post" or LEFT.match(target):
            continue
        given = {name: value or "Perlu untuk kes 17" for name, value in form.fields.items() if "csrf" not in name}
        yield target, given
        for phone in (CROWDED, PHONE):
            if "phone" in form.fields:
                yield target, only(form, phone)
        for kind in FILES:
            if "form" in form.fields:
                yield target, given | {"form": kind}


def only(form: Form, phone: str) -> dict[str, str]:
    """Return a form that asks for a phone number, and names nothing else that would narrow it."""
    given = {name: value for name, value in form.fields.items() if "csrf" not in name}
    for name in form.free:
        if name in {"purpose", "reason", "words"} and not given.get(name):
            given[name] = "Kes 17 di Kajang"
    return given | {"phone": phone, "minutes": "1"} if "minutes" in given else given | {"phone": phone}


@pytest.mark.parametrize("role", EVERYBODY)
def test_no_answer_is_about_more_people_than_a_page_shows(town: Town, role: str) -> None:  # noqa: F811 - the fixture
    paths = [path for path in sorted(ALL) if role in holders(line_of(path) or NONE) and not LEFT.match(path)]
    most = 0
    for path in paths:
        address = filled(path, own_of(town.node, line_of(path) or NONE))
        for wish in WISHES:
            with undone():
                first = asked(town, role, "get", address + wish)
                most = max(most, few(first, f"{role}: GET {address}{wish}"))
                for target, data in all_forms(town, role, first):
                    with undone():
                        sent = asked(town, role, "post", target, data)
                        most = max(most, few(sent, f"{role}: POST {target} with {data}"))
                        if where := sent.answer.headers.get("Location", ""):
                            after = asked(town, role, "get", where)
                            most = max(most, few(after, f"{role}: {where} after {target}"))
    assert len(paths) > 30
    assert most >= MEETS.get(role, 0), "the sweep met nobody, so it shows nothing"


def few(found: Shown, what: str) -> int:
    assert found.people <= A_PAGE, f"{what} is about {found.people} people"
    return found.people


def test_a_crowd_is_seen_where_there_is_one(town: Town) -> None:  # noqa: F811 - the fixture
    from django.test import override_settings

    with (
        override_settings(ROOT_URLCONF="house.planted"),
        pytest.raises(AssertionError, match=r"is about [6-9][0-9] people"),
    ):
        few(asked(town, "operator", "get", "/planted/data"), "the planted page")


def test_a_phone_search_never_returns_the_number_of_a_document(town: Town) -> None:  # noqa: F811 - the fixture
    """What happened elsewhere: a bot answered a phone number with a household's identity numbers."""
    numbers = {"900101145678", "910202145679"}
    assert numbers <= set(town.known.numbers)
    for role, path in (
        ("clinic_staff", "/counter/"), ("data_steward", "/counter/"), ("health_officer", "/tracing/"),
        ("senior_health_officer", "/tracing/"),
    ):  # fmt: skip
        form = next(form for form in forms_of(town.node.browsers[role].get(path)) if "phone" in form.fields)
        case = Case.objects.filter(officer=town.node.users[role]).values_list("number", flat=True).first() or ""
        found = asked(town, role, "post", path, only(form, PHONE) | {"case": case})
        if where := found.answer.headers.get("Location", ""):
            found = asked(town, role, "get", where)
        assert found.people >= 1, f"{role} found nobody, so this shows nothing"
        assert not numbers & set(town.known.named_in(words_of(found.answer))), f"{role} reads a document's number"
