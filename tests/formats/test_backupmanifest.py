"""A backup's manifest: one spelling, signed, and never taken for a checkpoint."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone

import pytest

from jejak.formats import backupmanifest, checkpoint, merkle, note
from jejak.formats.backupmanifest import FileFacts, Manifest, ManifestError, Tree

SEED = bytes(range(32))
ORIGIN = "node.example/ledger"
KEY = note.key_of(name=ORIGIN, kind=note.ED25519, private_key=SEED).text


def manifest(**changed: object) -> Manifest:
    made = Manifest(
        name="node-20221122-120000",
        node="node",
        taken=datetime(2022, 11, 22, 12, tzinfo=UTC),
        jejak="0.1.0",
        postgresql=18,
        keyring="ab" * 16,
        migrations={"people": ("0001_person", "0002_cards")},
        counts={"people_person": 3, "visits_visit": 7},
        partitions={"visits_visit_20221122": 7},
        files={"database.dump": FileFacts(10, "cd" * 32)},
        snapshot=Tree(4, bytes(32)),
        origin=ORIGIN,
        log=Tree(5, b"\1" * 32),
    )
    return dataclasses.replace(made, **changed)  # type: ignore[arg-type]


def test_what_is_signed_is_read_again_as_it_was() -> None:
    signed = backupmanifest.sign(manifest(), name=ORIGIN, private_key=SEED)
    assert backupmanifest.open(signed, keys=[KEY]) == manifest()
    assert manifest().snapshot.last == 3
    assert Tree(0, merkle.EMPTY_ROOT).last is None


def test_another_key_does_not_speak_for_the_node() -> None:
    signed = backupmanifest.sign(manifest(), name=ORIGIN, private_key=SEED)
    other = note.key_of(name=ORIGIN, kind=note.ED25519, private_key=bytes(32)).text
    with pytest.raises(note.NoteError):
        backupmanifest.open(signed, keys=[other])
    with pytest.raises(note.NoteError):
        backupmanifest.open(signed.replace(b'"people_person": 3', b'"people_person": 2'), keys=[KEY])


def test_a_manifest_is_no_checkpoint_and_a_checkpoint_no_manifest() -> None:
    with pytest.raises(checkpoint.CheckpointError):
        checkpoint.parse(manifest().text)
    with pytest.raises(ManifestError):
        backupmanifest.parse(checkpoint.Checkpoint(ORIGIN, 0, merkle.EMPTY_ROOT).text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"size": 4', '"size": 4.0'),
        ('"size": 4', '"size": -4'),
        ('"last": 3', '"last": 2'),
        ('"size": 4', '"size": true'),
        ('"name": "node-20221122-120000"', '"name": "../../etc"'),
        ('"database.dump"', '"../database.dump"'),
        ("cd" * 32, "CD" * 32),
        ('"jejak": "0.1.0",', '"jejak": "0.1.0", '),
        ('"node": "node",', '"node": "node",\n "more": 1,'),
        ("+00:00", "+08:00"),
        ("}\n", "}\n\n"),
        ('"bytes": 10', '"bytes": []'),
        ("jejak backup v1", "jejak backup v2"),
    ],
)
def test_only_the_one_spelling_is_taken(old: str, new: str) -> None:
    assert old in manifest().text
    with pytest.raises(ManifestError):
        backupmanifest.parse(manifest().text.replace(old, new, 1))


def test_an_empty_log_has_the_empty_root() -> None:
    with pytest.raises(ManifestError):
        backupmanifest.parse(manifest(snapshot=Tree(0, bytes(32))).text)
    assert backupmanifest.parse(manifest(snapshot=Tree(0, merkle.EMPTY_ROOT)).text).snapshot.size == 0


def test_a_time_of_another_zone_is_refused() -> None:
    malaysia = timezone(timedelta(hours=8))
    with pytest.raises(ManifestError):
        backupmanifest.parse(manifest(taken=datetime(2022, 11, 22, 20, tzinfo=malaysia)).text)
