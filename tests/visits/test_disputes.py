"""What a visitor may say of a visit, as the database holds it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from jejak.visits.models import Dispute


def said(log: Any, **values: Any) -> Dispute:
    about = {"premises_id": 1, "checked_in": log.noon, "visit_id": uuid4(), "made_at": log.noon} | values
    return Dispute.objects.create(**about)


@pytest.mark.parametrize(
    "values",
    [{"kind": "times"}, {"kind": "not-me", "left_at": 5}, {"kind": "other"}],
    ids=["other times without a time", "a denial with one", "something else"],
)
def test_what_is_said_fits_its_kind(log: Any, values: dict[str, Any]) -> None:
    values = {name: log.at(each) if isinstance(each, int) else each for name, each in values.items()}
    with pytest.raises(IntegrityError, match="dispute_kind_fits_times"), transaction.atomic():
        said(log, **values)


def test_nobody_leaves_before_they_came(log: Any) -> None:
    with pytest.raises(IntegrityError, match="dispute_times_in_order"), transaction.atomic():
        said(log, kind="times", came_at=log.noon, left_at=log.noon - timedelta(minutes=1))


def test_the_same_said_twice_is_said_once(log: Any) -> None:
    first = said(log, kind="times", left_at=log.at(20))
    said(log, kind="times", left_at=log.at(30), visit_id=first.visit_id)
    with pytest.raises(IntegrityError, match="dispute_said_once"), transaction.atomic():
        said(log, kind="times", left_at=log.at(20), visit_id=first.visit_id)
