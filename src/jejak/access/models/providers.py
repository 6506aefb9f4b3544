"""How an agency's own sign-in (OpenID Connect) is asked, and which of its subjects is which account."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jejak.kernel.ids import uuid7


class Provider(models.Model):
    """An agency's OpenID Connect provider; ``code`` stands in the address that is registered there, and so stays."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    agency = models.OneToOneField("access.Agency", on_delete=models.PROTECT, related_name="provider")
    code = models.CharField(max_length=40, unique=True)
    issuer = models.CharField(max_length=300)
    client_id = models.CharField(max_length=200)
    secret_sealed = models.BinaryField(editable=False)
    domain = models.CharField(max_length=200)
    second_acr = models.CharField(max_length=200, blank=True, default="")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Plain codes, a plain domain; what is asked over the network is asked over TLS."""

        db_table = "access_provider"
        constraints: ClassVar = [
            models.CheckConstraint(name="access_provider_code_plain", condition=Q(code__regex=r"^[a-z0-9][a-z0-9-]*$")),
            models.CheckConstraint(
                name="access_provider_issuer_secure",
                condition=Q(issuer__startswith="https://")
                | Q(issuer__regex=r"^http://(localhost|127\.0\.0\.1)(:|/|$)"),
            ),
            models.CheckConstraint(name="access_provider_client_named", condition=~Q(client_id="")),
            models.CheckConstraint(
                name="access_provider_domain_plain", condition=Q(domain__regex=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
            ),
            models.CheckConstraint(
                name="access_provider_ends_after", condition=Q(ended_at=None) | Q(ended_at__gte=F("set_at"))
            ),
        ]

    def __str__(self) -> str:
        """Return the code with the issuer."""
        return f"{self.code}: {self.issuer}"


class Identity(models.Model):
    """That a provider's subject is one account, from its first sign-in on until a manager ends it."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    bound_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A subject is one account, an account one subject of an issuer."""

        db_table = "access_identity"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="access_identity_subject_once", fields=["issuer", "subject"], condition=Q(ended_at=None)
            ),
            models.UniqueConstraint(
                name="access_identity_account_once", fields=["issuer", "account"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(name="access_identity_subject_said", condition=~Q(subject="")),
            models.CheckConstraint(
                name="access_identity_ends_after", condition=Q(ended_at=None) | Q(ended_at__gte=F("bound_at"))
            ),
        ]

    def __str__(self) -> str:
        """Return whose it is, by number."""
        return f"identity of account {self.account_id}"
