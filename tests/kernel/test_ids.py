from datetime import UTC, datetime
from uuid import uuid4

import pytest

from jejak.kernel.ids import is_uuid7, uuid7, uuid7_at, uuid7_time


def test_an_id_carries_its_moment_to_the_millisecond() -> None:
    moment = datetime(2022, 1, 21, 4, 5, 6, 789000, tzinfo=UTC)
    made = uuid7_at(moment)
    assert uuid7_time(made) == moment
    assert is_uuid7(made)


def test_ids_of_one_moment_differ() -> None:
    moment = datetime(2022, 1, 21, tzinfo=UTC)
    assert len({uuid7_at(moment) for _ in range(1000)}) == 1000


def test_a_fresh_id_is_of_this_minute() -> None:
    assert abs((datetime.now(tz=UTC) - uuid7_time(uuid7())).total_seconds()) < 60


def test_an_id_of_another_version_has_no_time() -> None:
    with pytest.raises(ValueError, match="not a UUIDv7"):
        uuid7_time(uuid4())


def test_a_time_past_the_calendar_is_refused() -> None:
    from uuid import UUID

    with pytest.raises(ValueError, match="past the year"):
        uuid7_time(UUID("ffffffff-ffff-7fff-bfff-ffffffffffff"))
