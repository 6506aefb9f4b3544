"""Auditors' samples: whose trail they may draw from, for which purpose they look, and what of it the trail keeps.

No auditee is asked. That a sample was committed to, drawn, looked at and judged stands on the trail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from jejak.access import purposes
from jejak.access.errors import PurposeRefused
from jejak.access.models import User
from jejak.access.purposes import PurposeKind
from jejak.access.queries.accounts import roles_of
from jejak.access.queries.areas import audited_by, may_audit
from jejak.access.rules import AGENCY_MANAGER, AUDITOR
from jejak.trail import actions as trail
from jejak.trail import queries as entries
from jejak.trail.errors import SampleUnknown
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.trail.actions import Wanted
    from jejak.trail.queries import DrawnEntry, Sample

KIND: Final = "audit"
COMMITTED, DRAWN, LOOK = "audit.committed", "audit.drawn", "audit.look"
FOUND, ANSWERED = "audit.found", "audit.answered"
SAID: Final = "random sample of the trail"


def register() -> None:
    """Add the purpose for which auditors look: nothing of a person is seen in full."""
    purposes.register(
        PurposeKind(
            code=KIND,
            label=gettext_lazy("Auditing a random sample"),
            allows={LOOK: frozenset({AUDITOR})},
            sees=frozenset(),
            refers=_refers,
        )
    )


def purpose(sample: UUID) -> Purpose:
    """Return the purpose of looking at a sample."""
    return Purpose(KIND, SAID, str(sample))


def agencies_for(*, by: User) -> tuple[bool, frozenset[str]]:
    """Return whether an auditor may draw from all agencies at once, and the names of those they may draw from."""
    everywhere, found = audited_by(user=by)
    return everywhere, frozenset(one.name for one in found)


def open_to(*, by: User, sample: Sample) -> bool:
    """Return whether a sample is this auditor's own, and all it draws from lies in their area today.

    One of all agencies lies nowhere in particular, so where it lies would not tell.
    """
    return sample.by_id == by.pk and may_audit(user=by, agency=sample.agency)


def drawn_entry(*, by: User, number: int) -> DrawnEntry:
    """Return a drawn entry of a sample that is open to this auditor.

    :raises SampleUnknown: there is none.
    """
    found = entries.drawn_entry(number=number, by_id=by.pk)
    if not open_to(by=by, sample=entries.sample_of(uuid=found.sample)):
        raise SampleUnknown
    return found


@transaction.atomic
def commit(*, by: User, wanted: Wanted, words: str, now: datetime) -> UUID:
    """Return the sample that an auditor says they will draw, before anybody can know which entries that will be.

    :raises PurposeRefused: no auditor, or the agency lies outside their area; the refusal is kept.
    """
    everywhere, named = agencies_for(by=by)
    if not (everywhere or wanted.agency in named):
        why = "scope" if named else "role"
        trail.refuse(by=by, action=COMMITTED, purpose=Purpose(KIND, SAID), why=why, at=now)
        raise PurposeRefused(why)
    made = trail.commit(by=by, wanted=wanted, words=words, at=now)
    detail = {
        "sample": str(made.uuid),
        "agency": wanted.agency,
        "action": wanted.action,
        "since": wanted.since.isoformat(),
        "until": wanted.until.isoformat(),
        "number": wanted.number,
        "nonce": bytes(made.nonce).hex(),
        "record": made.record,
    }
    trail.record(by=by, action=COMMITTED, purpose=SAID, detail=detail, at=now)
    return made.uuid


@transaction.atomic
def draw(*, by: User, sample: UUID, now: datetime) -> None:
    """Draw a sample whose seed the ledger has completed by now.

    :raises SampleUnknown: none such is open to this auditor. :raises SeedWaits: wait a minute.
    """
    said = entries.sample_of(uuid=sample)
    if not open_to(by=by, sample=said):
        raise SampleUnknown
    before = said.drawn_at
    drawn = trail.draw_sample(by=by, uuid=sample, at=now)
    if before is None:
        halves = {"root": bytes(drawn.root or b"").hex(), "list": bytes(drawn.digest or b"").hex()}
        detail = {"sample": str(sample), "candidates": drawn.candidates, **halves}
        trail.record(by=by, action=DRAWN, purpose=SAID, detail=detail, at=now)


@transaction.atomic
def judge(*, by: User, number: int, finding: str, note: str, now: datetime) -> DrawnEntry:
    """Return a drawn entry judged; a questionable one is a question to its agency from now on.

    :raises SampleUnknown: none is open to this auditor. :raises WordsMissing: what is questionable needs a sentence.
    """
    drawn_entry(by=by, number=number)
    found = trail.judge(by=by, number=number, finding=finding, note=note, at=now)
    detail = {"sample": str(found.sample), "entry": str(found.entry.uuid), "finding": finding}
    trail.record(by=by, action=FOUND, purpose=SAID, detail=detail, at=now)
    return found


@transaction.atomic
def answer(*, by: User, number: int, words: str, now: datetime) -> DrawnEntry:
    """Return a questionable entry answered by a manager of its agency.

    :raises SampleUnknown: none of this manager's agency waits. :raises WordsMissing: nothing is said.
    """
    agency = by.agency.name if by.agency and AGENCY_MANAGER in roles_of(by) else ""
    found = trail.reply(by=by, agency=agency, number=number, words=words, at=now)
    detail = {"sample": str(found.sample), "entry": str(found.entry.uuid)}
    trail.record(by=by, action=ANSWERED, purpose=SAID, detail=detail, at=now)
    return found


def _refers(reference: str, account: int) -> bool:
    """Return whether it is a sample that this auditor drew, of agencies that lie in their area still."""
    try:
        found = entries.sample_of(uuid=UUID(reference))
    except (ValueError, SampleUnknown):
        return False
    by = User.objects.filter(pk=account).first()
    return by is not None and found.drawn_at is not None and open_to(by=by, sample=found)
