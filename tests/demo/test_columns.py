"""The demo writes the visit log's bits without knowing that room's module; here the two are compared."""

from jejak.demo import columns
from jejak.visits import rules


def test_the_demo_s_flags_are_those_of_the_visit_log() -> None:
    assert (columns.END_OBSERVED, columns.QUEUED) == (rules.OBSERVED, rules.LATE)
    for name in ("CLOSED_HOURS", "TRAVEL", "BURST", "CROWDED", "DISPUTED"):
        assert getattr(columns, name) == getattr(rules, name), name
    assert set(columns.WAYS) == {rules.WRITTEN_IN, rules.CARD, rules.KIOSK, rules.SMS}
