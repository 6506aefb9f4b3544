"""What the ledger keeps in the database: records with their salts, what waits for the log, and its places.

Records and places are never changed by the app; only the function ``ledger_erase``, which is retention's, destroys a
record and its salt. The commitment stays, for the log shows it, and then opens to nothing.
"""

import json
from contextlib import suppress
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.lookups import Exact

HASH_BYTES = 32


def _sized(column: str) -> Q:
    length = models.Func(F(column), function="octet_length", output_field=models.IntegerField())
    return Q(Exact(length, HASH_BYTES))


class Record(models.Model):
    """One record: its kind, its text in the one spelling of RFC 8785, its salt, and the commitment to both."""

    kind = models.SmallIntegerField()
    schema = models.SmallIntegerField()
    record = models.TextField(null=True)
    salt = models.BinaryField(null=True)
    commitment = models.BinaryField()
    opened = models.BooleanField(default=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        """A record is there with its salt or not at all; what was published is not erased."""

        db_table = "ledger_record"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="ledger_record_kind_fits", condition=Q(kind__range=(1, 255), schema__range=(1, 255))
            ),
            models.CheckConstraint(name="ledger_record_commitment_sized", condition=_sized("commitment")),
            models.CheckConstraint(name="ledger_record_salt_sized", condition=Q(salt=None) | _sized("salt")),
            models.CheckConstraint(
                name="ledger_record_with_its_salt",
                condition=Q(record=None, salt=None) | Q(record__isnull=False, salt__isnull=False),
            ),
            models.CheckConstraint(
                name="ledger_record_opened_stays", condition=Q(opened=False) | Q(record__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="ledger_record_by_kind", fields=["kind", "-id"], condition=Q(opened=True))
        ]

    def __str__(self) -> str:
        """Return number and kind."""
        return f"record {self.pk} of kind {self.kind}"

    @property
    def told(self) -> dict[str, Any] | None:
        """The record as a value; ``None`` once it is erased, and where somebody else than Jejak wrote what is none."""
        with suppress(ValueError, RecursionError):
            found = json.loads(self.record or "null")
            return found if isinstance(found, dict) else None
        return None


class Waiting(models.Model):
    """The outbox: a record whose transaction is committed and that has no place in the log yet."""

    record = models.OneToOneField(  # written with its record by one statement; a foreign key would look again
        Record, on_delete=models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )

    class Meta:
        """Rows are taken out by the sequencer."""

        db_table = "ledger_waiting"

    def __str__(self) -> str:
        """Return the record's number."""
        return f"record {self.record_id} waits"


class Place(models.Model):
    """Where a record stands in the log, counted from 0; never changed."""

    index = models.BigIntegerField(primary_key=True)
    record = models.OneToOneField(  # written out of records that are there, which nobody but the owner can delete
        Record, on_delete=models.PROTECT, null=True, related_name="place", db_constraint=False
    )

    class Meta:
        """A place without a record is one that the published log holds and a restored database does not."""

        db_table = "ledger_place"
        constraints: ClassVar = [models.CheckConstraint(name="ledger_place_counts", condition=Q(index__gte=0))]

    def __str__(self) -> str:
        """Return the index."""
        return f"entry {self.index}"


class State(models.Model):
    """The one row that says how far the log has come: all places below ``size`` are given, under ``root``."""

    origin = models.TextField()
    size = models.BigIntegerField()
    root = models.BinaryField()

    class Meta:
        """There is one row."""

        db_table = "ledger_state"
        constraints: ClassVar = [
            models.CheckConstraint(name="ledger_state_is_one", condition=Q(id=1)),
            models.CheckConstraint(name="ledger_state_counts", condition=Q(size__gte=0)),
            models.CheckConstraint(name="ledger_state_root_sized", condition=_sized("root")),
            models.CheckConstraint(name="ledger_state_has_origin", condition=~Q(origin="")),
        ]

    def __str__(self) -> str:
        """Return name and size."""
        return f"{self.origin}: {self.size}"
