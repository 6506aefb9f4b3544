"""A search that was refused is on record and nowhere else: no page stumbles over it, and nobody goes on with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from jejak.kernel import clock
from jejak.tracing import queries, records
from jejak.tracing.errors import CaseUnknown, SearchUnknown
from jejak.tracing.purposes import refers
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(officer: User, demo_node: None) -> Entry:
    """A search for a case that is nobody's here, and a page of a search that is not there."""
    from uuid import uuid4

    from jejak.tracing import actions

    with pytest.raises(CaseUnknown):
        actions.case_for(text="K2026-000000", by=officer, purpose="Kes tidak wujud", at=clock.now())
    with pytest.raises(SearchUnknown):
        actions.opened(uuid=uuid4(), kind=records.CONTACTS, by=officer, at=clock.now())
    assert Entry.objects.filter(action=records.SHOWN).exclude(refused="").count() == 1
    return Entry.objects.exclude(refused="").get(action=records.SEARCHED)


@pytest.mark.parametrize("page", ["tracing:start", "tracing:premises"])
def test_the_page_to_search_from_opens_after_a_refused_search(officer_client: Any, refused: Entry, page: str) -> None:
    assert officer_client.get(reverse(page)).status_code == 200


def test_nobody_goes_on_with_a_refused_search(officer: User, refused: Entry) -> None:
    assert queries.recent(by=officer) == ()
    assert not refers(str(refused.uuid), officer.pk)
    with pytest.raises(SearchUnknown):
        queries.search(uuid=refused.uuid, kind=records.CONTACTS, by=officer)
