"""The kinds of wish that need a second person; each room adds its own when it is loaded.

A mass action (closing many accounts, revoking a week of something) is a kind like any other: `mass_action` makes one,
`things` says what it is about, so that the approval covers just these things and no others::

    access.register_request(mass_action("helpdesk.close", _("Close tickets"), deciders=LEADS, said=said_of_closing))
    asked = access.ask(by=by, kind="helpdesk.close", what=things(numbers), reason=reason, now=now)
    …
    access.use(by=by, uuid=asked.uuid, kind="helpdesk.close", what=things(numbers), now=now)  # then do it
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime, timedelta
    from uuid import UUID

    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Ended:
    """How a request ended: ``decision`` is approved, refused, withdrawn or expired; ``by`` is who decided, by number.

    ``expires_at`` is until when an approval may be used.
    """

    uuid: UUID
    decision: str
    by: int | None
    agency: int | None
    at: datetime
    expires_at: datetime


def _nothing(_ended: Ended) -> None:
    """Do nothing more."""


def _no_facts(_what: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Say no more than the sentence does."""
    return ()


@dataclass(frozen=True, slots=True)
class RequestKind:
    """One kind: who may decide it, and how the page says in words and numbers what will happen.

    ``facts`` are more terms with their values for whoever decides. ``ended`` is called in the transaction in which a
    request ends. ``life`` is how long an approval may be used, counted from the decision; without it, as long as the
    request lives. One that is ``near`` is decided by those whose role reaches the agency that asked.
    """

    code: str
    label: str | _StrPromise
    deciders: frozenset[str]
    said: Callable[[Mapping[str, object]], str]
    facts: Callable[[Mapping[str, object]], Iterable[tuple[str, str]]] = field(default=_no_facts)
    ended: Callable[[Ended], None] = field(default=_nothing)
    life: timedelta | None = None
    near: bool = False


def mass_action(
    code: str, label: str | _StrPromise, *, deciders: frozenset[str], said: Callable[[int], str]
) -> RequestKind:
    """Return the kind of a deed done to many things at once; ``said`` says in words what happens to how many."""
    return RequestKind(code, label, deciders, lambda what: said(int(str(what.get("things", 0)))))


def things(numbers: Iterable[int]) -> dict[str, object]:
    """Return what a request for a mass action covers: how many things, and a digest of just which."""
    found = sorted(set(numbers))
    return {"things": len(found), "digest": sha256(",".join(map(str, found)).encode()).hexdigest()}


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
