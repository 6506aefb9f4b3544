"""A contact line list for Go.Data: a list whose items all have the fields of its models, and read back as they were."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.formats import godata
from jejak.formats.godata import CONTACT, RELATIONSHIP, Followed, FollowUp, Item, Level

RAZAK = Item(
    contact="01907f00-0000-7000-8000-000000000001", first_name="Razak", last_name="bin Abu", phone="+60198887777",
    district="Petaling", reported=date(2022, 3, 16), risk=Level.HIGH,
    followed=Followed(date(2022, 3, 14), date(2022, 3, 28), FollowUp.GOING), case="K2026-000041",
    first=date(2022, 3, 11), last=date(2022, 3, 14), estimated=True, certainty=Level.MEDIUM, household=False, times=2,
    minutes=90,
)  # fmt: skip


def read(*items: Item, mark: str = "tera air") -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(godata.json_bytes(items, mark=mark))
    return found


def test_an_item_is_a_contact_with_its_relationship() -> None:
    assert read(RAZAK) == [
        {
            "visualId": "01907f00-0000-7000-8000-000000000001",
            "firstName": "Razak",
            "lastName": "bin Abu",
            "dateOfReporting": "2022-03-16T00:00:00.000Z",
            "dateOfLastContact": "2022-03-14T00:00:00.000Z",
            "riskLevel": "LNG_REFERENCE_DATA_CATEGORY_RISK_LEVEL_3_HIGH",
            "addresses": [{"typeId": godata.HOME, "city": "Petaling", "phoneNumber": "+60198887777"}],
            "followUp": {
                "originalStartDate": "2022-03-14T00:00:00.000Z",
                "startDate": "2022-03-14T00:00:00.000Z",
                "endDate": "2022-03-28T00:00:00.000Z",
                "status": "LNG_REFERENCE_DATA_CONTACT_FINAL_FOLLOW_UP_STATUS_TYPE_UNDER_FOLLOW_UP",
            },
            "relationship": {
                "persons": [{"id": "K2026-000041"}],
                "contactDate": "2022-03-14T00:00:00.000Z",
                "contactDateEstimated": True,
                "certaintyLevelId": "LNG_REFERENCE_DATA_CATEGORY_CERTAINTY_LEVEL_2_MEDIUM",
                "exposureTypeId": None,
                "exposureFrequencyId": "LNG_REFERENCE_DATA_CATEGORY_EXPOSURE_FREQUENCY_1_5_TIMES",
                "exposureDurationId": "LNG_REFERENCE_DATA_CATEGORY_EXPOSURE_DURATION_MEDIUM_HOURS",
                "clusterId": None,
                "dateOfFirstContact": "2022-03-11T00:00:00.000Z",
                "comment": "tera air",
            },
        }
    ]


def test_the_relationship_has_the_fields_that_health_offices_use() -> None:
    assert RELATIONSHIP[:9] == (
        "persons", "contactDate", "contactDateEstimated", "certaintyLevelId", "exposureTypeId", "exposureFrequencyId",
        "exposureDurationId", "clusterId", "dateOfFirstContact",
    )  # fmt: skip


def test_every_item_has_every_field_for_the_importer_learns_them_from_the_first() -> None:
    bare = replace(RAZAK, followed=None, phone="", times=0, minutes=0, household=True)
    for item in read(bare, RAZAK):
        assert tuple(item) == CONTACT
        assert tuple(item["relationship"]) == RELATIONSHIP  # type: ignore[arg-type]


def test_an_item_as_cells_says_all_of_it_but_the_mark() -> None:
    said = dict(zip(godata.FIELDS, map(json.loads, godata.cells(RAZAK)), strict=True))
    whole = read(RAZAK)[0]
    relationship = whole.pop("relationship")
    assert isinstance(relationship, dict)
    nested = {f"relationship.{name}": value for name, value in relationship.items() if name != "comment"}
    assert said == whole | nested


def test_a_file_without_contacts_is_an_empty_list() -> None:
    assert godata.json_bytes([], mark="x") == b"[]\n"


@pytest.mark.parametrize(
    ("times", "word"),
    [(0, None), (1, "1_5"), (5, "1_5"), (6, "6_10"), (10, "6_10"), (11, "11_20"), (20, "11_20"), (21, "OVER_21")],
)
def test_how_often_they_met(times: int, word: str | None) -> None:
    said = f"LNG_REFERENCE_DATA_CATEGORY_EXPOSURE_FREQUENCY_{word}_TIMES" if word else None
    assert godata.frequency(times) == said


@pytest.mark.parametrize(
    ("minutes", "word"),
    [(0, None), (1, "SHORT_MINUTES"), (59, "SHORT_MINUTES"), (60, "MEDIUM_HOURS"), (1439, "MEDIUM_HOURS"),
     (1440, "LONG_DAYS")],
)  # fmt: skip
def test_how_long_they_were_together(minutes: int, word: str | None) -> None:
    said = f"LNG_REFERENCE_DATA_CATEGORY_EXPOSURE_DURATION_{word}" if word else None
    assert godata.duration(minutes) == said


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_names_read_back_as_they_were(first: str, last: str) -> None:
    found = read(replace(RAZAK, first_name=first, last_name=last))[0]
    assert (found["firstName"], found["lastName"]) == (first, last)
