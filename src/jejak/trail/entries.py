"""What the trail tells the ledger."""

from jejak.ledger.rules import Kind

DAY = Kind(1, "trail.day", schema=2)
"""``{"agency": "selangkah", "day": "2022-01-21", "leaves": 12, "root": "<64 hex digits>"}``: the Merkle root over
salted commitments of the rows that an agency's trail gained up to the end of a day. Since schema 2 the row of an entry
holds the officer and the details only as a commitment of their own."""

SAMPLE = Kind(7, "trail.sample", opened=True)
"""``{"sample": …, "agency": …, "action": …, "since": …, "until": …, "number": …, "nonce": "<64 hex digits>"}``: what an
auditor will draw a random sample from; the root over the log up to this entry is the other half of its seed."""
