"""A poster's last day: chosen when it is made, or later, or taken away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from premises.test_actions import SHOP, entries

from jejak.kernel.ids import uuid7
from jejak.premises import actions, queries
from jejak.premises.errors import ExpiryWrong, PosterRetired, UnknownPoster
from jejak.premises.expiry import expiry, last_day

if TYPE_CHECKING:
    from jejak.access.models import User

NOW = datetime(2022, 1, 20, 17, 30, tzinfo=UTC)  # half past one at night of the 21st in Malaysia
TODAY, LATER = date(2022, 1, 21), date(2022, 3, 1)
END = datetime(2022, 3, 1, 16, tzinfo=UTC)


@pytest.fixture
def shop(owner: User) -> actions.Registered:
    return actions.register(by=owner, uuid=uuid7(), details=SHOP, now=NOW)


@pytest.mark.parametrize("day", [TODAY, LATER, TODAY + timedelta(days=3653)])
def test_a_poster_works_to_the_end_of_its_last_day_in_malaysia(day: date) -> None:
    end = expiry(last_day=day, now=NOW)
    assert end is not None
    assert end > NOW
    assert last_day(end) == day
    assert last_day(end + timedelta(microseconds=1)) == day + timedelta(days=1)


@pytest.mark.parametrize("day", [date(2022, 1, 20), date(2032, 1, 24), date.min, date.max])
def test_a_day_that_is_over_or_far_away_is_refused(day: date) -> None:
    with pytest.raises(ExpiryWrong):
        expiry(last_day=day, now=NOW)


@pytest.mark.django_db
def test_a_poster_is_made_with_a_last_day_and_without(owner: User, shop: actions.Registered) -> None:
    assert shop.poster.expires_at is None
    made = actions.issue_poster(by=owner, uuid=shop.place.uuid, last_day=LATER, now=NOW)
    assert made.expires_at == END
    assert entries()[-1][1] == {"premises": shop.place.id, "poster": made.number, "until": "2022-03-02T00:00:00+08:00"}


@pytest.mark.django_db
def test_the_last_day_is_set_moved_and_taken_away_also_after_it(owner: User, shop: actions.Registered) -> None:
    def expire(day: date | None, now: datetime = NOW) -> datetime | None:
        code = shop.poster.short_code
        return actions.expire_poster(by=owner, uuid=shop.place.uuid, short_code=code, last_day=day, now=now).expires_at

    assert expire(LATER) == END
    assert expire(LATER) == END
    assert expire(TODAY) == datetime(2022, 1, 21, 16, tzinfo=UTC)
    with pytest.raises(ExpiryWrong):
        expire(TODAY, now=NOW + timedelta(days=1))
    assert expire(None, now=NOW + timedelta(days=9)) is None
    said = [detail.get("until", "") for action, detail in entries() if action == "poster.expiry"]
    assert said == ["2022-03-02T00:00:00+08:00", "2022-01-22T00:00:00+08:00", ""]


@pytest.mark.django_db
def test_a_replaced_poster_hands_its_last_day_on_unless_it_is_over(owner: User, shop: actions.Registered) -> None:
    old = actions.issue_poster(by=owner, uuid=shop.place.uuid, last_day=LATER, now=NOW)
    new = actions.replace_poster(by=owner, uuid=shop.place.uuid, short_code=old.short_code, now=NOW)
    assert new.expires_at == END
    last = actions.replace_poster(by=owner, uuid=shop.place.uuid, short_code=new.short_code, now=END)
    assert last.expires_at is None


@pytest.mark.django_db
def test_a_withdrawn_poster_and_another_s_get_no_last_day(owner: User, shop: actions.Registered) -> None:
    from jejak.access import actions as access

    uuid, code = shop.place.uuid, shop.poster.short_code
    stranger = access.add_account(email="lain@contoh.example", name="Orang Lain", kind="owner", role="premises_owner")
    with pytest.raises(UnknownPoster):
        actions.expire_poster(by=stranger, uuid=uuid, short_code=code, last_day=LATER, now=NOW)
    actions.retire_poster(by=owner, uuid=uuid, short_code=code, now=NOW)
    with pytest.raises(PosterRetired):
        actions.expire_poster(by=owner, uuid=uuid, short_code=code, last_day=None, now=NOW)
    assert queries.by_short_code(code).expires_at is None
