"""Who a premises belongs to: invitations to take over a zone or the whole, and proofs of ownership."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jejak.kernel.ids import uuid7
from jejak.premises.models.register import Premises, Zone


class Invitation(models.Model):
    """An offer to somebody, by e-mail address, to own a zone (``tenant``) or the whole premises (``transfer``)."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    kind = models.TextField()
    premises = models.ForeignKey(Premises, on_delete=models.PROTECT, related_name="invitations")
    zone = models.ForeignKey(Zone, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    token_digest = models.BinaryField(unique=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A tenant gets a zone, a transfer the whole; accepted or withdrawn, never both."""

        db_table = "premises_invitation"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="invitation_kind_fits_zone",
                condition=Q(kind="tenant", zone__isnull=False) | Q(kind="transfer", zone=None),
            ),
            models.CheckConstraint(
                name="invitation_acceptance_paired",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.CheckConstraint(name="invitation_ends_once", condition=Q(accepted_at=None) | Q(withdrawn_at=None)),
            models.CheckConstraint(name="invitation_expires_after", condition=Q(expires_at__gt=F("invited_at"))),
        ]

    def __str__(self) -> str:
        """Return what is offered."""
        return f"{self.kind} of {self.premises_id}"


class Proof(models.Model):
    """One try to prove that an account speaks for a premises: a code by post or phone, or an officer's word."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    premises = models.ForeignKey(Premises, on_delete=models.PROTECT, related_name="proofs")
    way = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    code_digest = models.BinaryField(null=True, blank=True, editable=False)
    challenge = models.UUIDField(null=True, blank=True)
    tries = models.SmallIntegerField(default=0)
    outcome = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)  # an officer's, where the outcome is a refusal
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        """One open try a premises and way; settled with an outcome, or neither."""

        db_table = "premises_proof"
        constraints: ClassVar = [
            models.CheckConstraint(name="proof_way_known", condition=Q(way__in=["post", "phone", "officer"])),
            models.CheckConstraint(
                name="proof_outcome_paired",
                condition=Q(outcome="", settled_at=None)
                | Q(outcome__in=["confirmed", "refused", "withdrawn", "expired"], settled_at__isnull=False),
            ),
            models.UniqueConstraint(name="proof_open_once", fields=["premises", "way"], condition=Q(outcome="")),
        ]

    def __str__(self) -> str:
        """Return the way and the outcome."""
        return f"{self.way}: {self.outcome or 'open'}"
