"""What the ledger commits to of a request that ended and of a file that may be taken, made from their rows alone."""

from __future__ import annotations

import json
from datetime import UTC
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jejak.access.models import Agency, Export, Request, User


def digest_of(kind: str, what: Mapping[str, object]) -> bytes:
    """Return the digest of what was asked for, which an approval covers."""
    return sha256(json.dumps([kind, what], sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def approval_record(request: Request) -> dict[str, Any]:
    """Return what is committed to of a request that ended; what it is about is reckoned anew."""
    return {
        "request": str(request.uuid),
        "kind": request.kind,
        "digest": digest_of(request.kind, request.what).hex(),
        "asked_by": str(request.asked_by.uuid),
        "asked_agency": _agency(request.agency),
        "asked_at": _moment(request.asked_at),
        "decision": request.decision,
        "decided_by": _account(request.decided_by),
        "decided_agency": _agency(request.decided_agency),
        "decided_at": _moment(request.decided_at),
        "expires_at": _moment(request.expires_at),
        "said": said(request.reason, request.note),
    }


def manifest(export: Export) -> dict[str, Any]:
    """Return what somebody who decides reads of a file: all but who decided and until when."""
    return {
        "export": str(export.uuid),
        "holds": export.holds,
        "file": export.name,
        "form": export.form,
        "fields": list(export.fields),
        "rows": export.rows,
        "people": export.people,
        "bytes": export.size,
        "sha256": bytes(export.digest).hex(),
        "purpose": [export.purpose_kind, export.purpose_reference],
        "made_at": _moment(export.made_at),
    }


def export_record(export: Export) -> dict[str, Any]:
    """Return what is committed to of a file that may be taken; the purpose's words only as a digest."""
    return {
        **manifest(export),
        "said": said(export.purpose_text),
        "action": export.action,
        "asked_by": str(export.asked_by.uuid),
        "asked_agency": _agency(export.agency),
        "decided_by": _account(export.decided_by),
        "decided_agency": _agency(export.decided_agency),
        "expires_at": _moment(export.expires_at),
    }


def said(*texts: str) -> str:
    """Return the digest of what people wrote: words may hold a name, and the ledger's records must not."""
    return sha256("\0".join(texts).encode()).hexdigest()


def _account(user: User | None) -> str | None:
    return str(user.uuid) if user else None


def _agency(agency: Agency | None) -> str | None:
    return str(agency.uuid) if agency else None


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else None
