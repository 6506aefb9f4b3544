"""Making a new version of a disease's profile; the old ones stay, and cases keep the one they were opened with."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from jejak.tracing import profilerules
from jejak.tracing.errors import ProfileChanged
from jejak.tracing.models import Profile
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.access.actions import User
    from jejak.tracing.profilerules import Wanted

PROFILE_CHANGED: Final = "profile.changed"


def change_profile(*, disease: str, seen: int, wanted: Wanted, by: User, at: datetime) -> int:
    """Return the number of the version just made after version ``seen`` (0 for a disease that had none).

    :raises ProfileInvalid: it says something that no profile can. :raises ProfileChanged: there is a newer one.
    """
    made = profilerules.checked(wanted)
    profilerules.checked_code(disease)
    try:
        with transaction.atomic():
            latest = Profile.objects.filter(disease=disease).order_by("-version").values_list("version", flat=True)
            if (latest.first() or 0) != seen:
                raise ProfileChanged
            Profile.objects.create(
                disease=disease,
                name=" ".join(made.name.split()),
                version=seen + 1,
                **asdict(made.days),
                minutes=made.minutes,
                follow=made.follow,
                tiers=list(made.tiers),
                source=made.source.strip(),
                made_by=by,
                made_at=at,
            )
            detail = {"disease": disease, "version": seen + 1}
            trail.record(by=by, action=PROFILE_CHANGED, purpose=made.source, detail=detail, at=at)
    except IntegrityError as error:
        if "profile_version_once" not in str(error):
            raise
        raise ProfileChanged from None
    return seen + 1
