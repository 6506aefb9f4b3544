"""Names are read as they were typed: nothing invisible in them but what scripts need."""

import pytest

from jejak.kernel.letters import printable, typed


@pytest.mark.parametrize("text", ["", "Siti binti Ali", "می\u200cخوا", "க்\u200dஷ", "新山茶室", "Café Ñandú"])
def test_every_script_is_printable_with_its_joiners(text: str) -> None:
    assert printable(text)


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200b", "\x00", "\n", "\u00a0", "\ufeff"])
def test_what_hides_or_turns_the_text_is_not(hidden: str) -> None:
    assert not printable(f"Ali{hidden}Abu")
    assert not printable(f"می\u200cخوا{hidden}")


@pytest.mark.parametrize(("text", "kept"), [(" Ali\x00 bin\nAbu ", "Ali binAbu"), ("می\u200cخوا\u202e", "می\u200cخوا")])
def test_of_a_typed_line_only_what_a_line_can_hold_is_read(text: str, kept: str) -> None:
    assert typed(text) == kept
