"""Opening hours are easy to give, and whatever is wrong is said beside its field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation
from premises.weeks import every_day

from jejak.kernel.ids import uuid7
from jejak.premises.forms import DetailsForm
from jejak.premises.poster_forms import WhereForm
from jejak.premises.queries import Place
from jejak.premises.rules import ALWAYS_OPEN, DAYS, KINDS, OpeningHours, opening_hours

FILLED = {
    "name": "Kedai Seri",
    "kind": "shop",
    "address": "12, Jalan Mawar",
    "state": "MY-10",
    "district": "petaling",
    "hours": "same",
    "opens": "09:00",
    "closes": "22:00",
}
WEEK = {"hours": "each"} | {f"{day}_open": "on" for day in DAYS}
WEEK |= {f"{day}_opens": "09:00" for day in DAYS} | {f"{day}_closes": "22:00" for day in DAYS}


def place_with(hours: OpeningHours) -> Place:
    return Place(
        id=7,
        uuid=uuid7(),
        name="Kedai Seri",
        branch="",
        kind=KINDS["shop"],
        address="12, Jalan Mawar",
        state="MY-10",
        district="Petaling",
        opening_hours=hours,
        capacity=None,
        stay_minutes=20,
        longest_minutes=180,
        owner_id=1,
        created_at=datetime(2022, 1, 21, tzinfo=UTC),
        closed_at=None,
    )


def hours_of(**changed: Any) -> OpeningHours:
    form = DetailsForm(FILLED | changed)
    assert form.is_valid(), form.errors
    return form.details().opening_hours


def errors_of(**changed: Any) -> dict[str, list[str]]:
    form = DetailsForm(FILLED | changed)
    assert not form.is_valid()
    return {name: list(map(str, said)) for name, said in form.errors.items()}


def test_the_filled_form_gives_the_details() -> None:
    form = DetailsForm(FILLED | {"capacity": "40", "branch": "A"})
    assert form.is_valid()
    details = form.details()
    assert (details.name, details.branch, details.district, details.capacity) == ("Kedai Seri", "A", "Petaling", 40)


def test_the_same_hours_every_day() -> None:
    assert hours_of() == every_day((540, 1320))


def test_always_open_asks_for_no_times() -> None:
    assert hours_of(hours="always", opens="", closes="") == ALWAYS_OPEN


def test_midnight_closes_the_day_and_midnight_to_midnight_is_all_day() -> None:
    assert hours_of(closes="00:00") == every_day((540, 1440))
    assert hours_of(opens="00:00", closes="00:00") == ALWAYS_OPEN


def test_past_midnight_closes_the_next_morning() -> None:
    assert hours_of(opens="18:00", closes="02:00") == every_day((1080, 1560))


def test_each_day_has_its_own_hours_and_an_unticked_day_is_closed() -> None:
    given = dict(WEEK, sat_opens="10:00", fri_break_from="13:00", fri_break_to="14:30", breaks="on")
    del given["sun_open"]
    hours = hours_of(**given)
    assert hours.week[0] == ((540, 1320),)
    assert hours.week[4] == ((540, 780), (870, 1320))
    assert hours.week[5:] == (((600, 1320),), ())


def test_breaks_count_only_when_they_are_asked_for() -> None:
    assert hours_of(**WEEK, fri_break_from="13:00", fri_break_to="14:30") == every_day((540, 1320))


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"name": ""}, "name", "Give the name"),
        ({"name": "x" * 121}, "name", "at most 120"),
        ({"name": "a\u202eb"}, "name", "cannot be printed"),
        ({"kind": ""}, "kind", "Choose the kind"),
        ({"kind": "casino"}, "kind", "valid choice"),
        ({"state": ""}, "state", "Choose the state"),
        ({"district": " "}, "district", "Give the district"),
        ({"capacity": "0"}, "capacity", "greater than or equal to 1"),
        ({"opens": ""}, "opens", "both an opening and a closing time"),
        ({"closes": "ten"}, "closes", "both an opening and a closing time"),
        ({"opens": "09:00", "closes": "09:00"}, "opens", "are the same"),
        (WEEK | {"tue_closes": ""}, "tue_opens", "both an opening and a closing time"),
        (WEEK | {"tue_break_from": "13:00", "breaks": "on"}, "tue_opens", "both an opening"),
        (WEEK | {"tue_break_from": "08:00", "tue_break_to": "08:30", "breaks": "on"}, "tue_opens", "between opening"),
        (WEEK | {"tue_break_from": "13:00", "tue_break_to": "23:00", "breaks": "on"}, "tue_opens", "between opening"),
        (WEEK | {"thu_opens": "18:00", "thu_closes": "10:00"}, "thu_opens", "run into the next day"),
        ({"hours": "each"}, "hours", "at least one day"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(changed: dict[str, Any], field: str, words: str) -> None:
    with translation.override("en"):
        said = errors_of(**changed)
    assert field in said
    assert any(words in sentence for sentence in said[field]), said


@pytest.mark.parametrize(
    "hours",
    [
        every_day((540, 1320)),
        every_day((540, 1440)),
        every_day((1080, 1560)),
        ALWAYS_OPEN,
        every_day((540, 780), (870, 1320)),
        opening_hours({"mon": [["09:00", "13:00"], ["14:00", "24:00"]], "fri": [["18:00", "02:00"]]}),
    ],
)
def test_what_is_shown_for_change_and_sent_back_is_the_same(hours: OpeningHours) -> None:
    form = DetailsForm(place=place_with(hours))
    sent = {name: _sent(form[name].value()) for name in form.fields}
    again = DetailsForm({name: value for name, value in sent.items() if value is not None})
    assert again.is_valid(), again.errors
    assert again.details().opening_hours == hours


def _sent(value: Any) -> Any:
    return {True: "on", False: None}.get(value, value) if isinstance(value, bool) else value


def test_the_form_mints_its_number_and_replaces_a_foreign_one() -> None:
    minted = DetailsForm().initial["uuid"]
    form = DetailsForm(FILLED | {"uuid": str(minted)})
    assert form.is_valid()
    assert form.cleaned_data["uuid"] == minted
    for foreign in (str(uuid4()), "", None):
        form = DetailsForm(FILLED | {"uuid": foreign})
        assert form.is_valid()
        assert form.cleaned_data["uuid"] not in {foreign, minted}
    assert uuid7() != minted


def test_kinds_are_listed_by_name_in_the_reader_s_language_and_other_last() -> None:
    for language, first in (("ms", "Bank atau pejabat pos"), ("en", "Bank or post office")):
        with translation.override(language):
            choices = [str(name) for _, name in DetailsForm().fields["kind"].choices]  # type: ignore[attr-defined]
            assert choices[1] == first
            assert choices[-1] in {"Lain-lain", "Other"}


def test_a_zone_is_tidied_or_refused() -> None:
    form = WhereForm({"zone": "  Aras   2 "})
    assert form.is_valid()
    assert form.cleaned_data["zone"] == "Aras 2"
    assert not WhereForm({"zone": "a\u202eb"}).is_valid()
    assert WhereForm({}).is_valid()
