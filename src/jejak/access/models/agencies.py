"""Employers of staff, and their invitations to named people."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jejak.access.rules import ROLES, AgencyKind
from jejak.kernel.ids import uuid7


class Agency(models.Model):
    """A health office, laboratory, clinic, council or other employer whose named people work here."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in AgencyKind])
    state = models.CharField(max_length=5, blank=True, default="")
    district = models.CharField(max_length=80, blank=True, default="")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A name stands once."""

        db_table = "access_agency"
        constraints: ClassVar = [
            models.UniqueConstraint(models.functions.Lower("name"), name="access_agency_name_once"),
            models.CheckConstraint(name="access_agency_named", condition=~Q(name="")),
            models.CheckConstraint(
                name="access_agency_kind_known", condition=Q(kind__in=[kind.value for kind in AgencyKind])
            ),
            models.CheckConstraint(
                name="access_agency_closed_after", condition=Q(closed_at=None) | Q(closed_at__gte=F("created_at"))
            ),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Invitation(models.Model):
    """An agency's offer to one named person of one role; the link's token is kept as a digest only."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=40, choices=[(role, role) for role in ROLES])
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
        """One open invitation an agency and address; accepted or withdrawn, never both."""

        db_table = "access_invitation"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "agency",
                models.functions.Lower("email"),
                name="access_invitation_open_once",
                condition=Q(accepted_at=None, withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="access_invitation_acceptance_paired",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="access_invitation_ends_once", condition=Q(accepted_at=None) | Q(withdrawn_at=None)
            ),
            models.CheckConstraint(name="access_invitation_expires_after", condition=Q(expires_at__gt=F("invited_at"))),
        ]

    def __str__(self) -> str:
        """Return who is offered what."""
        return f"{self.name} <{self.email}>: {self.role}"
