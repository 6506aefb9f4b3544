"""Rows that a change holds, and what is told about it: the trail, and the lanes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection

from jejak.premises.errors import UnknownPremises
from jejak.premises.models import Premises
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.trail.rules import Actor

CHANNEL: Final = "jejak_posters"
"""The lanes listen here; the payload is the number of the premises whose posters changed."""
PURPOSE: Final = "premises register"


def locked(*, by: Actor, uuid: UUID) -> Premises:
    """Return a premises of this owner, its row locked until the transaction ends.

    :raises UnknownPremises: this account has none such.
    """
    row = Premises.objects.select_for_update().filter(owner_id=by.id, uuid=uuid).first()
    if row is None:
        raise UnknownPremises
    return row


def note(*, by: Actor, action: str, premises: Premises, now: datetime, **detail: object) -> None:
    """Enter a change in the trail and tell the lanes; ``detail`` holds numbers and codes, no names."""
    said = {"premises": premises.pk, **detail}
    trail.record(by=by, action=action, purpose=PURPOSE, detail=said, at=now)
    tell(premises)


def tell(premises: Premises) -> None:
    """Tell the lanes that the posters of a premises changed; they hear it when the transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [CHANNEL, str(premises.pk)])
