"""Where the log was seen before a restore goes on with it: on the disk, in the backup, at others', by its witnesses.

A backup alone cannot tell what was published after it. To sign at its end would then begin a second history under the
same key, so some other place must have seen no more than is at hand, or the operator says that there is none.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from jejak.formats import addcheckpoint, note
from jejak.formats import policy as policies
from jejak.formats.note import NoteError
from jejak.kernel.problems import JejakError
from jejak.kernel.settings import settings
from jejak.ledger import rejoining
from jejak.ledger.errors import LogForked, LogUnreadable
from jejak.ledger.rejoining import Seen
from jejak.ledger.rules import origin_of
from jejak.ledger.sources import ask, source_at
from jejak.store.errors import BackupRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jejak.config.loading import Wish
    from jejak.formats.backupmanifest import Manifest
    from jejak.formats.checkpoint import Checkpoint
    from jejak.formats.policy import Party
    from jejak.ledger.archive import Archive
    from jejak.ledger.logfiles import LogFiles

GOOD, CONFLICT = 200, 409
PATIENCE: Final = 10.0
SIZE: Final = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


def sightings(
    manifest: Manifest, wish: Wish, *, left: LogFiles, packed: Archive, keys: Sequence[str], say: Callable[[str], None]
) -> list[Seen]:
    """Return every tree of the log that was seen, the backup's own among them.

    :raises BackupRefused: nobody but the backup was seen, or a witness has signed more than any copy at hand holds.
    :raises LogForked: a witness has signed another tree.
    """
    own = list(_in_backup(manifest, packed, keys))
    told = [*_left(left, keys), *_named(wish, keys)]
    known = max((one.size for one in own), default=0)
    told += _published(manifest, known, keys, say)
    least = max((one.size for one in (*own, *told)), default=0)
    told += _witnessed(left, packed, keys, largest=least, say=say)
    if not wish.alone and not any(one.size >= known for one in told):
        raise BackupRefused(
            f"Nobody but the backup was asked how far this log had come, and it says {known} entries. Were more "
            "published, going on from here would be a second history. Name where the log is published or who has a "
            "copy (--log URL or --log FOLDER), or a checkpoint that a witness kept (--checkpoint FILE). Only if "
            "nothing was published after this backup: --alone. To try a backup out: --drill."
        )
    snapshot = manifest.snapshot
    if snapshot.size <= max((one.size for one in (*told, *own)), default=0):
        own.append(Seen("the database of the backup", snapshot.size, snapshot.root))
    return [*told, *own]


def _in_backup(manifest: Manifest, packed: Archive, keys: Sequence[str]) -> Iterator[Seen]:
    found = rejoining.seen_at("the backup", packed, keys=keys)
    if found:
        yield found
    before = rejoining.seen_at("what the witnesses had signed", packed, keys=keys, name="witnessed")
    if before and before.size <= manifest.log.size:  # it may have come in while the log was packed
        yield before


def _left(left: LogFiles, keys: Sequence[str]) -> Iterator[Seen]:
    # Proofs rest on what the quorum signed last, so the tiles of that size must be there too.
    for where, name in (
        (f"the log left in {left.folder}", "checkpoint"),
        ("what the witnesses signed", "witnessed"),
    ):
        found = rejoining.seen_at(where, left, keys=keys, name=name)
        if found:
            yield found
    head = left.head()
    if head:
        yield Seen(f"the log left in {left.folder}", head.size, head.root, left)


def _named(wish: Wish, keys: Sequence[str]) -> Iterator[Seen]:
    for where in wish.logs:
        found = rejoining.seen_at(where, source_at(where), keys=keys)
        if found:
            yield found
    for path in wish.checkpoints:
        told = rejoining.signed_checkpoint(path.read_bytes(), keys=keys)
        yield Seen(str(path), told.size, told.root)


def _published(manifest: Manifest, known: int, keys: Sequence[str], say: Callable[[str], None]) -> Iterator[Seen]:
    """Yield what the node's own address still shows, if that is no less than the backup and signed by the log."""
    own = origin_of(settings().base_url) == manifest.origin
    url = f"{settings().base_url}/ledger" if own else f"https://{manifest.origin}"
    try:
        found = rejoining.seen_at(url, source_at(url), keys=keys)
    except JejakError as error:  # another node may answer there, or none
        say(f"{url} shows nothing of this log: {error.detail or error.title}")
        return
    if found and found.size >= known:
        yield found


def _witnessed(
    left: LogFiles, packed: Archive, keys: Sequence[str], *, largest: int, say: Callable[[str], None]
) -> Iterator[Seen]:
    """Yield the backup's tree once for each witness that has signed no other and none that is larger.

    The policy that was left counts before the packed one: it may leave out a witness that is not to be believed.
    """
    data = left.fetch("policy") or packed.fetch("policy")
    signed = packed.fetch("checkpoint")
    if data is None or signed is None:
        return
    with suppress(policies.PolicyError, NoteError):
        for party in policies.read(data.decode(errors="surrogateescape")).witnesses:
            if urlsplit(party.url).scheme in {"http", "https"}:
                try:
                    yield from _asked(party, signed, rejoining.signed_checkpoint(signed, keys=keys), largest)
                except LogUnreadable as error:
                    say(f"The witness {party.name} was asked in vain: {error.detail}")


def _asked(party: Party, signed: bytes, head: Checkpoint, largest: int) -> Iterator[Seen]:
    """Ask a witness for a cosignature of the backup's checkpoint as the one it saw last; it answers which that is."""
    own = note.parse(signed)
    mine = note.Note(own.text, tuple(one for one in own.signatures if one.name == head.origin)[:1])
    body = addcheckpoint.AddCheckpoint(head.size, (), mine.encode()).encode()
    status, answer = ask(f"{party.url.rstrip('/')}/add-checkpoint", body=body, seconds=PATIENCE)
    if status == CONFLICT and SIZE.fullmatch(answer):
        seen = int(answer)
        if seen == head.size:
            raise LogForked(f"the witness {party.name} has signed another tree of {seen} entries than the backup's")
        if seen > largest:
            raise BackupRefused(
                f"The witness {party.name} has signed {seen} entries of this log, and {largest} are at hand. Name "
                "where the others are: --log URL or --log FOLDER. A witness that is not to be believed is left out "
                "of a file ledger/policy in the data directory."
            )
    elif status == GOOD and _cosigned(party, own.text, answer):
        yield Seen(f"the witness {party.name}", head.size, head.root)
    else:
        raise LogUnreadable(f"it answers {status}")


def _cosigned(party: Party, text: str, answer: bytes) -> bool:
    with suppress(NoteError):
        made = note.parse_signatures(answer.decode(errors="replace"))
        return any(note.verify(text=text, signature=one, key=note.read_key(party.key)) for one in made)
    return False
