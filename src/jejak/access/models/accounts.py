"""Accounts and the roles they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from jejak.access.rules import ROLES, AccountKind, Scope
from jejak.kernel.ids import uuid7

if TYPE_CHECKING:
    from datetime import datetime

HELD: Final = models.Q(ended_at=None) & (models.Q(until=None) | models.Q(until__gt=Now()))
"""Grants that are held at this moment: not ended, and not run out."""


class UserManager(BaseUserManager["User"]):
    """Makes accounts; `actions` is where roles and checks are."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """Return a new account with its password hashed."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the account with this e-mail address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A named person's account: staff, premises owner, or later a citizen.  Never shared, never generic."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True, null=True)
    phone_key = models.BinaryField(null=True, unique=True, editable=False)  # citizens: blind index of the number
    phone_sealed = models.BinaryField(null=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in AccountKind])
    agency = models.ForeignKey("access.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    state = models.CharField(max_length=5, blank=True, default="")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    joined_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(null=True, blank=True)  # to the minute, so that a request seldom writes
    left_at = models.DateTimeField(null=True, blank=True)
    signed_out_at = models.DateTimeField(null=True, blank=True)  # sessions that began before are over

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        """Named constraints."""

        db_table = "access_user"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="access_user_kind_known",
                condition=models.Q(kind__in=[kind.value for kind in AccountKind]),
            ),
            models.CheckConstraint(
                name="access_user_has_name", condition=~models.Q(name="") | models.Q(kind=AccountKind.CITIZEN.value)
            ),
            models.CheckConstraint(
                name="access_user_signs_in_one_way",
                condition=models.Q(
                    kind=AccountKind.CITIZEN.value, email=None, phone_key__isnull=False, phone_sealed__isnull=False
                )
                | models.Q(  # ended: the number is forgotten
                    kind=AccountKind.CITIZEN.value,
                    email=None,
                    phone_key=None,
                    phone_sealed=None,
                    is_active=False,
                    left_at__isnull=False,
                )
                | (~models.Q(kind=AccountKind.CITIZEN.value) & models.Q(email__isnull=False, phone_key=None)),
            ),
            models.UniqueConstraint(models.functions.Lower("email"), name="access_user_email_once"),
        ]

    def __str__(self) -> str:
        """Return the name with the address."""
        return f"{self.name} <{self.email}>" if self.email else f"citizen {self.pk}"


class RoleGrant(models.Model):
    """A role that an account holds from one moment until it is ended."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, choices=[(role, role) for role in ROLES])
    granted_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=5, blank=True, default="")
    district = models.CharField(max_length=80, blank=True, default="")
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A role is held once at a time."""

        db_table = "access_rolegrant"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="access_rolegrant_once", fields=["user", "role"], condition=models.Q(ended_at=None)
            ),
            models.CheckConstraint(name="access_rolegrant_role_known", condition=models.Q(role__in=list(ROLES))),
            models.CheckConstraint(
                name="access_rolegrant_ends_after",
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("granted_at")),
            ),
        ]

    def __str__(self) -> str:
        """Return who holds what."""
        return f"{self.user}: {self.role}"

    @property
    def scope(self) -> Scope:
        """Where it reaches."""
        return Scope(state=self.state, district=self.district)

    def holds(self, now: datetime) -> bool:
        """Return whether it is held at a moment."""
        return self.ended_at is None and (self.until is None or now < self.until)
