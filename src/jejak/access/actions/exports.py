"""Files of other people's data: made at the asking and sealed, approved by somebody else, taken by whoever asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from django.db import connections, transaction
from django.utils.translation import gettext as _

from jejak.access import purposes
from jejak.access.actions.looks import look as open_look
from jejak.access.actions.permits import ANYWHERE
from jejak.access.actions.requests import ask
from jejak.access.entries import EXPORT
from jejak.access.errors import ExportAltered, ExportClosed, UnknownExport
from jejak.access.manifests import FORMS, ExportFile, State, alone, capped, state_of, watermark, written
from jejak.access.models import Export, Request, User
from jejak.access.queries.exports import facts_of
from jejak.access.records import export_record, manifest
from jejak.kernel.ids import uuid7_at
from jejak.kernel.places import local_day, local_midnight
from jejak.kernel.sealing import SealBroken, blind_index, sealer
from jejak.ledger import actions as ledger
from jejak.ledger import queries as ledger_queries
from jejak.ledger.errors import EntryUnknown
from jejak.store.retention import Gone
from jejak.trail.rules import Purpose

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from jejak.access.actions.looks import Look
    from jejak.access.manifests import Draft
    from jejak.access.second import Ended

KIND: Final = "export"
TABLE, CONTENT, PERSONS = "access_export", "content", "persons"
_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class MadeExport:
    """A file just made: handed out at once, or ``file`` is ``None`` until somebody else has approved it."""

    uuid: UUID
    request: UUID | None
    file: ExportFile | None


def make_export(*, look: Look, draft: Draft, form: str, at: datetime) -> MadeExport:
    """Return a file made of a draft under an open look; the look then says whom it shows, nobody while it waits.

    The same rows asked for again while they wait are the same file.

    :raises ExportTooLarge: more than 5,000 rows. :raises ReasonMissing: the purpose says too little.
    """
    by = User.objects.select_for_update().get(pk=look.by.pk)  # two clicks at once make one file
    rows = capped(draft.rows)
    likeness = blind_index().of("access.export", json.dumps([draft.holds, form, list(draft.heading), rows]))
    waiting = _same(by=by, likeness=likeness, purpose=look.purpose, at=at)
    if waiting is not None:
        look.shows((), detail={"export": str(waiting.uuid)})
        return MadeExport(waiting.uuid, waiting.request.uuid if waiting.request else None, None)
    uuid = uuid7_at(at)
    mark = watermark(export=uuid, name=by.name, day=local_day(at))
    content = written(draft, rows=rows, mark_heading=_("watermark"), mark=mark, form=form)
    made = Export(
        uuid=uuid, holds=draft.holds, action=draft.action, form=form, fields=[*draft.heading, _("watermark")],
        name=f"{draft.stem}-{local_day(at):%Y%m%d}-{uuid.hex[-8:]}.{form}", rows=len(rows), people=draft.counted,
        size=len(content), digest=sha256(content).digest(), likeness=likeness, asked_by=by, agency=by.agency,
        purpose_kind=look.purpose.kind, purpose_text=str(look.purpose), purpose_reference=look.purpose.reference,
        made_at=at,
    )  # fmt: skip
    detail = {"export": str(uuid), "rows": made.rows, "sha256": made.digest.hex(), "bytes": made.size}
    if alone(draft):
        _put_on_record(made, expires_at=at)
        look.shows(draft.people | draft.also, detail=detail)
        return MadeExport(uuid, None, _file(made, content))
    _seal(made, content=content, persons=draft.people | draft.also)
    made.request = ask(by=by, kind=KIND, what=manifest(made), reason=made.purpose_text, now=at)
    made.save()
    look.shows((), detail=detail | {"request": str(made.request.uuid)})
    return MadeExport(uuid, made.request.uuid, None)


def take_export(*, by: User, uuid: UUID, at: datetime) -> ExportFile:
    """Return an approved file to whoever asked for it, exactly as it was approved; the trail names whom it names, once.

    :raises UnknownExport: this account asked for no such file. :raises ExportClosed: it may not be taken (any more).
    :raises ExportAltered: bytes or manifest are not those that were approved.
    :raises PurposeRefused: the asker's role does not allow it any more. :raises BudgetSpent: too many people in a day.
    """
    with transaction.atomic():
        found = _locked(by=by, uuid=uuid)
        state = state_of(facts_of(found), now=at)
        if state is not State.READY:
            raise ExportClosed(state.value)
        content, persons = _opened(found)
        purpose = Purpose(found.purpose_kind, found.purpose_text, found.purpose_reference)
        kind = purposes.kinds().get(purpose.kind)
        where = kind.lies(purpose.reference) if kind else ANYWHERE  # roles may reach less far than when it was made
        with open_look(by=by, action=found.action, purpose=purpose, scope=where, at=at) as look:
            first = found.taken_at is None
            taken = {
                "export": str(uuid),
                "rows": found.rows,
                "sha256": bytes(found.digest).hex(),
                "time": found.taken + 1,
            }
            look.shows(persons if first else (), detail=taken)
        if first:
            found.taken_at = at
            Request.objects.filter(export=found).update(used_at=at)
        found.taken += 1
        found.save(update_fields=["taken_at", "taken"])
        return _file(found, content)


def settle(ended: Ended) -> None:
    """Let a file be taken that was approved, or destroy its bytes; in the transaction that decides."""
    found = Export.objects.select_for_update().get(request__uuid=ended.uuid)
    if ended.decision == "approved":
        found.decided_by_id, found.decided_agency_id = ended.by, ended.agency
        _put_on_record(found, expires_at=ended.expires_at)
    else:
        destroy(found, at=ended.at)


def destroy(export: Export, *, at: datetime) -> None:
    """Destroy the bytes of a file; its manifest stays."""
    export.content_sealed, export.persons_sealed, export.destroyed_at = None, None, at
    export.save(update_fields=["content_sealed", "persons_sealed", "destroyed_at"])


def destroy_over(*, now: datetime) -> int:
    """Return how many approved files that nobody may take any more were destroyed."""
    over = Export.objects.filter(expires_at__lte=now, content_sealed__isnull=False).values_list("pk", flat=True)
    done = 0
    for number in list(over[:_AT_ONCE]):
        with transaction.atomic():
            found = Export.objects.select_for_update().filter(pk=number, content_sealed__isnull=False).first()
            if found is not None:
                destroy(found, at=now)
                done += 1
    return done


def _same(*, by: User, likeness: bytes, purpose: Purpose, at: datetime) -> Export | None:
    """Return the file of the same rows, for the same purpose, that waits already."""
    alike = Export.objects.filter(
        asked_by=by, likeness=likeness, purpose_text=str(purpose), content_sealed__isnull=False
    )
    waiting = alike.filter(purpose_reference=purpose.reference, request__decision="", request__expires_at__gt=at)
    return waiting.select_related("request").first()


def _locked(*, by: User, uuid: UUID) -> Export:
    # The request first, as whoever decides has it: an approval and a download never wait for each other in a circle.
    Request.objects.select_for_update(of=("self",)).filter(export__uuid=uuid, asked_by=by).first()
    rows = Export.objects.select_for_update(of=("self",)).select_related("request")
    found = rows.filter(uuid=uuid, asked_by=by).first()
    if found is None:
        raise UnknownExport
    return found


def _seal(export: Export, *, content: bytes, persons: frozenset[int]) -> None:
    seal = sealer().seal_bytes
    export.content_sealed = seal(table=TABLE, column=CONTENT, row=export.uuid, data=content)
    numbers = json.dumps(sorted(persons)).encode()
    export.persons_sealed = seal(table=TABLE, column=PERSONS, row=export.uuid, data=numbers)


def _opened(export: Export) -> tuple[bytes, list[int]]:
    """Return the bytes and whom they name, if both and the manifest are what the ledger committed to."""
    opened = sealer().unseal_bytes
    try:
        content, persons = (
            opened(table=TABLE, column=column, row=export.uuid, sealed=bytes(sealed or b""))
            for column, sealed in ((CONTENT, export.content_sealed), (PERSONS, export.persons_sealed))
        )
        kept = ledger_queries.entry(export.record or 0)
    except (SealBroken, EntryUnknown):
        raise ExportAltered from None
    if sha256(content).digest() != bytes(export.digest) or kept.record != export_record(export):
        raise ExportAltered
    return content, json.loads(persons)


def _put_on_record(export: Export, *, expires_at: datetime) -> None:
    """Keep that a file may be taken, with its entry in the ledger's outbox."""
    export.expires_at = expires_at
    export.record = ledger.append(kind=EXPORT, record=export_record(export))
    export.save()


def _file(export: Export, content: bytes) -> ExportFile:
    return ExportFile(export.name, FORMS[export.form], content, export.rows, bytes(export.digest).hex())


def past_bytes(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:  # noqa: ARG001 - as every class is run
    """Return how many files' bytes were destroyed for their age; those refused or over went at once."""
    before = local_midnight(on - timedelta(days=days))
    old = Export.objects.filter(made_at__lt=before, content_sealed__isnull=False)
    if dry_run:
        return [Gone("files", old.count())]
    gone = {"content_sealed": None, "persons_sealed": None, "destroyed_at": local_midnight(on)}
    return [Gone("files", old.update(**gone))]


def past_manifests(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:  # noqa: ARG001 - likewise
    """Return how many manifests went, with times on call of those days."""
    before = local_midnight(on - timedelta(days=days))
    if dry_run:
        return [Gone("manifests", Export.objects.filter(made_at__lt=before).count())]
    with connections["retention"].cursor() as cursor:
        cursor.execute("select access_forget_exports(%s)", [before])
        row = cursor.fetchone()
    return [Gone("manifests", int(row[0]) if row else 0)]
