"""Following one contact up at an officer's word, on record with whom it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.access import actions as access
from jejak.people import queries as people
from jejak.tracing.actions.following import start_follow_ups
from jejak.tracing.errors import ContactHeld, FollowUpRefused
from jejak.tracing.queries import sources, work
from jejak.tracing.runpurposes import FOLLOWED, contact_purpose

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import User


def start_follow_up(*, uuid: UUID, by: User, at: datetime) -> bool:
    """Follow a contact up from today, whether or not a notice was sent; return whether that began only now.

    :raises ContactUnknown: it is none of this account's office. :raises ContactHeld: a colleague is at it.
    :raises FollowUpRefused: a case may have been infected where they were, and none exposed them.
    :raises AccessError: this account may not.
    """
    contact = work.contact(uuid=uuid, by=by)
    with access.look(by=by, action=FOLLOWED, purpose=contact_purpose(contact), at=at) as look:
        if work.is_held(contact, by=by, at=at):
            raise ContactHeld
        if sources.among([contact.pk]):
            raise FollowUpRefused("source")
        look.shows(people.together([contact.person_id]) if contact.person_id else (), detail={"contact": str(uuid)})
        return start_follow_ups(contacts=[contact], by=by, at=at) > 0
