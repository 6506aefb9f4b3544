"""What hangs on a line that was closed when two records became one: its notices, disputes and follow-up live on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from tracing.notified import Reader
from tracing.telling import sent, traced
from tracing.test_persons import joined

from jejak.kernel import clock
from jejak.people.models import Merge
from jejak.tracing import actions
from jejak.tracing.errors import DisputeUnknown
from jejak.tracing.models import Contact, ContactEvent, FollowUp, Notice, NoticeDispute, SaidContact
from jejak.tracing.queries import disputes, notices
from jejak.tracing.queries.disputes import Asked
from jejak.tracing.queries.lines import lines_of, open_line

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db

STAY, FREE = "Tinggal di rumah sehingga", "tidak perlu tinggal di rumah"


@pytest.fixture
def told(case: Town, office: Office) -> list[Notice]:
    """Notices to Razak and to Tan, who are followed up."""
    traced(case, office)
    found = [Contact.objects.get(person=case.persons[name]) for name in ("Razak bin Abu", "Tan Mei Ling")]
    for one in found:
        sent(office, one)
    return [Notice.objects.get(contact=one) for one in found]


def united(case: Town, office: Office) -> tuple[Notice, Contact]:
    """Read both as one; return the notice of the line that was closed, and the line that stays."""
    joined(office, case.persons["Razak bin Abu"], case.persons["Tan Mei Ling"])
    lost = Notice.objects.get(contact__closed_at__isnull=False)
    kept = Contact.objects.get(person__in=[case.persons[n] for n in ("Razak bin Abu", "Tan Mei Ling")], closed_at=None)
    return lost, kept


def proved(notice: Notice) -> Reader:
    reader = Reader(Client(), notice)
    reader.prove()
    return reader


def test_the_notice_of_a_closed_line_says_what_the_line_that_stays_says(
    told: list[Notice], case: Town, office: Office
) -> None:
    lost, _kept = united(case, office)
    page = Reader(Client(), lost).page()
    assert STAY in page
    assert FREE not in page


def test_whoever_reads_it_says_there_how_they_are(told: list[Notice], case: Town, office: Office) -> None:
    lost, kept = united(case, office)
    reader = proved(lost)
    assert "/today/" in reader.page()
    answer = reader.client.post(f"{reader.address}today/", {"well": "no", "symptoms": ["fever"], "test": ""})
    assert answer.status_code == 302, answer.content.decode()
    assert FollowUp.objects.get(contact=kept).ill
    assert "Demam" in reader.client.get(f"{reader.address}today/").content.decode()


def test_what_they_dispute_there_is_listed_and_decided_on_the_line_that_stays(
    told: list[Notice], case: Town, office: Office
) -> None:
    lost, kept = united(case, office)
    assert proved(lost).says("not-there").status_code == 302
    (line,) = disputes.waiting(asked=Asked(), by=office.officer).lines
    assert (line.contact, disputes.open_disputes(by=office.officer)) == (kept, 1)
    assert [one.dispute for one in disputes.disputes_of(kept)] == [line.dispute]
    shown = actions.show_dispute(uuid=line.dispute.uuid, by=office.officer, at=clock.now())
    assert (shown.contact, bool(shown.changes)) == (kept, True)
    minutes = kept.exposures.get(ended_at=None).minutes
    actions.decide_dispute(uuid=line.dispute.uuid, outcome="corrected", by=office.officer, at=clock.now())
    assert kept.exposures.get(ended_at=None).minutes < minutes
    assert ContactEvent.objects.filter(contact=kept, kind="dispute-decided").exists()


def test_what_was_disputed_before_is_listed_after(told: list[Notice], case: Town, office: Office) -> None:
    for one in told:
        proved(one).says("not-there")
    _lost, kept = united(case, office)
    found = disputes.waiting(asked=Asked(), by=office.officer)
    assert (found.total, disputes.open_disputes(by=office.officer)) == (2, 2)
    assert {line.contact for line in found.lines} == {kept}
    for line in found.lines:
        actions.decide_dispute(uuid=line.dispute.uuid, outcome="kept", by=office.officer, at=clock.now())
    assert disputes.open_disputes(by=office.officer) == 0


def test_the_officers_pages_lead_to_the_line_that_stays(told: list[Notice], case: Town, office: Office) -> None:
    lost, kept = united(case, office)
    proved(lost).says("not-there")
    one, client = NoticeDispute.objects.get(), Client()
    client.force_login(office.officer)
    assert f"/tracing/work/disputes/{one.uuid}/" in client.get("/tracing/work/disputes/").content.decode()
    assert f"/tracing/work/{kept.uuid}/" in client.get(f"/tracing/work/disputes/{one.uuid}/").content.decode()
    contact = client.get(f"/tracing/work/{kept.uuid}/").content.decode()
    assert f"/tracing/work/disputes/{one.uuid}/" in contact
    answer = client.post(f"/tracing/work/disputes/{one.uuid}/", {"outcome": "kept"})
    assert answer.headers["Location"] == f"/tracing/work/{kept.uuid}/"


def test_notices_of_both_stand_on_the_contacts_page(told: list[Notice], case: Town, office: Office) -> None:
    _lost, kept = united(case, office)
    assert {one.notice for one in notices.of_contact(contact=kept)} == set(told)


def test_all_notices_are_withdrawn_when_nothing_is_left(told: list[Notice], case: Town, office: Office) -> None:
    _lost, kept = united(case, office)
    said = [proved(notice).says("not-there", number=number) for notice in told for number in (1, 2)]
    assert [one.status_code for one in said] == [302, 302, 302, 404], "two stays of Razak's, one of Tan's"
    for one in NoticeDispute.objects.order_by("pk"):
        actions.decide_dispute(uuid=one.uuid, outcome="corrected", by=office.officer, at=clock.now())
    assert not kept.exposures.filter(ended_at=None).exists()
    assert {one.withdrawn_why for one in Notice.objects.all()} == {"corrected"}
    assert FollowUp.objects.get(contact=kept).ended_why == "not-exposed"


def test_read_apart_again_each_has_their_own(told: list[Notice], case: Town, office: Office) -> None:
    lost, kept = united(case, office)
    proved(lost).says("not-there")
    Merge.objects.update(undone_at=clock.now(), undone_by=office.officer)
    with pytest.raises(DisputeUnknown):
        disputes.dispute(uuid=NoticeDispute.objects.get().uuid, by=office.officer)
    assert not disputes.disputes_of(kept)


def test_whom_an_interview_named_and_the_log_knows_later_reads_the_line_that_stays(
    told: list[Notice], case: Town, office: Office
) -> None:
    kept, now = told[0].contact, clock.now()
    named = SaidContact.objects.create(
        case=office.cases[0], relation="household", name_sealed=b"x", phone_sealed=b"x", said_by="case", first_day=now,
        last_day=now, added_by=office.officer, added_at=now,
    )  # fmt: skip
    facts = {"first": kept.first, "last": kept.last, "tier": 1, "found_at": now, "released_at": now}
    line = Contact.objects.create(said=named, agency=office.agency, disease=kept.disease, **facts)
    SaidContact.objects.filter(pk=named.pk).update(person=kept.person_id)
    assert open_line(line) == line, "it is open"
    Contact.objects.filter(pk=line.pk).update(closed_at=now)
    line.refresh_from_db()
    assert open_line(line) == kept
    assert lines_of(kept) == [kept.pk, line.pk]


def test_the_follow_up_that_stays_heeds_what_the_other_one_heard_and_was_given(
    told: list[Notice], case: Town, office: Office
) -> None:
    razak, tan = (FollowUp.objects.get(contact=one.contact) for one in told)
    later = max(razak.until, tan.until) + timedelta(days=3)
    FollowUp.objects.filter(pk=razak.pk).update(
        ill=True, facts={"symptoms": True}, facts_from="contact", until=later, quarantine_until=later,
        extended_until=later, extended_apart=True,
    )  # fmt: skip
    FollowUp.objects.filter(pk=tan.pk).update(facts={"vaccination": "full", "symptoms": False}, facts_from="document")
    versions = {row.contact_id: row.version for row in (razak, tan)}
    _lost, kept = united(case, office)
    row = FollowUp.objects.get(contact=kept)
    assert (row.ill, row.facts) == (True, {"symptoms": True, "vaccination": "full"})
    assert (row.until, row.quarantine_until) == (later, later)
    assert row.version > versions[kept.pk]
