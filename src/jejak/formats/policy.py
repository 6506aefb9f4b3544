"""Trust policies: which logs count, who witnesses, and how many of the witnesses suffice; a small text file.

::

    log <verifier key> [<address>]
    witness <name> <verifier key> [<address to which checkpoints are sent>]
    group <name> <number | any | all> <name> …      of witnesses and groups above
    quorum <name | none>                             exactly once

Lines that are empty or begin with # are left out. A name is defined above where it is used and belongs to one group
at most, so each witness counts once.

Source: https://c2sp.org/tlog-policy
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from jejak.formats import note
from jejak.kernel.problems import JejakError

LARGEST: Final = 100_000
NONE: Final = "none"
DEEPEST: Final = 100
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
FORMS: Final = {
    "log": "log <verifier key> [address]",
    "witness": "witness <name> <verifier key> [address]",
    "group": "group <name> <number, any or all> <member> …",
    "quorum": "quorum <name>",
}
"""How each line reads; what stands in < > must be there."""


class PolicyError(JejakError):
    """This policy cannot be used."""

    code = "policy-refused"


@dataclass(frozen=True, slots=True)
class Party:
    """A log or witness: its name in the policy (a log's is its key's), its verifier key, and its address if known."""

    name: str
    key: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Members of whom ``least`` must have witnessed."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What a checkpoint needs to be believed."""

    logs: tuple[Party, ...] = ()
    witnesses: tuple[Party, ...] = ()
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    def met_by(self, cosignatures: Iterable[note.Signature]) -> bool:
        """Return whether the witnesses who made these verified cosignatures suffice."""
        made = {(one.name, one.key_id) for one in cosignatures}
        keys = {party.name: note.read_key(party.key) for party in self.witnesses}
        seen = {name for name, key in keys.items() if (key.name, key.id) in made}
        return self.quorum == NONE or self._seen(self.quorum, seen)

    def _seen(self, name: str, seen: set[str]) -> bool:
        group = self.groups.get(name)
        return name in seen if group is None else sum(self._seen(one, seen) for one in group.members) >= group.least


@dataclass(slots=True)
class _Reading:
    """A policy as far as its lines were read."""

    logs: list[Party] = field(default_factory=list)
    witnesses: list[Party] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: list[str] = field(default_factory=list)
    grouped: set[str] = field(default_factory=set)
    depth: dict[str, int] = field(default_factory=dict)

    def known(self, name: str) -> bool:
        return name in self.groups or any(party.name == name for party in self.witnesses)

    def log(self, words: list[str]) -> None:
        key = _key(words[0], kind=note.ED25519, among=self.logs)
        self.logs.append(Party(note.read_key(key).name, key, *words[1:2]))
        _no_more(words[2:])

    def witness(self, words: list[str]) -> None:
        name = self._new(words[0])
        self.witnesses.append(Party(name, _key(words[1], kind=note.COSIGNATURE, among=self.witnesses), *words[2:3]))
        _no_more(words[3:])

    def group(self, words: list[str]) -> None:
        name, least, members = self._new(words[0]), words[1], tuple(words[2:])
        if not members or len({*members}) < len(members) or not all(map(self.known, members)):
            raise PolicyError(f"the group {name} needs members that are defined above it, each once")
        if again := self.grouped & {*members}:
            raise PolicyError(f"{min(again)} is in two groups")
        numbers = {"any": 1, "all": len(members)} | {str(number): number for number in range(1, len(members) + 1)}
        if least not in numbers:
            raise PolicyError(f"{least} of {len(members)} members is no quorum")
        self.depth[name] = 1 + max(self.depth.get(one, 0) for one in members)
        if self.depth[name] > DEEPEST:
            raise PolicyError(f"groups lie at most {DEEPEST} deep in each other")
        self.grouped |= {*members}
        self.groups[name] = Group(numbers[least], members)

    def quorum_is(self, words: list[str]) -> None:
        if self.quorum or not (words[0] == NONE or self.known(words[0])):
            raise PolicyError("a policy names one quorum, which is defined above")
        self.quorum = [words[0]]
        _no_more(words[1:])

    def _new(self, name: str) -> str:
        if name == NONE or self.known(name):
            raise PolicyError(f"the name {name} is taken")
        return name


def read(text: str) -> Policy:
    """Return what a policy file says.

    :raises PolicyError: a line cannot be understood; the message says which and why.
    """
    if len(text) > LARGEST:
        raise PolicyError(f"a policy has at most {LARGEST:,} characters")
    odd = next(
        (at for at, letter in enumerate(text) if letter == "\x7f" or (letter < " " and letter not in "\t\n")), None
    )
    if odd is not None:
        raise PolicyError(
            f"line {text.count(chr(10), 0, odd) + 1} has the control character {ord(text[odd]):#04x}; "
            "lines end with a newline alone, as Unix writes them"
        )
    reading = _Reading()
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            _read(reading, words)
        except (PolicyError, note.NoteError) as error:
            raise PolicyError(f"line {number}: {error.detail}") from error
    if not reading.quorum:
        raise PolicyError("there is no quorum line; end the file with 'quorum <name>', or 'quorum none'")
    return Policy(tuple(reading.logs), tuple(reading.witnesses), reading.groups, reading.quorum[0])


def _read(reading: _Reading, words: list[str]) -> None:
    """Take in one line.

    :raises PolicyError: it begins with none of the four words, or lacks one.
    """
    lines: dict[str, Callable[[list[str]], None]] = {
        "log": reading.log,
        "witness": reading.witness,
        "group": reading.group,
        "quorum": reading.quorum_is,
    }
    if words[0] not in lines:
        raise PolicyError(f"{words[0]!r} begins no line; a line begins with {', '.join(lines)} or #")
    if len(words) <= FORMS[words[0]].count("<"):
        raise PolicyError(f"it lacks a word; such a line reads: {FORMS[words[0]]}")
    lines[words[0]](words[1:])


def _key(text: str, *, kind: int, among: list[Party]) -> str:
    key = note.read_key(text)
    if key.kind != kind:
        raise PolicyError(f"the key of {key.name} is of type {key.kind:#04x}, not {kind:#04x}")
    if any(note.read_key(party.key).public == key.public for party in among):
        raise PolicyError(f"the key of {key.name} is there twice")
    return text


def _no_more(words: list[str]) -> None:
    if words:
        raise PolicyError(f"{words[0]!r} is too much")
