"""What anybody types is never a template: expressions of four template languages in every field of every form.

What happened elsewhere: a validation message of the Corona-Warn-App evaluated what was sent to it.
"""

from __future__ import annotations

from typing import Any

import pytest
from house.may import line_of
from house.pages import forms_of, words_of
from house.population import EVERYBODY
from house.test_shown import LEFT, NONE, Town, settled, town  # noqa: F401 - pytest finds fixtures by name
from house.test_who_may import ALL, filled, holders, own_of, sent, undone

PAYLOAD = "{{ 31337|add:1 }}{% widthratio 31337 1 2 %}${31337*3}#{31337*4}<%= 31337*5 %>{31337!r:>9}%(csrf_token)s"
EVALUATED = ("31338", "62674", "94011", "125348", "156685", "    31337")
CHOSEN = frozenset({"kind", "state", "district", "role", "decision", "acts", "form", "id", "uuid", "country"})
"""Fields of fixed words: with anything else in them a form is refused before its free words are read."""


@pytest.mark.parametrize("role", EVERYBODY)
def test_no_form_evaluates_what_is_typed_into_it(town: Town, role: str) -> None:  # noqa: F811 - the fixture
    client, filled_in = town.node.browsers[role], 0
    for path in sorted(ALL):
        line = line_of(path) or NONE
        if role not in holders(line) or LEFT.match(path):
            continue
        address = filled(path, own_of(town.node, line))
        with undone():
            page = sent(client, "get", address)
        for form in forms_of(page):
            target = form.action or address
            for kept in (CHOSEN, frozenset[str]()):
                said = {name: value if name in kept else PAYLOAD for name, value in form.fields.items()}
                said |= {name: form.fields[name] for name in form.fields if name not in form.free}
                filled_in += 1
                with undone():
                    for answer in answers(client, form.method, target, address, said):
                        words = words_of(answer)
                        assert answer.status_code < 500, f"{role}: {target} with {said}"
                        assert not [word for word in EVALUATED if word in words], f"{role}: {target} with {said}"
    assert filled_in > 5


def answers(client: Any, method: str, target: str, address: str, said: dict[str, str]) -> list[Any]:
    """Return what a form answers, where that leads, and the page that then shows what was kept."""
    first = client.get(target, said) if method == "get" else sent(client, "post", target, said)
    where = first.headers.get("Location", "")
    return [first, *([client.get(where)] if where.startswith("/") else []), client.get(address)]
