"""Owner, counter and guard see the word and the colour of the hour; the queue at a display does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from entrance.standing import Door, door

from jejak.entrance import queries
from jejak.formats import hourmark
from jejak.kernel import clock

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(owner: User) -> Door:
    return door(owner)


def words_now(at: Door) -> list[str]:
    marks = queries.marks(premises=at.place.id, now=clock.now())
    return [hourmark.spoken(mark.word, language="ms") for mark in marks]


def test_a_mark_holds_for_its_hour_and_the_last_one_is_told_beside(at: Door) -> None:
    now = datetime(2022, 1, 21, 4, 30, tzinfo=UTC)
    this, last = queries.marks(premises=at.place.id, now=now)
    assert (this.start, this.end) == (now.replace(minute=0), now.replace(hour=5, minute=0))
    assert (last.colour, last.word) == queries.mark(premises=at.place.id, at=now - timedelta(hours=1))
    assert queries.marks(premises=at.place.id, now=this.end)[1] == this


def test_owner_counter_and_guard_see_both_words_with_the_colours_named(owner_client: Any, at: Door) -> None:
    counter = at.at_work()
    for page in (
        owner_client.get(f"/premises/{at.place.uuid}/today"),
        counter.get("/door/counter"),
        at.browser("counter").get("/door/guard"),
    ):
        text = page.content.decode()
        for mark, word in zip((page.context["mark"], page.context["mark_before"]), words_now(at), strict=True):
            assert mark.word == word
            assert word in text
            assert mark.name in text
            assert f"hour-{mark.colour}" in text
    assert "jam daftar masuknya" in text


def test_neither_queue_nor_visitor_sees_the_mark_before_a_check_in(at: Door) -> None:
    for mode in ("kiosk", "display"):
        client = at.browser(mode)
        assert client.get("/door/guard").status_code == 404
        assert "mark" not in (client.get(f"/door/{mode}").context or {})


def test_a_confirmation_says_the_word_and_names_the_colour(at: Door) -> None:
    form = {"name": "Ali", "phone": "011-0999 0001", "agree": "1"}
    from jejak.kernel.ids import uuid7

    counter, kiosk = at.at_work(), at.browser("kiosk")
    for client, page in ((counter, "/door/counter"), (kiosk, "/door/kiosk")):
        text = client.post(page, form | {"id": str(uuid7())}).content.decode()
        assert 'role="status"' in text
        assert "Kata jam ini:" in text
        assert "Warna:" in text
