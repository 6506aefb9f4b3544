"""What of this room ends when a backup is restored: sessions, codes, offers, approvals that nobody has used yet."""

from jejak.access import actions
from jejak.store import reopening


def register() -> None:
    """Register all of it, from the app's ``ready``."""
    reopening.register("sessions", actions.end_sessions)
    reopening.register("codes that bind a browser", actions.end_bind_codes)
    reopening.register("invitations of staff", actions.end_invitations)
    reopening.register("open or unused requests", actions.end_requests)
