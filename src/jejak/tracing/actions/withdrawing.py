"""Withdrawing notices with a reason: their pages say so at once, and the job tells whoever got a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.access import queries as accounts
from jejak.access.rules import SENIOR_HEALTH_OFFICER
from jejak.tracing import noticerules
from jejak.tracing.actions.sending import hand_over
from jejak.tracing.actions.stopping import held, recall, stop
from jejak.tracing.errors import NoticesUnknown, WithdrawalLarge
from jejak.tracing.models import ContactEvent, Notice
from jejak.tracing.queries import notices

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import User

WITHDRAWN: Final = "notice-withdrawn"
AT_ONCE: Final = 2000


@transaction.atomic
def withdraw_notices(*, numbers: Collection[int], why: str, by: User, at: datetime) -> int:
    """Withdraw notices, by number, for one of `noticerules.REASONS`; return how many that is new for.

    One that is not sent yet never leaves, and of one that is with messaging and did not leave nobody is told. Call it
    last in a transaction.

    :raises NoticesUnknown: there is no such reason.
    """
    if why not in noticerules.REASONS:
        raise NoticesUnknown
    rows = [one for one in held(numbers) if one.withdrawn_at is None]
    recall(rows, by=by, at=at)
    Notice.objects.filter(pk__in=[one.pk for one in rows]).update(withdrawn_at=at, withdrawn_by=by, withdrawn_why=why)
    ContactEvent.objects.bulk_create(
        (
            ContactEvent(
                contact_id=one.contact_id, at=at, by=by, kind=WITHDRAWN, facts={"notice": str(one.uuid), "why": why}
            )
            for one in rows
        ),
        batch_size=AT_ONCE,
    )
    for number in sorted({one.batch_id for one in rows}):
        hand_over(number=number)
    return len(rows)


@transaction.atomic
def withdraw_batch(*, uuid: UUID, only: Collection[UUID] | None, why: str, by: User, at: datetime) -> int:
    """Withdraw some notices of a batch of one's office, or all of them, which stops it; return how many are new.

    :raises NoticesUnknown: there is no such batch, notice or reason. :raises WithdrawalLarge: a senior must do it.
    """
    if why not in noticerules.REASONS:
        raise NoticesUnknown
    batch = notices.batch(uuid=uuid, by=by)
    rows = Notice.objects.filter(batch=batch)
    if only is None:
        stop(number=batch.pk, by=by, at=at)
    else:
        rows = rows.filter(uuid__in=list(only))
        if rows.count() != len(set(only)):
            raise NoticesUnknown
    numbers = list(rows.values_list("pk", flat=True))
    many = withdraw_notices(numbers=numbers, why=why, by=by, at=at)
    _allow(numbers, by=by, at=at)
    return many


def _allow(numbers: Collection[int], *, by: User, at: datetime) -> None:
    """Let only a senior officer tell a mass of people that a notice no longer counts, as with the notice itself."""
    within = Notice.objects.filter(batch__agency=by.agency_id, withdrawn_at__gt=at - noticerules.HOUR)
    told = within.exclude(message=None)  # what was taken back in time is no message any more
    now = told.filter(pk__in=numbers, withdrawn_at=at).count()
    large = now > 0 and noticerules.needs_second(contacts=now, last_hour=told.count() - now)
    if large and SENIOR_HEALTH_OFFICER not in accounts.roles_of(by):
        raise WithdrawalLarge
