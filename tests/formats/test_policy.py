"""A policy says who must have seen a checkpoint, in one way that cannot be misread."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.formats import note, policy
from jejak.formats.policy import PolicyError

TEXT = "jejak.example/ledger\n1\nAAAA\n"


def key(name: str, kind: int = note.COSIGNATURE) -> str:
    return note.key_of(name=name, kind=kind, private_key=name.encode().ljust(32)).text


def seen_by(*names: str) -> list[note.Signature]:
    return [note.cosign(TEXT, name=name, private_key=name.encode().ljust(32), time=1) for name in names]


EXAMPLE = f"""# the example of the specification
log {key("jejak.example/ledger", note.ED25519)} https://jejak.example/ledger

witness X1 {key("x1")}
witness X2 {key("x2")}
\twitness   X3 {key("x3")} https://x3.example
group X-witnesses 2 X1 X2 X3

witness Y1 {key("y1")}
witness Y2 {key("y2")}
group Y-witnesses any Y1 Y2

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def test_the_example_of_the_specification_asks_two_of_three_and_one_of_two() -> None:
    found = policy.read(EXAMPLE)
    assert [(party.name, party.url) for party in found.logs] == [
        ("jejak.example/ledger", "https://jejak.example/ledger")
    ]
    assert found.witnesses[2].url == "https://x3.example"
    everybody = ["x1", "x2", "x3", "y1", "y2"]
    for count in range(6):
        for some in combinations(everybody, count):
            enough = len({*some} & {"x1", "x2", "x3"}) >= 2 and len({*some} & {"y1", "y2"}) >= 1
            assert found.met_by(seen_by(*some)) is enough, some
    assert not found.met_by(seen_by("x1", "x1", "y1", "stranger"))


def test_one_witness_or_none_can_be_the_quorum() -> None:
    assert policy.read("quorum none").met_by([])
    one = policy.read(f"witness A {key('a')}\nquorum A\n")
    assert one.met_by(seen_by("a"))
    assert not one.met_by([])


W = f"witness A {key('a')}\nwitness B {key('b')}\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quorum",
        "quorum A",
        "quorum none\nquorum none",
        "quorum none none",
        "nonsense\nquorum none",
        f"log {key('a')}\nquorum none",
        f"log {key('a', note.ED25519)} x y\nquorum none",
        f"log {key('a', note.ED25519)}\nlog {key('a', note.ED25519)}\nquorum none",
        f"witness A {key('a', note.ED25519)}\nquorum none",
        f"witness none {key('a')}\nquorum none",
        f"witness A {key('a')}\nwitness A {key('b')}\nquorum none",
        f"witness A {key('a')}\nwitness B {key('a')}\nquorum none",
        f"witness A {key('a')[:-1]}\nquorum none",
        "witness A\nquorum none",
        W + "group g any\nquorum g",
        W + "group g 0 A B\nquorum g",
        W + "group g 3 A B\nquorum g",
        W + "group g 01 A B\nquorum g",
        W + "group g any A A\nquorum g",
        W + "group g any C\nquorum g",
        W + "group g any g\nquorum g",
        W + "group A any B\nquorum A",
        W + "group g any A\ngroup h any A B\nquorum h",
        W + "quorum g\ngroup g any A B",
        "quorum none\x00",
        "quorum none\r\n",
        "#" * 100_001,
    ],
)
def test_a_policy_that_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        policy.read(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "witnes A\nquorum none",
            "line 1: 'witnes' begins no line; a line begins with log, witness, group, quorum or #",
        ),
        (
            "# who\n\nwitness A\nquorum none",
            "line 3: it lacks a word; such a line reads: witness <name> <verifier key> [address]",
        ),
        (W + "group g any\nquorum g", "line 3: it lacks a word; such a line reads: group <name> <number, any or all>"),
        (W + "quorum\n", "line 3: it lacks a word; such a line reads: quorum <name>"),
        (W, "there is no quorum line; end the file with 'quorum <name>', or 'quorum none'"),
        ("#\nquorum none\r\n", "line 2 has the control character 0x0d; lines end with a newline alone"),
        ("quorum none\x7f", "line 1 has the control character 0x7f"),
        (f"witness A {key('a')[:-1]}\nquorum none", "line 1: "),
    ],
)
def test_what_is_wrong_with_a_policy_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(PolicyError) as refused:
        policy.read(text)
    assert said in refused.value.detail


def test_a_chain_of_groups_as_long_as_a_file_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"witness A {key('a')}", "group g0 any A", *(f"group g{one} any g{one - 1}" for one in range(1, 3000))]
    with pytest.raises(PolicyError, match="deep"):
        policy.read("\n".join([*lines, "quorum g2999"]))


@given(st.text(max_size=80))
def test_no_text_does_anything_but_be_refused(text: str) -> None:
    for whole in (text, "quorum " + text, W + "group " + text):
        try:
            policy.read(whole)
        except PolicyError:
            continue
