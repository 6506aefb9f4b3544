"""Files of other people's data: a manifest for good, the bytes sealed and only for a while."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact

from jejak.access.manifests import DIRECT_PEOPLE, FORMS, MOST_ROWS
from jejak.kernel.ids import uuid7

DIGEST_BYTES = 32


class Export(models.Model):
    """One file that somebody asked for, with all that its manifest says.

    ``content_sealed`` are the bytes and ``persons_sealed`` the numbers of whom they name; both go when the file was
    refused, has run out or is a week old. ``record`` is the ledger's, there once the file may be taken.
    """

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    request = models.OneToOneField(  # a manifest may outlast what was written with its decision
        "access.Request", null=True, on_delete=models.DO_NOTHING, related_name="export", db_constraint=False
    )
    holds = models.TextField()
    action = models.TextField()
    name = models.TextField()
    form = models.TextField()
    fields = models.JSONField()
    rows = models.IntegerField()
    people = models.IntegerField()
    size = models.IntegerField()
    digest = models.BinaryField(editable=False)
    likeness = models.BinaryField(editable=False)  # keyed digest of the rows, so that two clicks make one file
    purpose_kind = models.TextField(blank=True, default="")
    purpose_text = models.TextField()
    purpose_reference = models.TextField(blank=True, default="")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("access.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_agency = models.ForeignKey(
        "access.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    content_sealed = models.BinaryField(null=True, editable=False)
    persons_sealed = models.BinaryField(null=True, editable=False)
    destroyed_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken = models.IntegerField(default=0)
    record = models.BigIntegerField(null=True, blank=True, unique=True)

    class Meta:
        """Small ones go out at once and are not kept; of all others the bytes are there or destroyed."""

        db_table = "access_export"
        indexes: ClassVar = [
            models.Index(name="access_export_of", fields=["asked_by", "-made_at"]),
            models.Index(name="access_export_kept", fields=["made_at"], condition=Q(content_sealed__isnull=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="export_form_known", condition=Q(form__in=sorted(FORMS))),
            models.CheckConstraint(name="export_rows_capped", condition=Q(rows__range=(0, MOST_ROWS), people__gte=0)),
            models.CheckConstraint(
                name="export_digest_sized",
                condition=Q(
                    Exact(
                        models.Func(F("digest"), function="octet_length", output_field=models.IntegerField()),
                        DIGEST_BYTES,
                    )
                ),
            ),
            models.CheckConstraint(
                name="export_bytes_kept_or_destroyed",
                condition=Q(request=None, content_sealed=None, persons_sealed=None, destroyed_at=None)
                | Q(
                    request__isnull=False,
                    content_sealed__isnull=False,
                    persons_sealed__isnull=False,
                    destroyed_at=None,
                )
                | Q(request__isnull=False, content_sealed=None, persons_sealed=None, destroyed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="export_alone_is_small", condition=Q(request__isnull=False) | Q(people__lte=DIRECT_PEOPLE)
            ),
            models.CheckConstraint(
                name="export_decided_by_another",
                condition=Q(decided_by=None, decided_agency=None)
                | (Q(request__isnull=False, expires_at__isnull=False) & ~Q(decided_by=F("asked_by"))),
            ),
            models.CheckConstraint(
                name="export_larger_was_decided",
                condition=Q(request=None) | Q(expires_at=None) | Q(decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="export_open_is_on_record",
                condition=Q(expires_at=None, record=None) | Q(expires_at__isnull=False, record__isnull=False),
            ),
            models.CheckConstraint(
                name="export_taken_once_open",
                condition=Q(taken_at=None, taken=0) | Q(taken_at__isnull=False, taken__gte=1, record__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return what it holds and how much."""
        return f"{self.holds}: {self.rows} rows"
