"""The code on an import's receipt: bound to every field, to what was imported and to the key."""

import hmac
import json

import pytest

from jejak.formats import importreceipt
from jejak.kernel.sealing import subkey

SECRET = bytes(range(32))
FIELDS = {"node": "contoh", "file": "lawatan Mei.csv", "received": 2, "ignored": ("warna",), "key": 1}


def test_the_code_is_an_hmac_over_the_fields_under_a_key_of_its_own() -> None:
    text = json.dumps(FIELDS, sort_keys=True, separators=(",", ":")).encode()
    derived = subkey(SECRET, info="jejak/visits-import/v1")
    assert importreceipt.code(FIELDS, what="visits", secret=SECRET) == hmac.digest(derived, text, "sha256").hex()
    assert importreceipt.code(FIELDS, what="visits", secret=SECRET) != hmac.digest(SECRET, text, "sha256").hex()


def test_a_receipt_read_back_from_its_file_has_the_code_that_it_carries() -> None:
    mac = importreceipt.code(FIELDS, what="visits", secret=SECRET)
    assert importreceipt.code(json.loads(json.dumps({**FIELDS, "mac": mac})), what="visits", secret=SECRET) == mac


@pytest.mark.parametrize("change", [{"received": 3}, {"node": "lain"}, {"key": 2}, {"ignored": ()}, {"more": ""}])
def test_no_field_changes_without_the_code(change: dict[str, object]) -> None:
    first = importreceipt.code(FIELDS, what="visits", secret=SECRET)
    assert importreceipt.code({**FIELDS, **change}, what="visits", secret=SECRET) != first


def test_neither_another_kind_of_import_nor_another_key_makes_the_same_code() -> None:
    first = importreceipt.code(FIELDS, what="visits", secret=SECRET)
    assert importreceipt.code(FIELDS, what="premises", secret=SECRET) != first
    assert importreceipt.code(FIELDS, what="visits", secret=SECRET[::-1]) != first
