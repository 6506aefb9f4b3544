"""Following one contact up at an officer's word: on record, and for whoever may work on them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from tracing.contacts import contacts

from jejak.access import actions as access
from jejak.access.errors import AccessError
from jejak.access.rules import AgencyKind
from jejak.kernel import clock
from jejak.tracing import actions
from jejak.tracing.errors import ContactHeld, ContactUnknown
from jejak.tracing.models import FollowUp
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

    from jejak.tracing.models import Contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(town: Town, office: Office) -> Contact:
    """A contact whom nobody follows yet."""
    (made,) = contacts(office, town, 1)
    return made


def test_it_begins_once_and_is_on_record_with_whom_it_is_about(client: Any, office: Office, one: Contact) -> None:
    client.force_login(office.officer)
    address = reverse("tracing:follow-start", args=[one.uuid])
    assert [client.post(address).status_code for _ in range(2)] == [302, 302]
    assert FollowUp.objects.get().contact_id == one.pk
    found = Entry.objects.filter(action="tracing.followed")
    assert [entry.subjects.get().person_id for entry in found] == [one.person_id] * 2
    assert one.events.filter(kind="followed").count() == 1


def test_whoever_is_of_another_office_finds_nobody(client: Any, office: Office, one: Contact) -> None:
    stranger = office.colleague("Lim Lain")
    stranger.agency = access.add_agency(name="Pejabat Lain", kind=AgencyKind.HEALTH, now=clock.now())
    stranger.save()
    client.force_login(stranger)
    assert client.post(reverse("tracing:follow-start", args=[one.uuid])).status_code == 404
    with pytest.raises(ContactUnknown):
        actions.start_follow_up(uuid=one.uuid, by=stranger, at=clock.now())
    assert not FollowUp.objects.exists()


def test_whoever_is_no_health_officer_follows_nobody_up(office: Office, one: Contact) -> None:
    clinician = office.colleague("Chong Klinik", role="clinician")
    with pytest.raises(AccessError):
        actions.start_follow_up(uuid=one.uuid, by=clinician, at=clock.now())
    assert not FollowUp.objects.exists()


def test_while_a_colleague_is_at_it_nothing_begins(client: Any, office: Office, one: Contact) -> None:
    actions.hold(uuid=one.uuid, version=one.version, by=office.colleague("Siti Rakan"), at=clock.now())
    with pytest.raises(ContactHeld):
        actions.start_follow_up(uuid=one.uuid, by=office.officer, at=clock.now())
    client.force_login(office.officer)
    assert client.post(reverse("tracing:follow-start", args=[one.uuid])).status_code == 302
    assert not FollowUp.objects.exists()
