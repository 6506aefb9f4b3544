"""Narrowing a list by words that somebody typed, and how places are called in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jejak.premises.queries import Place
    from jejak.tracing.answers import Named
    from jejak.visits.rules import Contact, Stay


def place_name(known: Mapping[int, Place], premises_id: int) -> str:
    """Return the premises' name with its branch, its number if nobody knows it: a row of the log names no table."""
    place = known.get(premises_id)
    if place is None:
        return f"#{premises_id}"
    return f"{place.name}, {place.branch}" if place.branch else place.name


def contacts_with(
    text: str, contacts: Sequence[Contact], *, named: Mapping[int, Named], known: Mapping[int, Place]
) -> Sequence[Contact]:
    """Return the contacts whose name, phone number or shared premises contain every word of ``text``; all for none."""
    return [one for one in contacts if _mentions(text, _words(one, named, known))] if text else contacts


def stays_with(text: str, stays: Sequence[Stay], *, named: Mapping[int, Named]) -> Sequence[Stay]:
    """Return the stays of those whose name or phone number contains every word of ``text``; all for none."""
    return [stay for stay in stays if _mentions(text, _person_words(named[stay.person]))] if text else stays


def mentions(text: str, who: Named) -> bool:
    """Return whether somebody's name or phone number contains every word of a text."""
    return _mentions(text, _person_words(who))


def _mentions(text: str, words: str) -> bool:
    return all(word in words for word in text.casefold().split())


def _words(one: Contact, named: Mapping[int, Named], known: Mapping[int, Place]) -> str:
    places = " ".join(place_name(known, place.premises).casefold() for place in one.shared)
    return f"{_person_words(named[one.person])} {places}"


def _person_words(who: Named) -> str:
    bare = who.phone.replace("+60", "0")
    return f"{who.name} {who.phone} {bare} {who.reached}".casefold()
