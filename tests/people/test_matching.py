"""Persons who exist twice: proposed, read as one when two people agree, and apart again with nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from people.twice import (
    BORN,
    MYKAD,
    NOW,
    STEWARDS,
    approved_merge,
    approved_undoing,
    person,
    proposal,
    show,
    steward,
)
from racing import at_once, kinds

from jejak.access import actions as access
from jejak.access.errors import PurposeRefused, ReasonMissing, RequestRefused, UnknownRequest
from jejak.access.models import User
from jejak.access.rules import AccountKind
from jejak.people import counter, documents, identity, matching, merging
from jejak.people.errors import MergeRefused, UnknownProposal
from jejak.people.models import Matched, Merge, Person, Proposal
from jejak.people.queries import same_as, together
from jejak.trail.models import Entry, Subject
from jejak.visits import actions as visits


class TestFinding:
    """Who is proposed."""

    pytestmark = pytest.mark.django_db

    def test_one_name_written_twice_behind_one_number_is_proposed_once(self) -> None:
        one, other = person("Ali bin Abu"), person("Ali Abu")
        assert matching.find(persons=[other], now=NOW) == 1
        assert matching.find(persons=[one, other], now=NOW) == 0
        found = Proposal.objects.get()
        assert (found.one_id, found.other_id, found.score, found.reasons) == (one, other, 70, ["phone", "name"])

    def test_a_family_behind_one_number_is_not(self) -> None:
        for name in ("Ali bin Abu", "Siti binti Hassan", "Amir bin Ali", "Amira binti Ali", "Abu bin Ali"):
            person(name)
        assert matching.find(persons=Person.objects.values_list("pk", flat=True), now=NOW) == 0

    def test_a_number_with_more_names_than_a_family_has_is_nobodys_double(self) -> None:
        for number in range(matching.LARGEST_BLOCK + 1):
            person(f"Ali bin Abu {'abcdefghijklmnopqrstuvwxyz'[number]}")
        assert matching.find(persons=Person.objects.values_list("pk", flat=True), now=NOW) == 0

    def test_the_same_name_born_in_the_same_year_meets_across_numbers(self) -> None:
        by = steward()
        one, other = person("Ali bin Abu"), person("Ali bin Abu", "011-1111 2222")
        show(one, by=by, birth=BORN)
        show(other, by=by, birth=BORN)
        assert matching.find(persons=[one], now=NOW) == 1
        assert Proposal.objects.get().reasons == ["birth", "name"]

    def test_whoever_conflicts_is_not_proposed(self) -> None:
        by = steward()
        one, other = person("Ali bin Abu"), person("Ali Abu")
        show(one, by=by, birth=BORN)
        show(other, by=by, birth=date(1981, 2, 1))
        assert matching.find(persons=[one], now=NOW) == 0

    def test_a_pair_that_was_kept_apart_is_not_proposed_again(self) -> None:
        one, other = person("Ali bin Abu"), person("Ali Abu")
        matching.find(persons=[one], now=NOW)
        merging.keep_apart(by=steward(), proposal=Proposal.objects.get().uuid, now=NOW)
        assert matching.find(persons=[one, other], now=NOW) == 0
        assert Proposal.objects.get().decision == "different"

    def test_one_document_for_two_opens_again_what_was_kept_apart_before_once(self) -> None:
        by, found = steward(), proposal(person("Ali bin Abu"), person("Siti binti Ali"))
        for _ in range(2):
            merging.keep_apart(by=by, proposal=found.uuid, now=NOW)
            identity.propose_same(person=found.other_id, other=found.one_id, at=NOW)
            found.refresh_from_db()
            assert (found.score, found.reasons) == (100, ["document", "phone", "name"])
        assert found.decision == "different"

    def test_one_document_for_two_who_conflict_changes_nothing(self) -> None:
        found = proposal(person("Ali bin Abu"), person("Siti binti Ali"))
        Proposal.objects.update(decision="vetoed", decided_at=NOW)
        identity.propose_same(person=found.one_id, other=found.other_id, at=NOW)
        found.refresh_from_db()
        assert (found.decision, found.score) == ("vetoed", 70)


class TestTheJob:
    """Who changed since the last run."""

    pytestmark = pytest.mark.django_db

    def test_a_second_run_finds_nothing_new(self) -> None:
        for name in ("Ali bin Abu", "Ali Abu"):
            person(name)
        assert [matching.find_changed(now=NOW) for _ in range(3)] == [1, 0, 0]

    def test_whoever_comes_later_meets_those_who_were_there(self) -> None:
        person("Ali bin Abu")
        assert [matching.find_changed(now=NOW) for _ in range(3)] == [0, 0, 0]
        person("Ali Abu")
        assert matching.find_changed(now=NOW) == 1

    def test_a_row_written_late_is_seen_by_the_run_after(self) -> None:
        late = person("Ali bin Abu")
        row = Person.objects.filter(pk=late)
        kept = row.values("phone_key", "phone_sealed", "door_key")[0]
        row.update(phone_key=None, phone_sealed=None, door_key=None)  # as if its transaction were still going on
        person("Ali Abu")
        assert matching.find_changed(now=NOW) == 0
        row.update(**kept)
        assert matching.find_changed(now=NOW) == 1

    def test_whoever_is_proved_later_is_looked_at_again(self) -> None:
        by = steward()
        one, other = person("Ali bin Abu"), person("Ali bin Abu", "011-1111 2222")
        show(one, by=by, birth=BORN)
        assert [matching.find_changed(now=NOW) for _ in range(3)] == [0, 0, 0]
        show(other, by=by, birth=BORN, at=NOW + timedelta(days=1))
        assert matching.find_changed(now=NOW + timedelta(days=1)) == 1

    def test_what_was_shown_unseen_vetoes_at_the_next_run(self) -> None:
        by = steward()
        one, other = person("Ali bin Abu"), person("Ali Abu")
        assert matching.find_changed(now=NOW) == 1
        show(one, by=by, birth=BORN, check=False)
        show(other, by=by, birth=date(1981, 2, 1), check=False)
        matching.find_changed(now=NOW)
        assert Proposal.objects.get().decision == "vetoed"

    def test_batches_are_gone_through_one_after_another(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(matching, "BATCH", 2)
        for name in ("Ali bin Abu", "Siti binti Hassan", "Tan Ah Kow", "Raju a/l Muthu", "Ali Abu"):
            person(name)
        assert matching.find_changed(now=NOW) == 1

    def test_old_proposals_go_and_merges_stay(self) -> None:
        by, second = steward(), steward("badrul")
        approved_merge(person("Ali bin Abu"), person("Ali Abu"), by=by, second=second)
        proposal(person("Siti binti Hassan"), person("Sitti binti Hassan"))
        on = (NOW + timedelta(days=100)).date()
        gone = matching.past_time(on=on, days=94, dry_run=True, force=False)
        assert [(one.what, one.rows) for one in gone] == [("proposals", 1)]


class TestTwoPeopleAgree:
    """Merging and undoing need two."""

    pytestmark = pytest.mark.django_db

    def test_what_two_agree_on_is_read_as_one(self) -> None:
        one, other = person("Ali bin Abu"), person("Ali Abu")
        by, second = steward(), steward("badrul")
        done = approved_merge(one, other, by=by, second=second)
        assert (done.kept_id, done.merged_id) == (one, other)
        assert same_as([one, other]) == {one: one, other: one}
        assert together([other]) == (one, other)
        assert Proposal.objects.get().decision == "merged"

    def test_whoever_is_better_proved_stays(self) -> None:
        one, other = person("Ali bin Abu"), person("Ali Abu")
        by, second = steward(), steward("badrul")
        show(other, by=by, mykad=MYKAD, birth=BORN)
        assert approved_merge(one, other, by=by, second=second).kept_id == other
        assert same_as([one]) == {one: other}

    def test_nobody_merges_alone(self) -> None:
        found, by = proposal(person("Ali bin Abu"), person("Ali Abu")), steward()
        request = merging.ask_to_merge(by=by, proposal=found.uuid, reason="The same man, seen by me", now=NOW)
        with pytest.raises(RequestRefused, match="own"):
            access.approve(by=by, uuid=request, needed=STEWARDS, now=NOW)
        with pytest.raises(RequestRefused, match="not-approved"):
            merging.merge(by=by, proposal=found.uuid, request=request, now=NOW)
        assert not Merge.objects.exists()

    def test_nobody_undoes_alone(self) -> None:
        by, second = steward(), steward("badrul")
        done = approved_merge(person("Ali bin Abu"), person("Ali Abu"), by=by, second=second)
        request = merging.ask_to_undo(by=by, merge=done.uuid, reason="They are brothers", now=NOW)
        with pytest.raises(RequestRefused, match="not-approved"):
            merging.undo(by=by, merge=done.uuid, request=request, now=NOW)
        with pytest.raises(UnknownRequest):
            merging.undo(by=second, merge=done.uuid, request=request, now=NOW)

    def test_an_approval_covers_just_what_it_was_given_for(self) -> None:
        by, second = steward(), steward("badrul")
        one, other, third = person("Ali bin Abu"), person("Ali Abu"), person("Alii bin Abu")
        found = proposal(one, other)
        request = merging.ask_to_merge(by=by, proposal=found.uuid, reason="The same man, seen by me", now=NOW)
        access.approve(by=second, uuid=request, needed=STEWARDS, now=NOW)
        approved_merge(other, third, by=second, second=by)  # the group is three by now
        with pytest.raises(RequestRefused, match="changed"):
            merging.merge(by=by, proposal=found.uuid, request=request, now=NOW)

    def test_an_approval_covers_no_other_group_of_the_same_size(self) -> None:
        by, second = steward(), steward("badrul")
        one, other, third, fourth = (
            person(name) for name in ("Ali bin Abu", "Ali Abu", "Ali b. Abu Bakar", "Mohd Ali Abu")
        )
        before = approved_merge(other, third, by=by, second=second)
        found = proposal(one, other)
        request = merging.ask_to_merge(by=by, proposal=found.uuid, reason="The same man, seen by me", now=NOW)
        access.approve(by=second, uuid=request, needed=STEWARDS, now=NOW)
        approved_undoing(before.uuid, by=by, second=second)
        approved_merge(other, fourth, by=by, second=second)
        with pytest.raises(RequestRefused, match="changed"):
            merging.merge(by=by, proposal=found.uuid, request=request, now=NOW)
        assert together([one]) == (one,)

    def test_a_merge_needs_a_reason(self) -> None:
        with pytest.raises(ReasonMissing):
            merging.ask_to_merge(
                by=steward(), proposal=proposal(person("Ali"), person("Aly")).uuid, reason=" ", now=NOW
            )

    @pytest.mark.parametrize("role", ["health_officer", "helpdesk_lead", "operator", "auditor"])
    def test_only_stewards_decide(self, role: str) -> None:
        by = access.add_account(email="lain@contoh.example", name="Lain", kind=AccountKind.STAFF, role=role)
        found = proposal(person("Ali bin Abu"), person("Ali Abu"))
        with pytest.raises(PurposeRefused):
            merging.keep_apart(by=by, proposal=found.uuid, now=NOW)
        with pytest.raises(PurposeRefused):
            merging.ask_to_merge(by=by, proposal=found.uuid, reason="The same man, seen by me", now=NOW)

    def test_both_persons_find_it_on_their_trail_with_the_reason(self) -> None:
        one, other = person("Ali bin Abu"), person("Ali Abu")
        approved_merge(one, other, by=steward(), second=steward("badrul"))
        entry = Entry.objects.get(action="people.merge")
        assert sorted(Subject.objects.filter(entry=entry).values_list("person_id", flat=True)) == [one, other]
        assert (entry.kind, entry.reference) == ("merge", str(Proposal.objects.get().uuid))
        assert entry.purpose == "The same man, seen by me"

    def test_what_is_decided_is_decided(self) -> None:
        by, found = steward(), proposal(person("Ali bin Abu"), person("Ali Abu"))
        merging.keep_apart(by=by, proposal=found.uuid, now=NOW)
        with pytest.raises(UnknownProposal):
            merging.keep_apart(by=by, proposal=found.uuid, now=NOW)
        with pytest.raises(UnknownProposal):
            merging.ask_to_merge(by=by, proposal=found.uuid, reason="The same man, seen by me", now=NOW)


class TestVetoes:
    """What somebody shows stands above what was thought."""

    pytestmark = pytest.mark.django_db

    def test_an_open_proposal_is_vetoed_when_a_conflicting_document_is_shown(self) -> None:
        by, found = steward(), proposal(one := person("Ali bin Abu"), other := person("Ali Abu"))
        show(one, by=by, mykad=MYKAD)
        found.refresh_from_db()
        assert found.decision == ""
        show(other, by=by, mykad="810201-14-5566")
        found.refresh_from_db()
        assert found.decision == "vetoed"

    def test_the_counter_itself_vetoes_what_a_document_contradicts(self) -> None:
        clerk = access.add_account(
            email="devi@contoh.example", name="Devi", kind=AccountKind.STAFF, role="clinic_staff"
        )
        one, other = person("Ali bin Abu"), person("Ali Abu")
        found = proposal(one, other)
        for number, shown, born in ((one, MYKAD, BORN), (other, "810201-14-5566", date(1981, 2, 1))):
            identity.show_document(
                by=clerk,
                person=number,
                document=documents.read(kind="mykad", number=shown),
                birth=born,
                phone="+60123456789",
                purpose=counter.purpose("mykad"),
                at=NOW,
            )
        found.refresh_from_db()
        assert found.decision == "vetoed"

    def test_an_approved_merge_is_refused_when_something_was_shown_since(self) -> None:
        by, second = steward(), steward("badrul")
        one, other = person("Ali bin Abu"), person("Ali Abu")
        found = proposal(one, other)
        request = merging.ask_to_merge(by=by, proposal=found.uuid, reason="The same man, seen by me", now=NOW)
        access.approve(by=second, uuid=request, needed=STEWARDS, now=NOW)
        show(one, by=by, birth=BORN, check=False)
        show(other, by=by, birth=date(1981, 2, 1), check=False)
        with pytest.raises(MergeRefused, match="birth"):
            merging.merge(by=by, proposal=found.uuid, request=request, now=NOW)
        found.refresh_from_db()
        assert (found.decision, Merge.objects.count()) == ("vetoed", 0)

    def test_somebody_of_the_group_is_enough_to_veto(self) -> None:
        by, second = steward(), steward("badrul")
        one, other, third = person("Ali bin Abu"), person("Ali Abu"), person("Alii bin Abu")
        approved_merge(one, other, by=by, second=second)
        show(one, by=by, mykad=MYKAD)
        show(third, by=by, mykad="810201-14-5566")
        with pytest.raises(MergeRefused, match="document"):
            approved_merge(other, third, by=by, second=second)

    def test_a_merge_that_something_contradicts_joins_nobody_until_it_no_longer_does(self) -> None:
        by, second = steward(), steward("badrul")
        one, other = person("Ali bin Abu"), person("Ali Abu")
        done = approved_merge(one, other, by=by, second=second)
        show(one, by=by, mykad=MYKAD)
        show(other, by=by, mykad="810201-14-5566")
        assert together([one]) == (one,)
        done.refresh_from_db()
        assert done.doubted_at == NOW
        other_shown = done.merged.documents.get()
        other_shown.ended_at = NOW
        other_shown.save()
        matching.reconsider(persons=[other], now=NOW)
        assert together([one]) == (one, other)

    def test_two_who_are_one_already_are_not_merged_again(self) -> None:
        by, second = steward(), steward("badrul")
        one, other, third = person("Ali bin Abu"), person("Ali Abu"), person("Alii bin Abu")
        approved_merge(one, other, by=by, second=second)
        approved_merge(other, third, by=by, second=second)
        with pytest.raises(MergeRefused, match="merged"):
            approved_merge(one, third, by=by, second=second)


class TestChains:
    """Merges of any shape are read right."""

    pytestmark = pytest.mark.django_db

    def test_three_in_a_chain_are_one_and_undoing_takes_away_just_its_own_evidence(self) -> None:
        by, second = steward(), steward("badrul")
        a, b, c = person("Ali bin Abu"), person("Ali Abu"), person("Alii bin Abu")
        first = approved_merge(a, b, by=by, second=second)
        approved_merge(b, c, by=by, second=second)
        assert same_as([a, b, c]) == {a: a, b: a, c: a}
        approved_undoing(first.uuid, by=by, second=second)
        assert same_as([a, b, c]) == {a: a, b: b, c: b}

    def test_two_chains_meet_in_the_middle(self) -> None:
        by, second = steward(), steward("badrul")
        a, b, c, d = (person(name) for name in ("Ali bin Abu", "Ali Abu", "Alii bin Abu", "Alli bin Abu"))
        approved_merge(a, c, by=by, second=second)
        approved_merge(b, d, by=by, second=second)
        approved_merge(c, d, by=by, second=second)
        assert together([d]) == (a, b, c, d)
        assert set(same_as([a, b, c, d]).values()) == {a}

    def test_nobody_is_asked_about_who_are_one_already(self) -> None:
        by, second = steward(), steward("badrul")
        a, b, c = person("Ali bin Abu"), person("Ali Abu"), person("Alii bin Abu")
        approved_merge(a, b, by=by, second=second)
        approved_merge(b, c, by=by, second=second)
        assert matching.find(persons=[a, b, c], now=NOW) == 0

    def test_numbers_that_nobody_has_stand_for_themselves(self) -> None:
        approved_merge(person("Ali bin Abu"), person("Ali Abu"), by=steward(), second=steward("badrul"))
        assert same_as([999_999]) == {999_999: 999_999}
        assert together([]) == ()


@pytest.mark.django_db
@given(data=st.data())
@how(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_merges_and_undoings_in_any_order_are_read_as_a_plain_twin_reads_them(data: st.DataObject) -> None:
    with transaction.atomic():
        by = steward()
        people = [person(f"Orang {letter}") for letter in "abcdef"]
        Person.objects.filter(pk=people[3]).update(level=1)
        edges: dict[int, tuple[int, int]] = {}
        for _ in range(data.draw(st.integers(0, 9))):
            if edges and data.draw(st.booleans()):
                gone = data.draw(st.sampled_from(sorted(edges)))
                edges.pop(gone)
                Merge.objects.filter(pk=gone).update(undone_at=NOW, undone_by=by)
            else:
                one, other = data.draw(st.lists(st.sampled_from(people), min_size=2, max_size=2, unique=True))
                if (one, other) in edges.values() or (other, one) in edges.values():
                    continue
                row = Merge.objects.create(kept_id=one, merged_id=other, merged_at=NOW, merged_by=by)
                edges[row.pk] = (one, other)
        for start in people:
            group = plain_group(start, list(edges.values()))
            assert together([start]) == tuple(sorted(group))
            best = people[3] if people[3] in group else min(group)
            assert same_as([start]) == {start: best}
        transaction.set_rollback(True)


def plain_group(start: int, edges: list[tuple[int, int]]) -> set[int]:
    """Return who is joined to somebody, by going round until nothing changes."""
    group = {start}
    for _ in edges:
        for one, other in edges:
            if one in group or other in group:
                group |= {one, other}
    return group


BOOKS = {
    *("people_merge", "people_proposal", "access_request", "trail_entry", "trail_subject"),
    *("ledger_record", "ledger_waiting"),  # each decision is an entry
    *("messaging_message", "procrastinate_jobs", "procrastinate_events"),  # who may decide is written to
}
"""Where merging itself is written down; every other row is as it was."""


def dump() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
            " and not relispartition order by relname"
        )
        names = [row[0] for row in cursor.fetchall() if row[0] not in BOOKS]
        rows = {}
        for name in names:
            cursor.execute(f'select t::text from "{name}" t order by 1')
            rows[name] = [row[0] for row in cursor.fetchall()]
    return rows


@pytest.mark.django_db
def test_nothing_is_lost_and_visits_keep_their_own_person() -> None:
    by, second = steward(), steward("badrul")
    one, other = person("Ali bin Abu"), person("Ali Abu")
    show(one, by=by, mykad=MYKAD, birth=BORN)
    visits_of(one, other)
    before = dump()
    assert len(before["visits_visit"]) == 5
    assert before["people_document"]
    done = approved_merge(one, other, by=by, second=second)
    assert dump() == before
    approved_undoing(done.uuid, by=by, second=second)
    assert dump() == before
    done.refresh_from_db()
    assert (done.undone_at, done.undone_by_id) == (NOW, by.pk)
    assert same_as([one, other]) == {one: one, other: other}
    assert matching.find(persons=[one, other], now=NOW) == 0


def visits_of(one: int, other: int) -> None:
    visits.make_partitions(now=NOW)
    with connection.cursor() as cursor:
        for minute, number in enumerate([one, one, other, other, other]):
            cursor.execute(
                "insert into visits_visit (premises_id, checked_in, id, until, person_id, device_id, flags)"
                " values (1, %s, gen_random_uuid(), %s, %s, 1, 0)",
                [NOW + timedelta(minutes=minute), NOW + timedelta(minutes=minute + 30), number],
            )


@pytest.fixture
def stewards(transactional_db: None) -> tuple[User, User]:
    return steward(), steward("badrul")


def ready_to_merge(found: Proposal, *, by: User, second: User) -> Callable[[], Merge]:
    request = merging.ask_to_merge(by=by, proposal=found.uuid, reason="The same man, seen by me", now=NOW)
    access.approve(by=second, uuid=request, needed=STEWARDS, now=NOW)
    return lambda: merging.merge(by=by, proposal=found.uuid, request=request, now=NOW)


def test_of_two_merges_of_one_pair_at_once_one_is_made(stewards: tuple[User, User]) -> None:
    by, second = stewards
    found = proposal(person("Ali bin Abu"), person("Ali Abu"))
    deeds = ready_to_merge(found, by=by, second=second), ready_to_merge(found, by=second, second=by)
    assert kinds(at_once(*deeds)) == ["Merge", "UnknownProposal"]
    assert Merge.objects.count() == 1


def test_of_two_merges_that_would_join_two_who_conflict_one_is_refused(stewards: tuple[User, User]) -> None:
    by, second = stewards
    a, b, c = person("Ali bin Abu"), person("Ali Abu"), person("Alii bin Abu")
    show_in_transaction(a, by=by, mykad=MYKAD)
    show_in_transaction(c, by=by, mykad="810201-14-5566")
    deeds = (
        ready_to_merge(proposal(a, b), by=by, second=second),
        ready_to_merge(proposal(b, c), by=second, second=by),
    )
    assert kinds(at_once(*deeds)).count("Merge") == 1
    assert Merge.objects.count() == 1


@pytest.mark.parametrize("time", range(4))
def test_a_merge_and_a_document_shown_at_once_never_join_two_who_conflict(
    stewards: tuple[User, User], time: int
) -> None:
    by, second = stewards
    one, other = person("Ali bin Abu"), person("Ali Abu")
    show_in_transaction(one, by=by, mykad=MYKAD)
    outcomes = at_once(
        ready_to_merge(proposal(one, other), by=by, second=second),
        lambda: show_in_transaction(other, by=by, mykad="810201-14-5566"),
    )
    assert isinstance(outcomes[0], (Merge, MergeRefused, UnknownProposal)), outcomes
    assert outcomes[1] is None
    assert together([one]) == (one,)


def show_in_transaction(number: int, *, by: User, mykad: str) -> None:
    with transaction.atomic():
        show(number, by=by, mykad=mykad)


class TestTables:
    """Each named constraint is violated once."""

    pytestmark = pytest.mark.django_db

    @pytest.fixture
    def pair(self) -> tuple[int, int, User]:
        return person("Ali bin Abu"), person("Ali Abu"), steward()

    @pytest.mark.parametrize(
        ("name", "more"),
        [
            ("proposal_in_order", {"swap": True}),
            ("proposal_score_is_percent", {"score": 101}),
            ("proposal_score_is_percent", {"score": 0}),
            ("proposal_decision_paired", {"decision": "merged"}),
            ("proposal_decision_paired", {"decision": "perhaps", "decided_at": NOW}),
        ],
    )
    def test_of_proposals(self, pair: tuple[int, int, User], name: str, more: dict[str, Any]) -> None:
        one, other = pair[:2] if not more.pop("swap", False) else pair[1::-1]
        row = {"one_id": one, "other_id": other, "reasons": [], "score": 70, "found_at": NOW} | more
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Proposal.objects.create(**row)

    def test_a_pair_is_proposed_once(self, pair: tuple[int, int, User]) -> None:
        row = {"one_id": pair[0], "other_id": pair[1], "reasons": [], "score": 70, "found_at": NOW}
        Proposal.objects.create(**row)
        with pytest.raises(IntegrityError, match="proposal_pair_once"), transaction.atomic():
            Proposal.objects.create(**row)

    @pytest.mark.parametrize(
        ("name", "more"),
        [
            ("merge_of_two", {"same": True}),
            ("merge_undoing_paired", {"undone_at": NOW}),
            ("merge_undone_after_merged", {"undone_at": NOW - timedelta(days=1), "undo": True}),
        ],
    )
    def test_of_merges(self, pair: tuple[int, int, User], name: str, more: dict[str, Any]) -> None:
        one, other, by = pair
        if more.pop("same", False):
            other = one
        if more.pop("undo", False):
            more["undone_by"] = by
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Merge.objects.create(kept_id=one, merged_id=other, merged_at=NOW, merged_by=by, **more)

    def test_a_pair_is_merged_once_at_a_time_whichever_way_round(self, pair: tuple[int, int, User]) -> None:
        one, other, by = pair
        first = Merge.objects.create(kept_id=one, merged_id=other, merged_at=NOW, merged_by=by)
        with pytest.raises(IntegrityError, match="merge_pair_once"), transaction.atomic():
            Merge.objects.create(kept_id=other, merged_id=one, merged_at=NOW, merged_by=by)
        first.undone_at, first.undone_by = NOW, by
        first.save()
        Merge.objects.create(kept_id=other, merged_id=one, merged_at=NOW, merged_by=by)

    @pytest.mark.parametrize(("name", "row"), [("matched_single", {"id": 2}), ("matched_goes_on", {"before": 1})])
    def test_of_how_far_the_search_came(self, name: str, row: dict[str, int]) -> None:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Matched.objects.create(**row)


@pytest.mark.django_db(transaction=True, databases=["default", "retention"])
def test_old_proposals_go_in_the_nightly_run_and_what_led_to_a_merge_stays() -> None:
    by, second = steward(), steward("badrul")
    approved_merge(person("Ali bin Abu"), person("Ali Abu"), by=by, second=second)
    proposal(person("Siti binti Hassan"), person("Sitti binti Hassan"))
    on = (NOW + timedelta(days=95)).date()
    runs = [matching.past_time(on=on, days=94, dry_run=False, force=False) for _ in range(2)]
    assert [[one.rows for one in run] for run in runs] == [[1], [0]]
    assert Proposal.objects.get().decision == "merged"


@pytest.mark.django_db(transaction=True, databases=["default", "retention"])
def test_nobody_makes_the_database_forget_proposals_of_today() -> None:
    with pytest.raises(DatabaseError, match="is not a day ago"):
        matching.past_time(on=date(2200, 1, 1), days=1, dry_run=False, force=False)
