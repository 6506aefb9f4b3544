"""Premises, their zones and posters."""

from __future__ import annotations

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import MD5, Concat, Length, Lower

from jejak.formats import postercode
from jejak.kernel.ids import uuid7
from jejak.kernel.places import STATES
from jejak.premises.rules import LARGEST_CAPACITY, LONGEST_NAME, LONGEST_STAY
from jejak.premises.zonekinds import ROOM, ZONE_KINDS

models.TextField.register_lookup(Length)
_SPACE: Final = Value(" ", output_field=models.TextField())


class Premises(models.Model):
    """A place with an address, one owner and one or more posters; never deleted, only closed."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    name = models.TextField()
    branch = models.TextField(default="", blank=True)
    kind = models.TextField()
    address = models.TextField()
    state = models.TextField()
    district = models.TextField()
    opening_hours = models.JSONField()
    capacity = models.IntegerField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stay_minutes = models.SmallIntegerField()
    longest_minutes = models.SmallIntegerField()
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    registration_number = models.TextField(default="", db_default="", blank=True)
    phone = models.TextField(default="", db_default="", blank=True)  # the business's own number, E.164
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_way = models.TextField(default="", db_default="", blank=True)
    # What a search looks through; the second migration lays a trigram index over it where PostgreSQL has pg_trgm.
    words = models.GeneratedField(
        expression=Lower(Concat("name", _SPACE, "branch", _SPACE, "address", _SPACE, "district")),
        output_field=models.TextField(),
        db_persist=True,
    )
    # Two premises of a state with one key are the same in name, branch and address but for case, spaces and dots.
    same_key = models.GeneratedField(
        expression=MD5(
            Func(
                Lower(Concat("name", _SPACE, "branch", _SPACE, "address")),
                Value("[[:punct:][:space:]]+"),
                Value(""),
                Value("g"),
                function="regexp_replace",
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        """What must always hold."""

        db_table = "premises_premises"
        indexes: ClassVar = [models.Index(name="premises_same_key", fields=["same_key"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="premises_name_filled", condition=Q(name__length__range=(1, LONGEST_NAME))),
            models.CheckConstraint(name="premises_branch_bounded", condition=Q(branch__length__lte=LONGEST_NAME)),
            models.CheckConstraint(name="premises_kind_is_code", condition=Q(kind__regex=r"^[a-z][a-z-]{1,30}$")),
            models.CheckConstraint(name="premises_state_known", condition=Q(state__in=sorted(STATES))),
            models.CheckConstraint(
                name="premises_stay_within_longest",
                condition=Q(stay_minutes__gte=1) & Q(stay_minutes__lte=F("longest_minutes")),
            ),
            models.CheckConstraint(
                name="premises_longest_within_a_day", condition=Q(longest_minutes__lte=LONGEST_STAY)
            ),
            models.CheckConstraint(
                name="premises_capacity_plausible",
                condition=Q(capacity=None) | Q(capacity__range=(1, LARGEST_CAPACITY)),
            ),
            models.CheckConstraint(
                name="premises_closed_after_created",
                condition=Q(closed_at=None) | Q(closed_at__gte=F("created_at")),
            ),
            models.CheckConstraint(
                name="premises_confirmation_paired",
                condition=Q(confirmed_at=None, confirmed_way="")
                | Q(confirmed_at__isnull=False, confirmed_way__in=["post", "phone", "officer"]),
            ),
        ]

    def __str__(self) -> str:
        """Return the name with its branch."""
        return f"{self.name} · {self.branch}" if self.branch else self.name


class Zone(models.Model):
    """A part of a premises with posters of its own: an entrance, a floor, a tenant."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    premises = models.ForeignKey(Premises, on_delete=models.PROTECT, related_name="zones")
    name = models.TextField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # the tenant, once it has accepted
    stay_minutes = models.SmallIntegerField(null=True, blank=True)  # typical stay in this zone; the premises' if null
    kind = models.TextField(default=ROOM, db_default=ROOM)  # a room, or a door that leads in or out

    class Meta:
        """A zone's name stands once in its premises."""

        db_table = "premises_zone"
        constraints: ClassVar = [
            models.UniqueConstraint(name="zone_name_once", fields=["premises", "name"]),
            models.CheckConstraint(name="zone_name_filled", condition=Q(name__length__range=(1, LONGEST_NAME))),
            models.CheckConstraint(
                name="zone_stay_plausible",
                condition=Q(stay_minutes=None) | Q(stay_minutes__range=(1, LONGEST_STAY)),
            ),
            models.CheckConstraint(name="zone_kind_known", condition=Q(kind__in=ZONE_KINDS)),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Poster(models.Model):
    """A printed code; its number is what the QR carries. Withdrawn once, never put back."""

    premises = models.ForeignKey(Premises, on_delete=models.PROTECT, related_name="posters")
    zone = models.ForeignKey(Zone, null=True, blank=True, on_delete=models.PROTECT, related_name="posters")
    short_code = models.TextField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_why = models.TextField(default="", db_default="", blank=True)  # where it went with its old code
    retired_reason = models.TextField(default="", db_default="", blank=True)  # an officer's, for the owner

    class Meta:
        """What must always hold; that a zone is of the poster's premises is a foreign key of the first migration."""

        db_table = "premises_poster"
        constraints: ClassVar = [
            models.UniqueConstraint(name="poster_short_code_once", fields=["short_code"]),
            models.CheckConstraint(
                name="poster_short_code_form", condition=Q(short_code__regex=r"^[0-9A-HJKMNP-TV-Z]{7}$")
            ),
            models.CheckConstraint(
                name="poster_retirement_paired",
                condition=Q(retired_at=None, retired_by=None) | Q(retired_at__isnull=False, retired_by__isnull=False),
            ),
            models.CheckConstraint(
                name="poster_retired_after_issued",
                condition=Q(retired_at=None) | Q(retired_at__gte=F("issued_at")),
            ),
            models.CheckConstraint(
                name="poster_retired_why_fits",
                condition=Q(retired_why="", retired_reason="")
                | Q(retired_why="taken-over", retired_reason="", retired_at__isnull=False)
                | Q(retired_why="released", retired_reason__length__range=(1, 500), retired_at__isnull=False),
            ),
            models.CheckConstraint(
                name="poster_expires_after_issued",
                condition=Q(expires_at=None) | Q(expires_at__gt=F("issued_at")),
            ),
            models.CheckConstraint(
                name="poster_number_fits_code", condition=Q(id__range=(1, postercode.LARGEST_NUMBER))
            ),
        ]

    def __str__(self) -> str:
        """Return the short code."""
        return self.short_code
