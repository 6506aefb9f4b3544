"""What approvals and exports tell the ledger; neither is published."""

from jejak.ledger.rules import Kind

APPROVAL = Kind(4, "access.approval")
"""``{"request": …, "kind": "export", "digest": "<64 hex digits>", "asked_by": …, "asked_agency": …, "asked_at": …,
"decision": "approved", "decided_by": … or null, "decided_agency": …, "decided_at": …, "expires_at": …, "said": …}``:
how a request ended. Accounts and agencies are UUIDs, ``digest`` covers what was asked for, ``said`` both sides' words."""

EXPORT = Kind(5, "access.export")
"""The manifest of a file that may be taken out: ``{"export": …, "request": … or null, "holds": …, "file": …, "form": …,
"fields": […], "rows": …, "people": …, "bytes": …, "sha256": …, "purpose": …, "asked_by": …, "asked_agency": …,
"decided_by": … or null, "decided_agency": …, "made_at": …, "expires_at": …}``."""
