"""Fixtures of the lane's tests."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from emptying import empty_tables
from lane.stand import Site

from jejak.kernel.keys import keyring


@pytest.fixture(scope="session")
def rendered(node_database: Any) -> dict[str, Any]:
    """The check-in pages as Django renders them."""
    from jejak.visits import skeletons

    return {
        "skeletons": skeletons.render_all(),
        "messages": skeletons.render_messages(),
        "words": skeletons.render_words(),
        "phrases": skeletons.render_phrases(),
    }


@pytest.fixture(scope="module")
def furnished(node_database: Any, rendered: dict[str, Any], django_db_blocker: Any) -> Iterator[Site]:
    """A node with posters: open, of a zone, retired, of closed premises; one for all tests of a module."""
    from jejak.access import actions

    urls = node_database.urls
    made = Site(app=urls.app, owner=urls.owner, ring=keyring(), **rendered)
    with django_db_blocker.unblock():
        account = actions.add_account(
            email="pemilik@contoh.example", name="Pemilik", kind="owner", role="premises_owner"
        )
        made.account = account.pk
    made.poster = made.add_poster()
    made.code = made.code_of(made.poster)
    made.other_code = made.code_of(made.add_poster(name="Kedai Lain"))
    made.zone_code = made.code_of(made.add_poster(name="Pusat Beli-belah", zone="Aras 2"))
    made.retired_code = made.code_of(made.add_poster(name="Kedai Lama", retired=True))
    made.closed_code = made.code_of(made.add_poster(name="Kedai Tutup", closed=True))
    yield made
    empty_tables(node_database)


@pytest.fixture
def site(furnished: Site) -> Iterator[Site]:
    """The furnished node, without any visit or person."""
    yield furnished
    furnished.rows("delete from visits_visit")
    furnished.rows("delete from people_person")


@pytest.fixture
def token(site: Site) -> str:
    """The token of somebody known, on a device of their own."""
    from jejak.lane.tokens import Tokens

    return Tokens(site.ring, visit_days=90).visitor(person=12345, device=777, ms=time.time_ns() // 1_000_000)
