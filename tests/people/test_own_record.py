"""What citizens do with their own record: join, share who acts, correct, change the number, leave; and what forbids it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from people.citizens import OTHER, PHONE, claimed
from people.twice import BORN, MYKAD, NOW, person, proposal, show, steward

from jejak.access import actions as access
from jejak.access import queries as access_queries
from jejak.access.models import User
from jejak.kernel import clock
from jejak.messaging.models import Message
from jejak.people import (
    accounts,
    asked,
    counter,
    documents,
    erasing,
    family,
    guarding,
    holdings,
    household,
    identity,
    joining,
    leaving,
    matching,
    names,
    numbers,
    rules,
)  # fmt: skip
from jejak.people.errors import (
    CorrectionOver,
    DocumentDiffers,
    ErasureHeld,
    ErasureOver,
    GuardianRefused,
    GuardsOthers,
    LastGuardian,
    MergeRefused,
    NumberUnchanged,
    OfferOver,
    TriesSpent,
    UnknownProposal,
)  # fmt: skip
from jejak.people.models import Correction, Document, Erasure, FormerName, Guardian, Merge, Offer, Person, Proposal
from jejak.people.sameness import together
from jejak.trail.models import Entry

pytestmark = pytest.mark.django_db
CHILD = date(2012, 5, 4)
COUNTER = counter.purpose("mykad")


@pytest.fixture
def by(db: None) -> User:
    return identity.account_of(phone=PHONE, at=NOW)


@pytest.fixture
def clinic(db: None) -> User:
    return access.add_account(email="k@contoh.example", name="Puan Aida", kind="staff", role="clinic_staff")


def held(number: int, *, whole: bool) -> identity.Held:
    row = Person.objects.get(pk=number)
    return identity.Held(number, row.uuid, "", row.level, (), own=True, whole=whole)


def pair(by: User, **shown: Any) -> tuple[int, int]:
    """Two records of one number: one proved by a document, one of the device."""
    mine, other = person("Ali bin Abu"), person("Ali Abu")
    show(mine, by=by, mykad=MYKAD, birth=BORN)
    proposal(mine, other)
    if shown:
        show(other, by=by, **shown)
        Person.objects.filter(pk=other).update(level=1)
    return mine, other


def test_a_person_joins_what_is_theirs_and_takes_it_apart_again(by: User) -> None:
    mine, other = pair(by)
    seen = [held(mine, whole=True), held(other, whole=False)]
    [asked_about] = joining.candidates(held=seen)
    joining.join(by=by, held=seen, proposal=asked_about.proposal, now=NOW)
    assert together([mine]) == (mine, other)
    assert Merge.objects.get().request is None
    assert Entry.objects.get(action="people.joined").subjects.count() == 2
    assert Message.objects.filter(template="notice.record-changed").count() == 1
    [done] = joining.joined(person=mine, now=NOW)
    joining.part(by=by, person=mine, merge=done.merge, now=NOW + timedelta(days=29))
    assert together([mine]) == (mine,)
    assert Proposal.objects.get().decision == "different"
    assert matching.find(persons=[mine, other], now=NOW) == 0


def test_after_thirty_days_only_officers_take_apart(by: User) -> None:
    mine, other = pair(by)
    seen = [held(mine, whole=True), held(other, whole=False)]
    joining.join(by=by, held=seen, proposal=proposal(mine, other).uuid, now=NOW)
    later = NOW + timedelta(days=30, minutes=1)
    assert joining.joined(person=mine, now=later) == ()
    with pytest.raises(UnknownProposal):
        joining.part(by=by, person=mine, merge=Merge.objects.get().uuid, now=later)


def test_nobody_is_asked_about_whom_the_browser_does_not_show(by: User) -> None:
    mine, other = pair(by)
    uuid = proposal(mine, other).uuid
    for seen in ([held(mine, whole=True)], [held(other, whole=False)], []):
        assert joining.candidates(held=seen) == ()
        with pytest.raises(UnknownProposal):
            joining.join(by=by, held=seen, proposal=uuid, now=NOW)
        with pytest.raises(UnknownProposal):
            joining.refuse(by=by, held=seen, proposal=uuid, now=NOW)


def test_who_says_no_is_not_asked_again(by: User) -> None:
    mine, other = pair(by)
    seen = [held(mine, whole=True), held(other, whole=False)]
    joining.refuse(by=by, held=seen, proposal=proposal(mine, other).uuid, now=NOW)
    assert joining.candidates(held=seen) == ()
    assert together([mine]) == (mine,)
    assert Entry.objects.filter(action="people.told-apart").exists()


def test_a_conflicting_birth_date_forbids_joining(by: User) -> None:
    mine, other = pair(by)
    seen = [held(mine, whole=True), held(other, whole=False)]
    show(other, by=by, birth=date(1981, 1, 1), check=False)
    Person.objects.filter(pk=other).update(level=1)
    with pytest.raises(MergeRefused):
        joining.join(by=by, held=seen, proposal=proposal(mine, other).uuid, now=NOW)
    assert not Merge.objects.exists()


def proved(name: str, mykad: str, by: User, phone: str = PHONE) -> int:
    number = person(name, phone)
    show(number, by=by, mykad=mykad, birth=documents.birth_dates(documents.read(kind="mykad", number=mykad))[0])
    return number


@pytest.fixture
def home(by: User) -> tuple[int, int, int]:
    """A guardian, somebody who might be one too, and a child."""
    mother, father = proved("Siti binti Abu", "800201-14-5566", by), proved("Ali bin Abu", "790301-14-5567", by, OTHER)
    child = person("Aiman bin Ali", "011-1234 5678")
    show(child, by=by, birth=CHILD)
    Guardian.objects.create(dependant_id=child, guardian_id=mother, kind="guardian", since=NOW)
    return mother, father, child


def acting(child: int) -> set[tuple[int, str]]:
    return set(Guardian.objects.filter(dependant_id=child, ended_at=None).values_list("guardian_id", "kind"))


def taken(by: User, home: tuple[int, int, int], kind: str = "co-guardian") -> UUID:
    mother, father, child = home
    code = family.offer(guardian=mother, dependant=child, kind=kind, now=NOW)
    found = family.take(by=by, person=father, typed=f"{code[:5]} {code[5:]}", now=NOW)
    assert found is not None
    return found.uuid


def test_a_guardian_names_a_co_guardian_by_a_code_and_either_steps_back(by: User, home: tuple[int, int, int]) -> None:
    mother, father, child = home
    family.accept(by=by, person=father, offer=taken(by, home), now=NOW)
    assert acting(child) == {(mother, "guardian"), (father, "co-guardian")}
    family.step_back(by=by, guardian=mother, dependant=child, now=NOW)
    assert acting(child) == {(father, "guardian")}
    with pytest.raises(LastGuardian):
        family.step_back(by=by, guardian=father, dependant=child, now=NOW)
    with pytest.raises(OfferOver):
        family.step_back(by=by, guardian=mother, dependant=child, now=NOW)
    assert Entry.objects.filter(action="people.guardian", subjects__person_id=child).count() == 3


def test_a_code_is_good_once_for_ten_minutes_and_five_tries(by: User, home: tuple[int, int, int]) -> None:
    mother, father, child = home
    code = family.offer(guardian=mother, dependant=child, kind="co-guardian", now=NOW)
    late = NOW + timedelta(minutes=10, seconds=1)
    assert family.take(by=by, person=father, typed=code, now=late) is None
    wrong = f"{code[:4]}{(int(code[4:]) + 1) % 10**6:06}"
    for _ in range(5):
        assert family.take(by=by, person=father, typed=wrong, now=NOW) is None
    assert family.take(by=by, person=father, typed=code, now=NOW) is None
    again = family.offer(guardian=mother, dependant=child, kind="co-guardian", now=NOW)
    assert family.take(by=by, person=father, typed=again, now=NOW) is not None
    assert family.take(by=by, person=father, typed=again, now=NOW) is None
    for typed in ("", "12", "x" * 5000):
        assert family.take(by=by, person=father, typed=typed, now=NOW + timedelta(hours=2)) is None


def test_an_account_may_be_wrong_ten_times_an_hour_whichever_offers_it_means(
    by: User, home: tuple[int, int, int]
) -> None:
    mother, father, child = home
    for minute in range(10):
        assert family.take(by=by, person=father, typed=f"{minute:010}", now=NOW + timedelta(minutes=minute)) is None
    assert Entry.objects.filter(action="people.offer-tried", subjects__person_id=father).count() == 10
    soon, later = NOW + timedelta(minutes=10), NOW + timedelta(hours=1, minutes=1)
    code = family.offer(guardian=mother, dependant=child, kind="co-guardian", now=soon)
    with pytest.raises(TriesSpent):
        family.take(by=by, person=father, typed=code, now=soon)
    assert Offer.objects.get().tries == 0
    other = identity.account_of(phone=OTHER, at=NOW)
    assert family.take(by=other, person=father, typed=code, now=soon) is not None
    assert family.take(by=by, person=father, typed="0", now=later) is None


def test_guardianship_is_handed_over_when_both_say_so(by: User, home: tuple[int, int, int]) -> None:
    mother, father, child = home
    offer = taken(by, home, "guardian")
    with pytest.raises(OfferOver):
        family.confirm(by=by, guardian=mother, offer=offer, now=NOW)
    family.accept(by=by, person=father, offer=offer, now=NOW)
    assert acting(child) == {(mother, "guardian")}
    family.confirm(by=by, guardian=mother, offer=offer, now=NOW)
    assert acting(child) == {(father, "guardian")}
    with pytest.raises(OfferOver):
        family.confirm(by=by, guardian=mother, offer=offer, now=NOW)


def test_an_offer_is_declined_by_either_and_by_nobody_else(by: User, home: tuple[int, int, int]) -> None:
    mother, father, child = home
    offer = taken(by, home)
    with pytest.raises(OfferOver):
        family.decline(by=by, person=child, offer=offer, now=NOW)
    family.decline(by=by, person=father, offer=offer, now=NOW)
    with pytest.raises(OfferOver):
        family.accept(by=by, person=father, offer=offer, now=NOW)
    assert acting(child) == {(mother, "guardian")}


def test_who_cannot_act_is_told_why(by: User, home: tuple[int, int, int]) -> None:
    mother, _father, child = home
    claimed_only = person("Tanpa Dokumen", "011-1111 2222")
    for number, reason in ((claimed_only, "document"), (child, "same")):
        code = family.offer(guardian=mother, dependant=child, kind="co-guardian", now=NOW)
        with pytest.raises(GuardianRefused) as refused:
            family.take(by=by, person=number, typed=code, now=NOW)
        assert refused.value.reason == reason
    with pytest.raises(OfferOver):
        family.offer(guardian=child, dependant=mother, kind="co-guardian", now=NOW)


def test_acting_ends_by_itself_when_a_minor_comes_of_age(by: User, home: tuple[int, int, int]) -> None:
    mother, _father, child = home
    row, link = Person.objects.get(pk=child), Guardian.objects.get()
    assert guarding.ends_on(dependant=row, since=link.since) == date(2030, 5, 4)
    assert guarding.come_of_age(now=datetime(2030, 5, 3, 15, tzinfo=UTC)) == 0
    birthday = datetime(2030, 5, 3, 16, 1, tzinfo=UTC)  # just after midnight in Malaysia
    assert guarding.come_of_age(now=birthday) == 1
    assert guarding.come_of_age(now=birthday) == 0
    assert acting(child) == set()
    assert set(Entry.objects.get(action="people.of-age").subjects.values_list("person_id", flat=True)) == {
        mother,
        child,
    }


def test_from_the_birthday_on_nobody_acts_or_hands_over_also_before_a_run_ends_it(
    by: User, home: tuple[int, int, int]
) -> None:
    mother, father, child = home
    birthday = datetime(2030, 5, 3, 16, 1, tzinfo=UTC)
    eve = birthday - timedelta(minutes=2)
    identity.Holder.objects.create(person_id=mother, account=by, level=2, since=NOW)
    uuid = Person.objects.get(pk=child).uuid
    for kind in ("co-guardian", "guardian"):
        code = family.offer(guardian=mother, dependant=child, kind=kind, now=eve)
        offer = family.take(by=by, person=father, typed=code, now=eve)
        assert offer is not None
        if kind == "co-guardian":
            with pytest.raises(OfferOver):
                family.accept(by=by, person=father, offer=offer.uuid, now=birthday)
            continue
        family.accept(by=by, person=father, offer=offer.uuid, now=eve)
        with pytest.raises(OfferOver):
            family.confirm(by=by, guardian=mother, offer=offer.uuid, now=birthday)
    with pytest.raises(OfferOver):
        family.offer(guardian=mother, dependant=child, kind="guardian", now=birthday)
    for moment, seen in ((eve, [mother, child]), (birthday, [mother])):
        assert [one.person for one in identity.held_by(account=by.pk, bound=mother, at=moment)] == seen
        family_of = household.household_of(person=mother, now=moment)
        assert len(family_of.dependants) == len(seen) - 1
        assert (household.dependant_of(person=mother, uuid=uuid, now=moment) is None) == (moment == birthday)


@pytest.mark.django_db(transaction=True)
def test_nobody_begins_to_act_and_to_be_acted_for_at_the_same_moment(by: User) -> None:
    with transaction.atomic():
        mother, father = proved("Siti binti Abu", MYKAD, by), proved("Ali bin Abu", "790301-14-5567", by, OTHER)
        proved("Nenek", "550301-14-5569", by, "+60161111222")
    child = person("Aiman bin Ali", "011-1234 5678")
    Guardian.objects.create(dependant_id=child, guardian_id=mother, kind="guardian", since=NOW)
    code = family.offer(guardian=mother, dependant=child, kind="co-guardian", now=NOW)
    offer = family.take(by=by, person=father, typed=code, now=NOW)
    assert offer is not None
    desk = access.add_account(email="k@contoh.example", name="Puan Aida", kind="staff", role="clinic_staff")
    uuid, begun = Person.objects.get(pk=father).uuid, threading.Event()
    document = documents.read(kind="mykad", number="550301-14-5569")
    failed: list[Exception] = []

    def at_the_counter() -> None:
        begun.set()
        try:
            counter.set_guardian(by=desk, uuid=uuid, document=document, kind="guardian", now=NOW)
        except GuardianRefused as error:
            failed.append(error)
        finally:
            connection.close()

    rival = threading.Thread(target=at_the_counter)
    with transaction.atomic():
        family.accept(by=by, person=father, offer=offer.uuid, now=NOW)
        rival.start()
        begun.wait()
        rival.join(0.5)
        assert rival.is_alive()  # it waits until this one is written
    rival.join(20)
    assert [str(one.reason) for one in failed] == ["dependants"]


def test_acting_for_an_adult_who_cannot_act_does_not_end_by_itself(by: User, home: tuple[int, int, int]) -> None:
    mother, father, _child = home
    Guardian.objects.update(ended_at=NOW)
    Guardian.objects.create(dependant_id=father, guardian_id=mother, kind="guardian", since=NOW)
    assert guarding.come_of_age(now=NOW + timedelta(days=20_000)) == 0


@pytest.mark.parametrize(("born", "of_age"), [(date(2004, 2, 29), date(2022, 3, 1)), (CHILD, date(2030, 5, 4))])
def test_who_was_born_on_a_leap_day_is_of_age_on_the_first_of_march(born: date, of_age: date) -> None:
    assert rules.of_age_on(born) == of_age


def test_a_counter_decides_a_spelling_and_the_old_one_is_kept_for_matching(by: User, clinic: User) -> None:
    mine = proved("Mohd Ali bin Abu", MYKAD, by)
    uuid = names.ask(by=by, person=mine, name=" Muhammad Alif bin Abu ", now=NOW)
    other = documents.read(kind="mykad", number="790301-14-5567")
    with pytest.raises(DocumentDiffers):
        names.decide(by=clinic, uuid=uuid, document=other, accept=True, purpose=COUNTER, now=NOW)
    document = documents.read(kind="mykad", number=MYKAD)
    said = names.decide(by=clinic, uuid=uuid, document=document, accept=True, purpose=COUNTER, now=NOW)
    assert said == "Muhammad Alif bin Abu"
    assert names.former_names(person=mine) == ("Mohd Ali bin Abu",)
    assert b"Mohd" not in bytes(FormerName.objects.get().name_sealed or b"")
    assert Correction.objects.get().name_sealed is None
    with pytest.raises(CorrectionOver):
        names.decide(by=clinic, uuid=uuid, document=document, accept=True, purpose=COUNTER, now=NOW)
    again = person("Md Ali b. Abu")  # written as before, on the same number: still found
    assert matching.find(persons=[again], now=NOW) == 1


def test_a_refused_spelling_changes_nothing_and_a_withdrawn_one_is_gone(by: User, clinic: User) -> None:
    mine = proved("Ali bin Abu", MYKAD, by)
    document = documents.read(kind="mykad", number=MYKAD)
    uuid = names.ask(by=by, person=mine, name="Raja Ali", now=NOW)
    assert (
        names.decide(by=clinic, uuid=uuid, document=document, accept=False, purpose=COUNTER, now=NOW) == "Ali bin Abu"
    )
    names.ask(by=by, person=mine, name="Raja Ali", now=NOW)
    names.withdraw(by=by, person=mine, now=NOW)
    assert names.wanted(person=mine) is None
    with pytest.raises(CorrectionOver):
        names.withdraw(by=by, person=mine, now=NOW)


def test_another_number_ends_all_of_the_old_one_and_tells_it(by: User) -> None:
    mine = proved("Ali bin Abu", MYKAD, by)
    identity.Holder.objects.create(person_id=mine, account=by, level=2, since=NOW)
    old = access.bind(account=by, person=mine, now=NOW)
    account = identity.account_of(phone=OTHER, at=NOW)
    with pytest.raises(NumberUnchanged):
        numbers.change_number(by=by, account=by, person=mine, phone=PHONE, now=NOW)
    token = numbers.change_number(by=by, account=account, person=mine, phone=OTHER, now=NOW)
    from jejak.access.queries import bound_person

    assert bound_person(account=by, token=old) is None
    assert bound_person(account=account, token=token) == mine
    assert [one.person for one in identity.held_by(account=account.pk, bound=mine, at=NOW)] == [mine]
    assert identity.held_by(account=by.pk, bound=mine, at=NOW) == ()
    assert identity.hold_by_code(account=by, at=NOW) is None
    assert Message.objects.get(template="notice.number-changed").channel == "sms"
    with pytest.raises(identity.UnknownPerson):
        numbers.change_number(by=by, account=account, person=mine, phone=PHONE, now=NOW)


def test_erasing_waits_seven_days_and_can_be_stopped(by: User) -> None:
    mine = proved("Ali bin Abu", MYKAD, by)
    due = leaving.ask(by=by, person=mine, now=NOW).due_at
    assert due == NOW + timedelta(days=7)
    assert leaving.ask(by=by, person=mine, now=NOW + timedelta(days=1)).due_at == due
    assert leaving.erase_due(now=due - timedelta(seconds=1)) == 0
    leaving.cancel(by=by, person=mine, now=due)
    assert leaving.erase_due(now=due) == 0
    assert Person.objects.get(pk=mine).name_sealed is not None
    with pytest.raises(ErasureOver):
        leaving.cancel(by=by, person=mine, now=due)


def test_on_its_day_everything_that_says_who_it_was_goes(by: User, clinic: User) -> None:
    mine, other = pair(by)
    joining.join(
        by=by, held=[held(mine, whole=True), held(other, whole=False)], proposal=proposal(mine, other).uuid, now=NOW
    )
    uuid = names.ask(by=by, person=mine, name="Ali bin Abu Bakar", now=NOW)
    document = documents.read(kind="mykad", number=MYKAD)
    names.decide(by=clinic, uuid=uuid, document=document, accept=True, purpose=COUNTER, now=NOW)
    due = leaving.ask(by=by, person=mine, now=NOW).due_at
    assert leaving.erase_due(now=due) == 1
    assert leaving.erase_due(now=due) == 0
    sealed = [name for name in vars(Person.objects.get(pk=mine)) if name.endswith(("_sealed", "_key"))]
    for number in (mine, other):
        assert {getattr(Person.objects.get(pk=number), name) for name in sealed} == {None}
    assert set(Document.objects.values_list("number_key", "number_sealed")) == {(None, None)}
    assert set(FormerName.objects.values_list("name_sealed", flat=True)) == {None}
    assert counter.find(by=clinic, document=document, now=NOW) == ()
    assert Entry.objects.get(action="people.erased").by_id == 0
    assert claimed("Ali bin Abu") not in {mine, other}


def number_of(account: User) -> tuple[object, object, bool]:
    row = User.objects.get(pk=account.pk)
    return row.phone_key, row.phone_sealed, row.is_active


def test_an_erased_persons_account_forgets_its_number_and_ends(by: User) -> None:
    mine = proved("Ali bin Abu", MYKAD, by)
    identity.Holder.objects.create(person_id=mine, account=by, level=2, since=NOW)
    token = access.bind(account=by, person=mine, now=NOW)
    leaving.ask(by=by, person=mine, now=NOW)
    assert leaving.erase_due(now=NOW + timedelta(days=8)) == 1
    assert number_of(by) == (None, None, False)
    assert User.objects.get(pk=by.pk).left_at == NOW + timedelta(days=8)
    assert access_queries.bound_person(account=by, token=token) is None
    again = identity.account_of(phone=PHONE, at=NOW + timedelta(days=9))
    assert again.pk != by.pk


def test_a_shared_account_goes_on_until_the_last_person_it_speaks_for_is_erased(by: User) -> None:
    ali, siti = person("Ali bin Abu"), person("Siti binti Abu")
    for number, device in ((ali, 101), (siti, 102)):
        assert identity.verify_device(account=by, person=number, device=device, at=NOW)
    erasing.erase(by=by, person=ali, at=NOW)
    assert number_of(by)[2]
    erasing.erase(by=by, person=siti, at=NOW)
    assert number_of(by) == (None, None, False)
    assert not identity.verify_device(account=by, person=person("Ali Baru"), device=103, at=NOW)


def test_the_account_of_a_number_that_was_changed_ends(by: User, clinic: User) -> None:
    mine = proved("Ali bin Abu", MYKAD, by)
    identity.Holder.objects.create(person_id=mine, account=by, level=2, since=NOW)
    new = identity.account_of(phone=OTHER, at=NOW)
    numbers.change_number(by=by, account=new, person=mine, phone=OTHER, now=NOW)
    assert number_of(by) == (None, None, False)
    assert number_of(new)[2]
    identity.show_document(
        by=clinic, person=mine, document=documents.read(kind="mykad", number=MYKAD), birth=BORN, phone=PHONE,
        purpose=COUNTER, at=NOW,
    )  # fmt: skip
    assert number_of(new) == (None, None, False)


def test_an_account_that_speaks_for_nobody_goes_a_day_after_it_was_used(by: User) -> None:
    speaking = identity.account_of(phone=OTHER, at=NOW)
    identity.verify_device(account=speaking, person=person("Siti", OTHER), device=101, at=NOW)
    assert accounts.end_unused(now=NOW + timedelta(hours=23)) == 0
    assert accounts.end_unused(now=NOW + timedelta(hours=25)) == 1
    assert number_of(by) == (None, None, False)
    assert number_of(speaking)[2]


@pytest.mark.parametrize("kept", [{"is_active": True}, {"left_at": None}, {"phone_sealed": b"x"}, {"phone_key": b"x"}])
def test_only_an_ended_citizen_is_without_a_number(by: User, kept: dict[str, Any]) -> None:
    ended = {"phone_key": None, "phone_sealed": None, "is_active": False, "left_at": NOW}
    User.objects.filter(pk=by.pk).update(**ended)
    with pytest.raises(IntegrityError, match="access_user_signs_in_one_way"), transaction.atomic():
        User.objects.filter(pk=by.pk).update(**kept)


def test_nobody_acts_for_an_erased_record_of_a_phone_any_more(by: User, home: tuple[int, int, int]) -> None:
    mother, _father, _child = home
    ward = person("Nenek Abu")
    Guardian.objects.create(dependant_id=ward, guardian_id=mother, kind="guardian", since=NOW)
    family.offer(guardian=mother, dependant=ward, kind="co-guardian", now=NOW)
    identity.verify_device(account=by, person=ward, device=101, at=NOW)
    erasing.erase(by=by, person=ward, at=NOW)
    assert acting(ward) == set()
    assert not Offer.objects.filter(ended_at=None).exists()


def test_who_acts_alone_for_somebody_hands_that_over_first(by: User, home: tuple[int, int, int]) -> None:
    mother, father, child = home
    with pytest.raises(GuardsOthers):
        leaving.ask(by=by, person=mother, now=NOW)
    family.accept(by=by, person=father, offer=taken(by, home), now=NOW)
    due = leaving.ask(by=by, person=mother, now=NOW).due_at
    assert leaving.erase_due(now=due) == 1
    assert acting(child) == {(father, "guardian")}


def test_a_case_holds_an_erasure_also_on_its_day(by: User, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = proved("Ali bin Abu", MYKAD, by)
    due = leaving.ask(by=by, person=mine, now=NOW).due_at
    with monkeypatch.context() as held_by_case:
        held_by_case.setitem(holdings._counts, "cases", lambda persons: dict.fromkeys(persons, 1))
        assert leaving.erase_due(now=due) == 0
        with pytest.raises(ErasureHeld):
            leaving.ask(by=by, person=mine, now=NOW)
    assert leaving.erase_due(now=due) == 1


def test_a_counter_erases_for_those_without_a_phone(by: User, clinic: User) -> None:
    mine = proved("Ali bin Abu", MYKAD, by)
    uuid = Person.objects.get(pk=mine).uuid
    leaving.ask_at_counter(by=clinic, uuid=uuid, purpose=COUNTER, now=NOW)
    leaving.cancel_at_counter(by=clinic, uuid=uuid, purpose=COUNTER, now=NOW)
    assert leaving.waiting(person=mine) is None
    assert Entry.objects.filter(action="counter.erasure", subjects__person_id=mine).count() == 2
    from jejak.access.errors import PurposeRefused

    with pytest.raises(PurposeRefused):
        leaving.ask_at_counter(by=by, uuid=uuid, purpose=COUNTER, now=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["proofs", "words", "persons", "noted"])
def test_a_run_killed_at_any_step_leaves_all_or_nothing(step: str) -> None:
    by = identity.account_of(phone=PHONE, at=NOW)
    with transaction.atomic():
        mine = proved("Ali bin Abu", MYKAD, by)
    due = leaving.ask(by=by, person=mine, now=NOW).due_at
    program = Path(__file__).with_name("killed.py")
    done = subprocess.run([sys.executable, program, step, due.isoformat()], env=dict(os.environ), check=False)
    assert done.returncode == -signal.SIGKILL
    row = Person.objects.get(pk=mine)
    assert row.name_sealed is not None
    assert row.level == rules.DOCUMENT_VERIFIED
    assert Document.objects.get().number_key is not None
    assert not Entry.objects.filter(action="people.erased").exists()
    assert leaving.erase_due(now=due) == 1
    assert Person.objects.get(pk=mine).name_sealed is None
    connection.close()


@pytest.mark.parametrize(
    ("constraint", "model", "fields"),
    [
        ("correction_decision_paired", Correction, {"decision": "done"}),
        ("correction_open_has_name", Correction, {"name_sealed": None}),
        ("offer_kind_known", Offer, {"kind": "friend"}),
        ("offer_tries", Offer, {"tries": 6}),
        ("offer_taken_paired", Offer, {"taken_at": NOW}),
        ("erasure_one_end", Erasure, {"cancelled_at": NOW, "done_at": NOW + timedelta(days=9)}),
        ("erasure_due_later", Erasure, {"due_at": NOW}),
        ("erasure_not_before_due", Erasure, {"done_at": NOW}),
        ("document_erased_ended", Document, {"number_key": None}),
    ],
)
def test_the_database_refuses_what_makes_no_sense(
    by: User, home: tuple[int, int, int], constraint: str, model: Any, fields: dict[str, Any]
) -> None:
    mother, _father, child = home
    names.ask(by=by, person=mother, name="Siti", now=NOW)
    family.offer(guardian=mother, dependant=child, kind="guardian", now=NOW)
    Erasure.objects.create(person_id=mother, account=by, asked_at=NOW, due_at=NOW + timedelta(days=7))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.update(**fields)


def test_the_database_keeps_one_of_each_open(by: User, home: tuple[int, int, int]) -> None:
    mother, father, child = home
    names.ask(by=by, person=mother, name="Siti", now=NOW)
    open_offer = Offer(dependant_id=child, guardian_id=mother, kind="guardian", handle="1", digest=b"x", shown_at=NOW)
    open_offer.save()
    leave: dict[str, Any] = {"person_id": mother, "account": by, "asked_at": NOW, "due_at": NOW + timedelta(days=7)}
    Erasure.objects.create(**leave)
    for constraint, made in (
        ("correction_open_once", Correction(person_id=mother, account=by, name_sealed=b"x", asked_at=NOW)),
        (
            "offer_open_once",
            Offer(dependant_id=child, guardian_id=mother, kind="guardian", handle="2", digest=b"x", shown_at=NOW),
        ),
        (
            "offer_handle_once",
            Offer(dependant_id=child, guardian_id=father, kind="guardian", handle="1", digest=b"x", shown_at=NOW),
        ),
        ("erasure_open_once", Erasure(**leave)),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            made.save()
    with pytest.raises(IntegrityError, match="offer_to_another"), transaction.atomic():
        Offer.objects.update(taken_by=mother, taken_at=NOW)


def test_what_was_decided_goes_with_time_and_what_waits_stays(by: User, home: tuple[int, int, int]) -> None:
    mother, father, child = home
    old = clock.now() - timedelta(days=200)
    names.ask(by=by, person=mother, name="Siti", now=old)
    names.withdraw(by=by, person=mother, now=old)
    names.ask(by=by, person=father, name="Ali", now=old)
    family.offer(guardian=mother, dependant=child, kind="guardian", now=old)
    Erasure.objects.create(person_id=father, account=by, asked_at=old, due_at=old + timedelta(days=7))
    gone = asked.past_time(on=clock.now().date(), days=94, dry_run=True, force=False)
    assert [one.rows for one in gone] == [1, 1, 0]


def test_a_steward_sees_a_joined_pair_among_the_merges(by: User) -> None:
    from jejak.people import pairs

    mine, other = pair(by)
    seen = [held(mine, whole=True), held(other, whole=False)]
    joining.join(by=by, held=seen, proposal=proposal(mine, other).uuid, now=NOW)
    assert steward()
    assert [one.merged_id for one in pairs.merges()] == [other]
