"""What citizens asked about their own record goes once it was decided and its time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connections
from django.db.models import Q
from django.db.models.functions import Coalesce

from jejak.kernel.places import local_midnight
from jejak.people.models import Correction, Erasure, Offer
from jejak.store.retention import Gone

if TYPE_CHECKING:
    from datetime import date


def past_time(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:  # noqa: ARG001 - as every class is run
    """Return how many offers, corrections and erasures were decided so long ago that they went."""
    before = local_midnight(on - timedelta(days=days))
    if dry_run:
        offers = Offer.objects.annotate(over=Coalesce("ended_at", "taken_at", "shown_at")).filter(over__lt=before)
        erasures = Erasure.objects.filter(Q(done_at__lt=before) | Q(cancelled_at__lt=before))
        corrections = Correction.objects.filter(decided_at__lt=before)
        return [
            Gone("offers", offers.count()),
            Gone("corrections", corrections.count()),
            Gone("erasures", erasures.count()),
        ]
    with connections["retention"].cursor() as cursor:
        cursor.execute("select what, rows from people_forget_asked(%s)", [before])
        return [Gone(what, int(rows)) for what, rows in cursor.fetchall()]
