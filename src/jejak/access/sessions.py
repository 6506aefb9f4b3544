"""How long staff stay signed in, and when an account was last used.

Source: NIST SP 800-63B section 4.2.3 (AAL2): 12 hours at most, 30 minutes without activity.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils.translation import gettext as _

from jejak.access.models import User
from jejak.access.rules import AccountKind, session_over
from jejak.kernel.clock import now as clock_now

if TYPE_CHECKING:
    from django.http import HttpRequest

SIGNED_IN: Final = "jejak_signed_in"
SEEN: Final = "jejak_seen"
PROVED: Final = "jejak_second_factor"
"""Says of a session that the agency's provider asked for several factors; the next sign-in takes it away."""
EXACT: Final = timedelta(minutes=1)
"""How exactly use is noted; a request within this time of the last one writes nothing."""


@receiver(user_logged_in)
def begin(request: HttpRequest, user: User, **_more: object) -> None:
    """Note when a session began."""
    moment = clock_now()
    request.session.pop(PROVED, None)
    request.session[SIGNED_IN] = request.session[SEEN] = moment.timestamp()
    User.objects.filter(pk=user.pk).update(seen_at=moment)


def over(request: HttpRequest, *, now: datetime) -> bool:
    """Return whether a staff session has just been ended because of its age; else note that it was used."""
    user = request.user
    if not isinstance(user, User):
        return False
    began, seen = _moment(request, SIGNED_IN, now), _moment(request, SEEN, now)
    old = session_over(signed_in=began, seen=seen, now=now)
    ended = user.signed_out_at is not None and began < user.signed_out_at
    if user.kind == AccountKind.STAFF and (old or ended):
        logout(request)
        messages.info(request, _("You were signed out because this session was old. Nothing was lost: sign in again."))
        return True
    if now - seen >= EXACT or SEEN not in request.session:
        request.session[SEEN] = now.timestamp()
        request.session.setdefault(SIGNED_IN, now.timestamp())
        User.objects.filter(pk=user.pk).update(seen_at=now)
    return False


def _moment(request: HttpRequest, name: str, otherwise: datetime) -> datetime:
    stamp = request.session.get(name)
    return otherwise if stamp is None else datetime.fromtimestamp(stamp, UTC)
