"""The lane and Django write the same rows, because they run the same statements."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from lane.stand import Site, Visitor, visit_id

from jejak.kernel.keys import keyring
from jejak.kernel.sealing import Sealer
from jejak.lane.app import Lane
from jejak.people import rules

COLUMNS = "uuid, level, door_key, phone_key, phone_sealed, name_sealed"


def opened(row: tuple[Any, ...]) -> dict[str, Any]:
    uuid, level, door_key, phone_key, phone, name = row
    unseal = Sealer(keyring()).unseal
    return {
        "level": level,
        "door_key": bytes(door_key),
        "phone_key": bytes(phone_key),
        "phone": unseal(table=rules.TABLE, column="phone", row=uuid, sealed=bytes(phone)),
        "name": unseal(table=rules.TABLE, column="name", row=uuid, sealed=bytes(name)),
    }


@pytest.mark.parametrize(
    ("name", "phone"),
    [("Encik Ali  bin Abu", "012-345 6789"), ("José Ñandú", "+65 8123 4567"), ("முத்து", "03-2161 8888")],
)
def test_a_person_from_the_lane_equals_one_from_django(
    site: Site, django_db_blocker: Any, name: str, phone: str
) -> None:
    from jejak.people import actions

    site.run(lambda lane: Visitor(lane, site.code).check_in({"name": name, "phone": phone}))
    ((number, *by_lane),) = site.rows(f"select id, {COLUMNS} from people_person")
    with django_db_blocker.unblock():
        assert actions.upsert_claimed(phone=phone, name=name.upper(), at=datetime.now(UTC)) == number
        site.rows("delete from visits_visit")
        site.rows("delete from people_person")
        actions.upsert_claimed(phone=phone, name=name, at=datetime.now(UTC))
    (by_django,) = site.rows(f"select {COLUMNS} from people_person")
    assert opened(tuple(by_lane)) == opened(by_django)


def test_the_app_role_suffices_for_all_the_lane_does(site: Site, token: str) -> None:
    visit = visit_id()

    async def act(lane: Lane) -> list[int]:
        one = Visitor(lane, site.code)
        return [
            (await one.check_in(token, visit=visit)).status,
            (await one.check_out(token, visit)).status,
            (await one.check_in({"name": "Ali", "phone": "0123456789"})).status,
        ]

    assert "jejak_app" in site.app or "_app" in site.app
    assert site.run(act) == [201, 200, 201]


def test_a_visit_obeys_the_logs_own_constraints(site: Site, token: str) -> None:
    import psycopg

    site.run(lambda lane: Visitor(lane, site.code).check_in(token))
    with pytest.raises(psycopg.errors.CheckViolation, match="visit_until_after"):
        site.rows("update visits_visit set until = checked_in")
    with pytest.raises(psycopg.errors.CheckViolation, match="visit_bounded"):
        site.rows("update visits_visit set until = checked_in + interval '25 hours'")


def test_a_person_obeys_its_own_constraints(site: Site) -> None:
    import psycopg

    site.run(lambda lane: Visitor(lane, site.code).check_in({"name": "Ali", "phone": "0123456789"}))
    for change, constraint in (
        ("level = 3", "person_level_known"),
        ("phone_sealed = null", "person_phone_paired"),
        ("phone_key = null, phone_sealed = null", "person_door_needs_phone"),
    ):
        with pytest.raises(psycopg.errors.CheckViolation, match=constraint):
            site.rows(f"update people_person set {change}")
