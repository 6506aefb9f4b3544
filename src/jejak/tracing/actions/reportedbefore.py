"""What a reporter said of cases before, and telling the officers of a case what is said otherwise later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from jejak.tracing import caserules, sealed
from jejak.tracing.actions.events import event_of
from jejak.tracing.caserules import DIFFERS
from jejak.tracing.models import Case, CaseEvent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from jejak.access.actions import User
    from jejak.tracing.caserules import Given, Reason

TABLE: Final = "tracing_case"


def as_given(row: Case) -> Given:
    """Return a case as a report would say it now."""

    def text(column: str) -> str:
        return sealed.opened(getattr(row, f"{column}_sealed"), table=TABLE, column=column, row=row.uuid)

    paper = sealed.document_of(text("document"))
    document = (paper.kind, paper.number, paper.country) if paper else None
    return caserules.Given(
        name=text("name"), phone=text("phone"), document=document, onset=row.onset, sample=row.sample,
        reference=row.reference, classification=row.classification,
    )  # fmt: skip


def first_said(rows: Iterable[Case]) -> dict[int, Given]:
    """Return cases as they were reported, whatever officers changed since: of that their reporter learns nothing."""
    of = {row.pk: row for row in rows}
    told = CaseEvent.objects.filter(case__in=list(of), kind="reported").values_list("case", "facts")
    return {
        case: replace(
            as_given(of[case]), classification=facts["classification"],
            onset=_day(facts["onset"]), sample=_day(facts["sample"]),
        )
        for case, facts in told
    }  # fmt: skip


def tell_differing(against: Iterable[tuple[int, tuple[Reason, ...]]], *, by: User, at: datetime) -> None:
    """Write in each case's history what was reported of it otherwise: whoever handles it decides which is right."""
    said = {case: why for case, why in against if any(DIFFERS in reason for reason in why)}
    CaseEvent.objects.bulk_create(
        event_of(row, kind="reported-again", by=by, at=at, note=json.dumps(said[row.pk]))
        for row in Case.objects.filter(pk__in=list(said)).order_by("pk")
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
