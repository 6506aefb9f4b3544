"""The kinds of purpose for which somebody may look at another person's data; each room adds its own when it is loaded.

A kind says which roles may do what for it, whether it must refer to something, and what of a person it needs to see.
Whatever is not named here is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from jejak.access.rules import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.utils.functional import _StrPromise


class Field(StrEnum):
    """What of a person a purpose may need."""

    NAME = "name"
    PHONE = "phone"
    DOCUMENT = "document"
    VISITS = "visits"


def _anywhere(_reference: str) -> Scope:
    """Return that it lies nowhere in particular."""
    return Scope()


@dataclass(frozen=True, slots=True)
class PurposeKind:
    """One kind; ``allows`` maps an action (``people.find-by-phone``) to the roles that may do it for this purpose.

    ``refers`` tells whether a reference names something that the account may work on; ``None`` where the kind needs no
    reference. ``sees`` are the fields shown in full, the others are masked. ``lies`` tells where the thing
    lies that a reference names, for a file taken later than it was asked for.
    """

    code: str
    label: str | _StrPromise
    allows: Mapping[str, frozenset[str]]
    sees: frozenset[Field]
    refers: Callable[[str, int], bool] | None = None
    lies: Callable[[str], Scope] = _anywhere


_kinds: dict[str, PurposeKind] = {}


def register(kind: PurposeKind) -> None:
    """Add a kind, from a room's ``AppConfig.ready``; a code is there once."""
    _kinds[kind.code] = kind


def kinds() -> Mapping[str, PurposeKind]:
    """Return all kinds by code."""
    return dict(_kinds)
