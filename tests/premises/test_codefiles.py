"""A file of old codes: every row is accounted for, and the file can be sent again."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from premises.test_actions import SHOP

from jejak.formats.tablefiles import UnreadableFile
from jejak.kernel.ids import uuid7
from jejak.premises import actions, queries
from jejak.premises.codefiles import CodesReceipt, take_over

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db

NOW = datetime(2022, 1, 21, 7, 15, tzinfo=UTC)
OLD = "https://mysejahtera.malaysia.gov.my/qrscan?lId="


def sent(text: str, *, by: User) -> CodesReceipt:
    return take_over(io.BytesIO(text.encode()), by=by)


def test_each_row_is_taken_over_already_there_or_rejected_with_a_reason(owner: User) -> None:
    from jejak.access import actions as access

    other = access.add_account(email="lain@contoh.example", name="Lain", kind="owner", role="premises_owner")
    shop = actions.register(by=owner, uuid=uuid7(), details=SHOP, now=NOW)
    theirs = actions.register(by=other, uuid=uuid7(), details=SHOP, now=NOW)
    actions.adopt_code(by=other, uuid=theirs.place.uuid, text=OLD + "f" * 24, now=NOW)
    own = shop.poster.short_code
    text = "\n".join(
        [
            "Premises,zone,CODE",
            f"{shop.place.uuid},,{OLD}{'a' * 24}",
            f"{own},Lot 9,{OLD}{'b' * 24}",
            f"{own},Lot 9,{OLD}{'B' * 24}",
            f"{own},,",
            f"{own},{'x' * 121},LAIN-1",
            f"{own},,{OLD}{'f' * 24}",
            f"{own},,{own}",
            f"{theirs.place.uuid},,LAIN-2",
            f"{theirs.poster.short_code},,LAIN-3",
            "tiada,,LAIN-4",
            own,
        ]
    )
    receipt = sent(text, by=owner)
    assert (receipt.received, receipt.accepted, receipt.duplicate, receipt.rejected) == (11, 2, 1, 8)
    assert receipt.reasons == {
        "old-code": [5, 12],
        "premises-details": [6],
        "old-code-taken": [7],
        "old-code-ours": [8],
        "premises-unknown": [9, 10, 11],
    }
    assert queries.poster_for(text=OLD + "b" * 24).zone_name == "Lot 9"
    again = sent(text, by=owner)
    assert (again.received, again.accepted, again.duplicate, again.rejected) == (11, 0, 3, 8)


@pytest.mark.parametrize("text", ["", "code\nx", "premises;zone\na;b", "\0\0"])
def test_a_file_that_is_no_table_of_codes_is_refused_as_a_whole(text: str, owner: User) -> None:
    with pytest.raises(UnreadableFile):
        sent(text, by=owner)


def test_a_file_without_rows_gives_an_empty_receipt(owner: User) -> None:
    assert sent("premises;code\n", by=owner).lines()[0].split() == ["0", "rows", "received"]
