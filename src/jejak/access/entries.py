"""What approvals and exports tell the ledger; neither is published."""

from jejak.ledger.rules import Kind

APPROVAL = Kind(4, "access.approval")
"""How a request ended: ``{"request": …, "kind": "export", "digest": "<64 hex digits>", "asked_by": …,
"asked_agency": …, "asked_at": …, "decision": "approved", "decided_by": …, "decided_agency": …, "decided_at": …,
"expires_at": …, "said": …}``. Accounts and agencies are UUIDs or null, ``digest`` covers what was asked for, ``said``
the words of both sides."""

EXPORT = Kind(5, "access.export")
"""The manifest of a file that may be taken out: ``{"export": …, "action": …, "holds": …, "file": …, "form": …,
"fields": […], "rows": …, "people": …, "bytes": …, "sha256": …, "purpose": …, "said": …, "asked_by": …,
"asked_agency": …, "decided_by": …, "decided_agency": …, "made_at": …, "expires_at": …}``."""
