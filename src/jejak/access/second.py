"""The kinds of wish that need a second person; each room adds its own when it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class RequestKind:
    """One kind: who may decide it, and how the page says in words and numbers what will happen."""

    code: str
    label: str | _StrPromise
    deciders: frozenset[str]
    said: Callable[[Mapping[str, object]], str]


_kinds: dict[str, RequestKind] = {}


def register(kind: RequestKind) -> None:
    """Add a kind, from a room's ``AppConfig.ready``; a code is there once."""
    _kinds[kind.code] = kind


def kinds() -> Mapping[str, RequestKind]:
    """Return all kinds by code."""
    return dict(_kinds)


def decided_by(roles: frozenset[str]) -> list[str]:
    """Return the codes of the kinds that somebody with these roles may decide."""
    return [kind.code for kind in _kinds.values() if kind.deciders & roles]


def deciders() -> frozenset[str]:
    """Return every role that may decide something."""
    return frozenset().union(*(kind.deciders for kind in _kinds.values()))
