"""Withdrawing notices with a reason: their pages say so at once, and the job tells whoever got a message."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.access import queries as accounts
from jejak.access.rules import SENIOR_HEALTH_OFFICER
from jejak.kernel.ids import uuid7
from jejak.tracing import noticerules
from jejak.tracing.actions.sending import hand_over
from jejak.tracing.actions.stopping import held, recall, stop
from jejak.tracing.errors import NoticesUnknown, WithdrawalLarge
from jejak.tracing.models import Contact, ContactEvent, Notice, NoticeBatch
from jejak.tracing.models.notices import WAITING
from jejak.tracing.queries import notices
from jejak.tracing.queries.lines import open_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import User

WITHDRAWN, WAITS = "notice-withdrawn", "withdrawal-waits"
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
    return _withdraw(rows, why=why, by=by, at=at)


@transaction.atomic
def withdraw_or_wait(*, numbers: Collection[int], why: str, by: User, at: datetime) -> int:
    """Withdraw notices, by number, that nothing rests on any more; return how many wait for a senior officer instead.

    What did not leave is withdrawn at once, whoever asks; of those who got a message, so many of an office as need a
    senior officer wait for one. Call it last in a transaction.
    """
    rows = [one for one in held(numbers) if one.withdrawn_at is None and one.waits_for is None]
    recall(rows, by=by, at=at)
    told: defaultdict[int, list[Notice]] = defaultdict(list)
    for one, office in zip(rows, _offices(rows), strict=True):
        if one.message is not None:
            told[office].append(one)
    waiting: set[int] = set()
    for office, own in told.items():
        if _is_large(len(own), office=office, by=by, at=at):
            waiting |= {one.pk for one in own}
            _wait(own, why=why, by=by, at=at)
    _withdraw([one for one in rows if one.pk not in waiting], why=why, by=by, at=at)
    return len(waiting)


@transaction.atomic
def confirm_withdrawal(*, uuid: UUID, by: User, at: datetime) -> int:
    """Withdraw, as a senior officer, the notices of one's office that wait for it; return how many.

    Whom a case exposes again meanwhile keeps theirs, and waits no more.

    :raises NoticesUnknown: nothing (more) waits under this reference. :raises WithdrawalLarge: a senior must do it.
    """
    mine = Notice.objects.filter(WAITING, waits_for=uuid, batch__agency=by.agency_id)
    rows = [one for one in held(list(mine.values_list("pk", flat=True))) if one.withdrawn_at is None]
    if by.agency_id is None or not rows:
        raise NoticesUnknown
    if SENIOR_HEALTH_OFFICER not in accounts.roles_of(by):
        raise WithdrawalLarge
    lines = open_lines(Contact.objects.filter(pk__in={one.contact_id for one in rows}).select_related("said"))
    exposed = notices.named_of({one.pk for one in lines.values()})
    over = [one for one in rows if lines[one.contact_id].pk not in exposed]
    stays = {one.pk for one in rows} - {one.pk for one in over}
    Notice.objects.filter(pk__in=stays).update(waits_for=None, waits_since=None, waits_by=None, waits_why="")
    return _withdraw(over, why=rows[0].waits_why, by=by, at=at)


def _withdraw(rows: Sequence[Notice], *, why: str, by: User, at: datetime) -> int:
    """Withdraw notices, held by the caller, and let their readers be told."""
    Notice.objects.filter(pk__in=[one.pk for one in rows]).update(withdrawn_at=at, withdrawn_by=by, withdrawn_why=why)
    _tell(rows, WITHDRAWN, why=why, by=by, at=at)
    for number in sorted({one.batch_id for one in rows}):
        hand_over(number=number)
    return len(rows)


def _wait(rows: Sequence[Notice], *, why: str, by: User, at: datetime) -> None:
    asked = {"waits_for": uuid7(), "waits_since": at, "waits_by": by, "waits_why": why}
    Notice.objects.filter(pk__in=[one.pk for one in rows]).update(**asked)
    _tell(rows, WAITS, why=why, by=by, at=at)


def _tell(rows: Sequence[Notice], kind: str, *, why: str, by: User, at: datetime) -> None:
    ContactEvent.objects.bulk_create(
        (
            ContactEvent(
                contact_id=one.contact_id, at=at, by=by, kind=kind, facts={"notice": str(one.uuid), "why": why}
            )
            for one in rows
        ),
        batch_size=AT_ONCE,
    )


def _offices(rows: Sequence[Notice]) -> list[int]:
    """Return of which office each notice is."""
    of = dict(NoticeBatch.objects.filter(pk__in={one.batch_id for one in rows}).values_list("pk", "agency_id"))
    return [of[one.batch_id] for one in rows]


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
    now = Notice.objects.filter(pk__in=numbers, withdrawn_at=at).exclude(message=None).count()
    if now and _is_large(now, office=by.agency_id or 0, by=by, at=at):
        raise WithdrawalLarge


def _is_large(now: int, *, office: int, by: User, at: datetime) -> bool:
    """Return whether so many of an office at once are for a senior officer to withdraw, and this is none."""
    within = Notice.objects.filter(batch__agency=office, withdrawn_at__gt=at - noticerules.HOUR)
    told = within.exclude(message=None).exclude(withdrawn_at=at)  # what was taken back in time is no message any more
    large = noticerules.needs_second(contacts=now, last_hour=told.count())
    return large and SENIOR_HEALTH_OFFICER not in accounts.roles_of(by)
