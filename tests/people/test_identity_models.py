"""What the database holds of documents, holders, devices, guardians and bound browsers, whatever the code does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from people.citizens import OTHER, claimed

from jejak.access import actions as access
from jejak.access.models import BindCode, Bound
from jejak.kernel import clock
from jejak.people.models import Device, Document, Guardian, Holder

if TYPE_CHECKING:
    from collections.abc import Callable

    from jejak.access.models import User

pytestmark = pytest.mark.django_db
NOW = clock.now()
BEFORE = NOW - timedelta(hours=1)


class Made:
    """One row of each kind, and functions that make another with other values."""

    def __init__(self, account: User, clinic: User) -> None:
        self.one, self.two = claimed("Ali"), claimed("Siti", phone=OTHER)
        self.account, self.clinic = account, clinic
        self.number = 0

    def document(self, **other: Any) -> Document:
        self.number += 1
        values = {"person_id": self.one, "kind": "mykad", "number_key": b"k%d" % self.number, "number_sealed": b"s",
                  "shown_at": NOW, "shown_to": self.clinic}  # fmt: skip
        return Document.objects.create(**values | other)

    def holder(self, **other: Any) -> Holder:
        return Holder.objects.create(
            **{"person_id": self.one, "account": self.account, "level": 2, "since": NOW} | other
        )

    def device(self, **other: Any) -> Device:
        values = {"person_id": self.one, "device_id": 7, "account": self.account, "verified_at": NOW}
        return Device.objects.create(**values | other)

    def guardian(self, **other: Any) -> Guardian:
        values = {"dependant_id": self.one, "guardian_id": self.two, "kind": "guardian", "since": NOW}
        return Guardian.objects.create(**values | other)

    def bound(self, **other: Any) -> Bound:
        values = {"account": self.account, "person_id": self.one, "token_digest": b"t", "bound_at": NOW}
        return Bound.objects.create(**values | other)

    def code(self, **other: Any) -> BindCode:
        values = {"account": self.account, "person_id": self.one, "digest": b"d", "shown_at": NOW}
        return BindCode.objects.create(**values | other)


@pytest.fixture
def made(officer: User) -> Made:
    citizen = access.citizen(phone_key=b"p" * 16, phone_sealed=b"s", now=NOW)
    return Made(citizen, officer)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("document_kind_known", lambda made: made.document(kind="library")),
        ("document_country_is_code", lambda made: made.document(country="my")),
        ("document_ends_after_shown", lambda made: made.document(ended_at=BEFORE)),
        ("holder_level_known", lambda made: made.holder(level=0)),
        ("holder_ends_after", lambda made: made.holder(ended_at=BEFORE)),
        ("device_is_a_phone", lambda made: made.device(device_id=-3)),
        ("device_ends_after", lambda made: made.device(ended_at=BEFORE)),
        ("guardian_is_another", lambda made: made.guardian(guardian_id=made.one)),
        ("guardian_kind_known", lambda made: made.guardian(kind="uncle")),
        ("guardian_ends_after", lambda made: made.guardian(ended_at=BEFORE)),
        ("access_bound_ends_after", lambda made: made.bound(ended_at=BEFORE)),
        ("access_bindcode_tries", lambda made: made.code(tries=6)),
        ("access_bindcode_used_after", lambda made: made.code(used_at=BEFORE)),
    ],
)
def test_a_row_that_cannot_be_is_refused(made: Made, name: str, wrong: Callable[[Made], object]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        wrong(made)


@pytest.mark.parametrize(
    ("name", "kind", "other"),
    [
        ("document_of_one_person", "document", {"number_key": b"same"}),
        ("holder_once", "holder", {"level": 1}),
        ("device_verified_once", "device", {}),
        ("guardian_once", "guardian", {"kind": "co-guardian"}),
    ],
)
def test_what_stands_once_stands_once_while_it_lasts(made: Made, name: str, kind: str, other: dict[str, Any]) -> None:
    make = getattr(made, kind)
    first = make(**other)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make(**other)
    first.ended_at = NOW
    first.save()
    assert make(**other).pk != first.pk


def test_one_account_holds_a_person_by_document(made: Made) -> None:
    other = access.citizen(phone_key=b"q" * 16, phone_sealed=b"s", now=NOW)
    made.holder()
    with pytest.raises(IntegrityError, match="holder_by_document_once"), transaction.atomic():
        made.holder(account=other)


def test_a_dependant_has_one_guardian(made: Made) -> None:
    made.guardian()
    with pytest.raises(IntegrityError, match="guardian_single"), transaction.atomic():
        made.guardian(guardian_id=claimed("Osman", phone=OTHER))
