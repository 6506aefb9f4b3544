"""The tree of a second generation: everybody once, and what would be a hairball as a number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jejak.tracing.trees import MOST_BRANCHES, MOST_CASES, Link, tree

LINKS = st.builds(
    Link, st.integers(1, 30), st.integers(1, 40), st.integers(1, 60), st.integers(1, 4), st.integers(1, 300)
)


def test_who_met_two_contacts_hangs_on_the_nearer_one() -> None:
    grown = tree([Link(1, 10, 7, 2, 30), Link(2, 20, 7, 1, 20), Link(1, 10, 8, 3, 60)])
    assert {(trunk.case, one.contact, one.people, one.near) for trunk in grown.trunks for one in trunk.branches} == {
        (1, 10, 1, 0),
        (2, 20, 1, 1),
    }
    assert grown.people == 2


def test_contacts_beyond_the_first_are_one_branch() -> None:
    grown = tree(Link(1, contact, contact, 1, 10) for contact in range(1, MOST_BRANCHES + 6))
    assert [(one.contact is None, one.others, one.people) for one in grown.trunks[0].branches][-2:] == [
        (False, 0, 1),
        (True, 5, 5),
    ]


@given(st.lists(LINKS, max_size=80))
def test_everybody_is_counted_once_and_rows_do_not_touch(links: list[Link]) -> None:
    grown = tree(links)
    assert grown.people == len({one.person for one in links})
    assert grown.left == max(0, len({one.case for one in _nearest(links)}) - MOST_CASES)
    rows = [one.y for trunk in grown.trunks for one in trunk.branches]
    assert rows == sorted(set(rows))
    assert all(y < grown.height for y in rows)
    if not grown.left:
        assert sum(trunk.people for trunk in grown.trunks) == grown.people


def _nearest(links: list[Link]) -> list[Link]:
    """Return the link that each person hangs on, found slowly."""
    best = []
    for person in {one.person for one in links}:
        own = [one for one in links if one.person == person]
        best.append(min(own, key=lambda one: (one.tier, -one.minutes, one.case, one.contact)))
    return best
