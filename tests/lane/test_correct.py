"""What a visitor says of a visit is kept beside it; nothing is overwritten, and only the receipt's holder may say it."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lane.stand import Answer, Site, Visitor, ask, visit_id

from jejak.lane.app import Lane
from jejak.lane.errors import TimesWrong
from jejak.lane.rules import DAY, HOUR, MINUTE, told_times
from jejak.lane.tokens import LEFT, Receipt

HERE = timezone(timedelta(hours=8))
NOON = int(datetime(2022, 1, 21, 12, 0, 30, tzinfo=HERE).timestamp() * 1000)
EVENING = NOON + 9 * HOUR


@pytest.fixture(autouse=True)
def nothing_said(site: Site) -> Any:
    yield
    site.rows("delete from visits_dispute")


def disputes(site: Site) -> list[tuple[Any, ...]]:
    return site.rows(
        "select kind, came_at, left_at from visits_dispute order by id",
    )


def midday(lane: Lane) -> None:
    """Let it be noon, so that a few hours ago is today."""
    today = datetime.now(HERE).replace(hour=12, minute=30, second=0, microsecond=0)
    lane.clock = lambda: int(today.timestamp() * 1000)


async def at_noon(lane: Lane, site: Site, *, hours: int = 2, with_others: bool = False) -> str:
    """Check in at half past ten of a day whose half past twelve it is now."""
    from uuid import UUID

    from jejak.kernel.ids import uuid7

    midday(lane)
    ms = lane.clock() - hours * HOUR
    visit = str(UUID(int=(ms << 80) | (uuid7().int & ((1 << 80) - 1))))
    token = lane.tokens.visitor(person=7, device=8, ms=time.time_ns() // 1_000_000)
    more = {"with": [lane.tokens.visitor(person=9, device=10, ms=time.time_ns() // 1_000_000)]} if with_others else {}
    done = await Visitor(lane, site.code).check_in(token, visit=visit, queued=True, **more)
    assert done.status == 201, done.text
    return re.sub(r"^https?://[^/]+", "", done.json["receipt"]) + "/correct"


def test_an_end_that_was_never_scanned_is_told_and_the_estimate_stays(site: Site) -> None:
    async def act(lane: Lane) -> tuple[Answer, Answer, Answer]:
        path = await at_noon(lane, site)
        one = Visitor(lane, site.code)
        page = await one.open(path)
        done = await one.submit({"kind": "times", "came": "10:30", "left": "11:45"}, path=path)
        return page, done, await one.open(done.headers["location"])

    page, done, thanks = site.run(act)
    assert (page.status, done.status, thanks.status) == (200, 303, 200)
    assert 'name="came" type="time" value="10:30"' in page.text
    assert 'name="left" type="time" value=""' in page.text
    assert re.search(r'role="status">Terima kasih[^<]* Anda keluar pada 11.45 pagi\.<', thanks.text)
    ((kind, came, left),) = disputes(site)
    assert (kind, came) == ("times", None)
    assert f"{left.astimezone(HERE):%H:%M}" == "11:45"
    ((_, _, _, _, flags, minutes),) = site.visits()
    assert (flags, minutes) == (2048 | 2, 45)


def test_that_was_not_me_is_kept_beside_the_visit_of_each_who_came(site: Site) -> None:
    async def act(lane: Lane) -> Answer:
        path = await at_noon(lane, site, with_others=True)
        return await Visitor(lane, site.code).submit({"kind": "not-me"}, path=path)

    assert site.run(act).status == 303
    assert disputes(site) == [("not-me", None, None)] * 2
    assert [flags for *_, flags, _ in site.visits()] == [2048 | 2] * 2
    assert len({row[0] for row in site.rows("select visit_id from visits_dispute")}) == 2


def test_the_same_said_again_is_said_once_and_much_is_enough(site: Site) -> None:
    async def act(lane: Lane) -> list[Answer]:
        path = await at_noon(lane, site)
        one = Visitor(lane, site.code)
        same = [await one.submit({"kind": "not-me"}, path=path) for _ in range(3)]
        other = [await one.submit({"kind": "times", "left": f"11:{at:02}"}, path=path) for at in range(12)]
        return [*same, *other]

    answers = site.run(act)
    assert [answer.status for answer in answers] == [303] * 12 + [429] * 3
    assert len(disputes(site)) == 10
    assert re.search(r'role="alert">[^<]', answers[-1].text)


@pytest.mark.parametrize(
    ("fields", "slot"),
    [
        ({}, 'role="alert"'),
        ({"came": "", "left": ""}, 'role="alert"'),
        ({"came": "10:30"}, 'role="alert"'),
        ({"came": "11:30", "left": "11:00"}, 'id="left-error"'),
        ({"left": "09:00"}, 'id="left-error"'),
        ({"left": "23:59"}, 'id="left-error"'),
        ({"came": "23:59"}, 'id="came-error"'),
        ({"came": "25:00"}, 'id="came-error"'),
        ({"left": "x" * 300}, 'id="left-error"'),
        ({"left": "11:00; drop table"}, 'id="left-error"'),
        ({"left": '"><script>'}, 'id="left-error"'),
        ({"left": "{{7*7}}"}, 'id="left-error"'),
        ({"left": "\u0661\u0661:00"}, 'id="left-error"'),
    ],
)
def test_times_that_cannot_be_come_back_as_typed_with_what_to_do(site: Site, fields: dict[str, str], slot: str) -> None:
    from html import escape

    async def act(lane: Lane) -> Answer:
        path = await at_noon(lane, site)
        return await Visitor(lane, site.code).submit({"kind": "times"} | fields, path=path)

    answer = site.run(act)
    assert answer.status == 422
    assert re.search(rf"{slot}>[^<]", answer.text)
    for name, value in fields.items():
        assert f'id="{name}" name="{name}" type="time" value="{escape(value)}"' in answer.text
    assert disputes(site) == []
    assert [flags for *_, flags, _ in site.visits()] == [2]


@pytest.mark.parametrize("kind", ["", "x", "NOT-ME", "times\0", "not-me "])
def test_anything_else_is_not_understood(site: Site, kind: str) -> None:
    async def act(lane: Lane) -> Answer:
        return await Visitor(lane, site.code).submit({"kind": kind}, path=await at_noon(lane, site))

    assert site.run(act).status == 400
    assert disputes(site) == []


def test_only_the_receipts_holder_may_say_something(site: Site) -> None:
    async def act(lane: Lane) -> list[int]:
        path = await at_noon(lane, site)
        sealed = path.split("/")[4]
        one, said = Visitor(lane, site.code), {"kind": "not-me"}
        touched = sealed[:9] + ("B" if sealed[9] == "A" else "A") + sealed[10:]
        answers = [
            await one.submit(said, path=path, sec_fetch_site="cross-site"),
            await one.submit(said, path=path.replace(site.code, site.other_code)),
            await one.submit(said, path=path.replace(sealed, touched)),
            await one.submit(said, path=path.replace(sealed, "x" * 62)),
            await ask(lane, "POST", path, body=b"{}", headers={"content-type": "application/json"}),
            await ask(
                lane, "POST", path, body=urlencode(said | {"x": "y" * 20_000}).encode(),
                headers={"content-type": "application/x-www-form-urlencoded"},
            ),
        ]  # fmt: skip
        return [answer.status for answer in answers]

    assert site.run(act) == [403, 404, 404, 404, 415, 413]
    assert disputes(site) == []


def test_a_visit_that_was_never_stored_gets_no_dispute(site: Site) -> None:
    async def act(lane: Lane) -> Answer:
        sealed = lane.tokens.receipt(Receipt(0, site.poster, visit_id(), lane.clock())).decode()
        return await Visitor(lane, site.code).submit(
            {"kind": "not-me"}, path=f"/p/{site.code}/receipt/{sealed}/correct"
        )

    assert site.run(act).status == 404
    assert disputes(site) == []


def test_a_visit_can_be_corrected_as_long_as_it_is_kept(site: Site) -> None:
    async def act(lane: Lane) -> list[int]:
        path = await at_noon(lane, site)
        one, now = Visitor(lane, site.code), lane.clock()
        lane.clock = lambda: now + 89 * DAY
        kept = await one.open(path)
        lane.clock = lambda: now + 91 * DAY
        return [kept.status, (await one.open(path)).status, (await one.submit({"kind": "not-me"}, path=path)).status]

    assert site.run(act) == [200, 404, 404]


def test_a_scanned_end_can_be_disputed_too(site: Site) -> None:
    async def act(lane: Lane) -> Answer:
        path = await at_noon(lane, site)
        one, sealed = Visitor(lane, site.code), path.split("/")[4]
        out = await one.submit({"visit": sealed}, path=f"/p/{site.code}/out")
        left = out.headers["location"] + "/correct"
        page = await one.open(left)
        assert 'name="left" type="time" value="12:30"' in page.text
        return await one.submit({"kind": "times", "came": "10:30", "left": "11:00"}, path=left)

    assert site.run(act).status == 303
    ((kind, came, left),) = disputes(site)
    assert (kind, came, f"{left.astimezone(HERE):%H:%M}") == ("times", None, "11:00")
    assert [(flags, minutes) for *_, flags, minutes in site.visits()] == [(2048 | 2 | 1, 120)]


def told(came: str = "", left: str = "", *, until: int | None = None, now: int = EVENING, longest: int = 180) -> Any:
    return told_times(checked_in=NOON, until=until, came=came, left=left, longest_minutes=longest, now=now)


def at(text: str, *, day: int = 21) -> int:
    hours, minutes = map(int, text.split(":"))
    return int(datetime(2022, 1, day, hours, minutes, tzinfo=HERE).timestamp() * 1000)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"left": "13:00"}, (None, at("13:00"))),
        ({"left": "13.00"}, (None, at("13:00"))),
        ({"left": " 13:00:59 "}, (None, at("13:00"))),
        ({"came": "9:05"}, (at("09:05"), None)),
        ({"came": "12:00", "left": "12:30"}, (None, at("12:30"))),
        ({"came": "11:00", "left": "11:30"}, (at("11:00"), at("11:30"))),
        ({"left": "00:30", "now": EVENING + DAY, "longest": 1440}, (None, at("00:30", day=22))),
        ({"came": "11:00", "left": "14:00", "until": at("14:00") + 20_000}, (at("11:00"), None)),
    ],
)
def test_times_are_those_of_the_visits_day_in_malaysia(given: dict[str, Any], expected: Any) -> None:
    assert told(**given) == expected


@pytest.mark.parametrize(
    ("given", "field", "reason"),
    [
        ({}, "form", "times-missing"),
        ({"came": "12:00"}, "form", "times-missing"),
        ({"left": "14:00", "until": at("14:00")}, "form", "times-missing"),
        ({"left": "noon"}, "left", "times-form"),
        ({"left": "11:59"}, "left", "times-order"),
        ({"left": "12:00"}, "left", "times-order"),
        ({"came": "13:00", "left": "12:30"}, "left", "times-order"),
        ({"came": "15:00", "until": at("14:00")}, "came", "times-order"),
        ({"left": "21:01"}, "left", "times-future"),
        ({"came": "22:00"}, "came", "times-future"),
    ],
)
def test_times_that_cannot_be_say_which_and_why(given: dict[str, Any], field: str, reason: str) -> None:
    with pytest.raises(TimesWrong) as refused:
        told(**given)
    assert (refused.value.field, refused.value.reason) == (field, reason)


CLOCKS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59)) | st.just("")


@given(CLOCKS, CLOCKS, st.none() | st.integers(1, DAY), st.integers(1, 1440), st.integers(0, 3 * DAY))
def test_what_is_taken_can_be_stored(came: str, left: str, stay: int | None, longest: int, after: int) -> None:
    now, until = NOON + after, None if stay is None else NOON + stay
    try:
        began, ended = told_times(checked_in=NOON, until=until, came=came, left=left, longest_minutes=longest, now=now)
    except TimesWrong:
        return
    assert began is not None or ended is not None
    assert all(moment is None or moment <= now for moment in (began, ended))
    start = NOON if began is None else began
    assert ended is None or start < ended <= start + DAY
    assert began is None or abs(began - NOON) < DAY
    assert (began or 0) % MINUTE == (ended or 0) % MINUTE == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["kind", "came", "left", "x"]), st.text(max_size=30), max_size=4))
def test_any_form_is_answered_and_never_our_fault(site: Site, fields: dict[str, str]) -> None:
    async def act(lane: Lane) -> Answer:
        sealed = lane.tokens.receipt(Receipt(LEFT, site.poster, visit_id(), lane.clock())).decode()
        body = urlencode(fields).encode()
        return await ask(
            lane, "POST", f"/p/{site.code}/receipt/{sealed}/correct", body=body,
            headers={"content-type": "application/x-www-form-urlencoded"},
        )  # fmt: skip

    assert site.run(act).status in {400, 404, 422}


def test_the_log_holds_its_own_rules_about_disputes(site: Site) -> None:
    import psycopg

    site.run(lambda lane: arrived_once(lane, site))
    for change, constraint in (
        ("kind = 'times'", "dispute_kind_fits_times"),
        ("came_at = now()", "dispute_kind_fits_times"),
        ("kind = 'times', came_at = now(), left_at = now()", "dispute_times_in_order"),
    ):
        with pytest.raises(psycopg.errors.CheckViolation, match=constraint):
            site.rows(f"update visits_dispute set {change}")


async def arrived_once(lane: Lane, site: Site) -> None:
    path = await at_noon(lane, site)
    assert (await Visitor(lane, site.code).submit({"kind": "not-me"}, path=path)).status == 303
