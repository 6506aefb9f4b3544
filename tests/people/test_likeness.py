"""Whether two persons may be one: tables a clerk can read, and a slow plain twin."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejak.people import likeness, rules
from jejak.people.likeness import PROPOSE, WEIGHTS, Known, same_name

SAME = [
    ("Ali bin Abu", "ALI B. ABU"),
    ("Ali bin Abu", "Ali Abu"),
    ("Mohd Faizal bin Hassan", "Muhammad Faizal bin Hassan"),
    ("Nur Aisyah binti Hassan", "Nor Aishah binti Hassan"),
    ("Tan Ah Kow", "Ah Kow Tan"),
    ("Ahmed bin Ismail", "Ahmad bin Ismail"),
    ("Raju a/l Muthu", "Raju s/o Muthu"),
    ("Abd Rahman bin Osman", "Abdul Rahman bin Osman"),
]
DIFFERENT = [
    ("Ali bin Abu", "Abu bin Ali"),
    ("Adam bin Muhammad Firdaus", "Adib bin Muhammad Firdaus"),
    ("Amin bin Ali", "Aminah binti Ali"),
    ("Amin bin Ali", "Amin binti Ali"),
    ("Raju a/l Muthu", "Rajah a/p Muthu"),
    ("Tan Ah Kow", "Lim Mei Ling"),
    ("Ali bin Abu", "Siti binti Hassan"),
]


def folded(name: str) -> str:
    return rules.fold_name(name=name)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_name_written_twice_is_seen(one: str, other: str) -> None:
    assert same_name(folded(one), folded(other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_brothers_and_sons_are_not_one(one: str, other: str) -> None:
    assert not same_name(folded(one), folded(other))


def test_nobody_is_alike_for_having_no_name() -> None:
    assert not same_name("", "")


names = st.sampled_from([folded(name) for pair in [*SAME, *DIFFERENT] for name in pair] + ["", "a", "a bin b"])
documents = st.lists(
    st.tuples(st.sampled_from(["mykad", "passport"]), st.sampled_from([b"1", b"2", b"3"])), max_size=3, unique=True
).map(lambda found: tuple(sorted(found)))
known = st.builds(
    Known,
    id=st.just(0),
    name=names | st.text(alphabet="abin /", max_size=20).map(str.strip),
    phone=st.sampled_from([None, b"p", b"q"]),
    birth=st.sampled_from([None, date(1980, 2, 1), date(1980, 1, 2)]),
    documents=documents,
)


@given(known, known)
def test_the_order_of_two_does_not_matter(one: Known, other: Known) -> None:
    assert likeness.likeness(one=one, other=other) == likeness.likeness(one=other, other=one)


@given(known)
def test_nobody_conflicts_with_themselves(one: Known) -> None:
    assert not likeness.likeness(one=one, other=one).vetoed


@given(known, known)
def test_whoever_conflicts_is_never_proposed_whatever_else_is_alike(one: Known, other: Known) -> None:
    found = likeness.likeness(one=one, other=other)
    against = plain_conflicts(one, other)
    assert set(found.conflicts) == against
    assert found.proposed == (not against and found.score >= PROPOSE)
    assert 0 <= found.score <= 100


@given(known, known)
def test_the_score_is_that_of_the_plain_twin(one: Known, other: Known) -> None:
    found = likeness.likeness(one=one, other=other)
    alike = plain_alike(one, other)
    assert set(found.reasons) == alike
    assert found.score == min(100, sum(WEIGHTS[reason] for reason in alike))


def test_a_shared_phone_alone_proposes_nobody() -> None:
    mother, child = Known(1, folded("Siti binti Ali"), b"p", None), Known(2, folded("Amin bin Abu"), b"p", None)
    assert not likeness.likeness(one=mother, other=child).proposed


def test_whoever_renewed_a_passport_showed_both_and_conflicts_with_nobody_who_showed_one() -> None:
    both = Known(1, "ali", None, None, (("passport", b"1"), ("passport", b"2")))
    for number in (b"1", b"2"):
        assert not likeness.conflicts(one=both, other=Known(2, "ali", None, None, (("passport", number),)))
    assert likeness.conflicts(one=both, other=Known(2, "ali", None, None, (("passport", b"3"),))) == ("document",)


def plain_conflicts(one: Known, other: Known) -> set[str]:
    found = set()
    for kind in ("mykad", "passport"):
        mine = [number for of, number in one.documents if of == kind]
        theirs = [number for of, number in other.documents if of == kind]
        if mine and theirs and not any(number in theirs for number in mine):
            found.add("document")
    if one.birth and other.birth and one.birth != other.birth:
        found.add("birth")
    return found


def plain_alike(one: Known, other: Known) -> set[str]:
    found = set()
    if any(document in other.documents for document in one.documents):
        found.add("document")
    if one.phone and one.phone == other.phone:
        found.add("phone")
    if one.birth and one.birth == other.birth:
        found.add("birth")
    if plain_same_name(one.name, other.name):
        found.add("name")
    return found


def plain_same_name(one: str, other: str) -> bool:
    """Return what `same_name` does, by a textbook's table of the longest common letters in order."""
    if not one or not other:
        return False
    (own, sign, father), (their_own, their_sign, their_father) = plain_parts(one), plain_parts(other)
    if sign and their_sign:
        return sign == their_sign and percent(own, their_own) >= 80 and percent(father, their_father) >= 80
    mine, theirs = f"{own} {father}".strip(), f"{their_own} {their_father}".strip()
    if not sign and not their_sign:
        mine, theirs = " ".join(sorted(mine.split())), " ".join(sorted(theirs.split()))
    return percent(mine, theirs) >= 88


def plain_parts(name: str) -> tuple[str, str, str]:
    words = [likeness._SPELLINGS.get(word, word) for word in name.split()]
    signs = [at for at in range(1, len(words) - 1) if words[at] in {"bin", "binti", "a/l", "a/p"}]
    if not signs:
        return " ".join(words), "", ""
    at = signs[0]
    return " ".join(words[:at]), words[at], " ".join(words[at + 1 :])


def percent(one: str, other: str) -> float:
    if not one and not other:
        return 100.0
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for row, mine in enumerate(one, start=1):
        for column, theirs in enumerate(other, start=1):
            longest = max(table[row - 1][column], table[row][column - 1])
            table[row][column] = table[row - 1][column - 1] + 1 if mine == theirs else longest
    return 200 * table[-1][-1] / (len(one) + len(other))


def test_the_twin_knows_that_order_counts_where_a_father_is_named() -> None:
    for words in permutations(("ali", "bin", "abu")):
        assert plain_same_name("ali bin abu", " ".join(words)) == same_name("ali bin abu", " ".join(words))
