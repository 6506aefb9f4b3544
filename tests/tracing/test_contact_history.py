"""A contact as it was known on a day: exposures open then, work, quarantine and follow-up of then."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.urls import reverse
from tracing.contacts import contacts

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import actions
from jejak.tracing.errors import ContactUnknown
from jejak.tracing.followrules import Said
from jejak.tracing.models import Contact, Exposure, FollowUp
from jejak.tracing.pasts import Happened, follow_then, work_then
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from datetime import datetime

    from tracing.conftest import Town
    from tracing.office import Office

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PLAN = {"until": "2022-03-10", "apart": "2022-03-05", "table": 1, "row": 0, "tests": ["2022-03-03"]}


def told(*happened: tuple[str, int | None, dict[str, Any]]) -> list[Happened]:
    return [Happened(kind, clock.now(), by, facts) for kind, by, facts in happened]


def test_work_is_read_from_what_was_done() -> None:
    assert work_then([]) == ("new", None)
    given = ("assigned", 1, {"officer": 7})
    assert work_then(told(given)) == ("to-call", 7)
    assert work_then(told(given, ("worked", 7, {"work": "done"}))) == ("done", 7)
    assert work_then(told(given, ("worked", 7, {"work": "done"}), ("exposed-again", 1, {"case": 3}))) == ("new", 7)
    for calls, expected in [(True, "new"), (False, "done")]:
        for kind in ("exposed-again", "exposure-changed"):
            later = (kind, 1, {"case": 3, "calls": calls})
            assert work_then(told(given, ("worked", 7, {"work": "done"}), later)) == (expected, 7)
    assert work_then(told(given, ("assigned", 1, {"officer": None}))) == ("to-call", None)
    anew = ("exposed-again", 1, {"case": 3, "calls": True, "work": "new"})
    assert work_then(told(("worked", 7, {"work": "unreachable"}), anew)) == ("new", None)
    assert work_then(told(("became-case", 1, {"case": 3}))) == ("done", None)
    assert work_then(told(("became-case", 1, {"case": 3}), ("no-case", 1, {"case": 3}))) == ("to-call", None)


def test_nobody_is_followed_before_it_began() -> None:
    assert follow_then(told(("found", 1, {}), ("heard", None, {"well": True, "test": ""}))) is None


def test_a_follow_up_is_read_from_what_was_said_and_done() -> None:
    begun = ("followed", 1, PLAN)
    then = follow_then(told(begun))
    assert then
    assert (then.until, then.apart, then.tests) == (date(2022, 3, 10), date(2022, 3, 5), (date(2022, 3, 3),))
    ill = ("heard", None, {"well": False, "test": ""})
    then = follow_then(told(begun, ill, ("heard", None, {"well": True, "test": ""})))
    assert then
    assert (then.ill, then.facts, then.source) == (True, {"symptoms": True}, "contact"), "an officer says who is well"
    then = follow_then(told(begun, ill, ("heard", 1, {"well": True, "test": "negative"})))
    assert then
    assert not then.ill
    changed = ("follow-up-changed", 1, {**PLAN, "apart": "", "tests": []})
    then = follow_then(told(begun, changed, ("extended", 1, {"until": "2022-03-12", "apart": False})))
    assert then
    assert (then.until, then.apart, then.extended, then.tests) == (date(2022, 3, 12), None, True, ())
    then = follow_then(told(begun, ("follow-up-ended", 1, {"state": "lost", "why": "moved"})))
    assert then
    assert (then.state, then.why, then.ended_by) == ("lost", "moved", 1)
    then = follow_then(told(begun, ("united", 1, {"into": "x"})))
    assert then
    assert (then.state, then.why) == ("released", "united")


def test_what_was_kept_before_tests_were_told_knows_none() -> None:
    then = follow_then(told(("followed", 1, {name: value for name, value in PLAN.items() if name != "tests"})))
    assert then
    assert then.tests is None


def shown(one: Contact, office: Office, *, on: datetime) -> Any:
    return actions.show_contact_on(uuid=one.uuid, day=local_day(on), by=office.officer, at=clock.now())


def traced(case: Town, office: Office) -> Contact:
    """Return Razak, whose name was shown; another case exposes him as of tomorrow."""
    office.case(case.persons["Aminah binti Ali"], onset=local_day(case.at(9)))
    actions.show_run(uuid=office.run().uuid, sliders=None, release=True, by=office.officer, at=clock.now())
    return Contact.objects.get(person=case.persons["Razak bin Abu"])


def test_an_exposure_is_known_from_when_a_run_found_it(case: Town, office: Office) -> None:
    before = clock.now()
    razak = traced(case, office)
    (row,) = Exposure.objects.filter(contact=razak)
    assert before <= row.made_at <= clock.now()
    assert row.made_at == razak.found_at


def test_exposures_of_the_version_before_get_the_time_that_history_tells(case: Town, office: Office) -> None:
    razak = traced(case, office)
    office.run()  # finds the same, and is the run of it from now on
    one = Exposure.objects.get(contact=razak)
    same = {
        "contact": razak,
        "first": one.first,
        "last": one.last,
        "minutes": 5,
        "tier": 4,
        "observed": True,
        "why": [],
    }
    other = office.case(None, onset=local_day(case.at(9)), name_sealed=b"x")
    lone = Exposure.objects.create(case=other, **same)
    Exposure.objects.update(made_at=clock.now() + DAY)
    fill = import_module("jejak.tracing.migrations.0014_exposure_made_at").FILL
    with connection.cursor() as cursor:
        cursor.execute(fill)
    one.refresh_from_db()
    lone.refresh_from_db()
    told = razak.events.get(kind="found").at
    assert (one.made_at, lone.made_at) == (told, razak.found_at)


def test_a_day_shows_the_exposures_that_were_open_at_its_end(case: Town, office: Office) -> None:
    razak, today = traced(case, office), clock.now()
    old = Exposure.objects.get(contact=razak)
    Contact.objects.filter(pk=razak.pk).update(found_at=today - 3 * DAY)
    Exposure.objects.filter(pk=old.pk).update(made_at=today - 3 * DAY, ended_at=today - DAY)
    same = {"contact": razak, "case": old.case, "first": old.first, "last": old.last, "observed": True, "why": old.why}
    Exposure.objects.create(**same, minutes=5, tier=4, made_at=today - DAY)
    assert shown(razak, office, on=today - 4 * DAY).exposures == ()
    assert shown(razak, office, on=today - 4 * DAY).tier is None
    assert not shown(razak, office, on=today - 4 * DAY).known
    assert shown(razak, office, on=today - 2 * DAY).tier == old.tier
    assert [tier for _case, tier, _one in shown(razak, office, on=today).exposures] == [4]


def test_a_day_shows_the_follow_up_of_then(town: Town, office: Office) -> None:
    (one,) = contacts(office, town, 1)
    now = clock.now()
    begun = now - 3 * DAY
    actions.start_follow_ups(contacts=[one], by=office.officer, at=begun)
    was = FollowUp.objects.get()
    ill = Said(well=False, symptoms=("fever",))
    actions.assess(uuid=one.uuid, said=ill, by=office.officer, at=now - 2 * DAY)
    version = FollowUp.objects.get().version
    actions.release(uuid=one.uuid, version=version, why="doctor", by=office.officer, at=now - DAY)
    assert shown(one, office, on=now - 4 * DAY).follow is None
    then = shown(one, office, on=begun)
    assert (then.follow.state, then.follow.ill, then.heard) == ("following", False, ())
    assert then.follow.tests == tuple(map(date.fromisoformat, was.tests))
    then = shown(one, office, on=now - 2 * DAY)
    assert (then.follow.state, then.follow.ill, [each.symptoms for each in then.heard]) == (
        "following", True, [("fever",)],
    )  # fmt: skip
    then = shown(one, office, on=now)
    kept = FollowUp.objects.get()
    assert (then.follow.state, then.follow.why, then.ended_by) == ("released", "doctor", office.officer.name)
    assert (then.follow.until, then.follow.apart, then.follow.table, then.follow.row) == (
        kept.until, kept.quarantine_until, kept.table_id, kept.row,
    )  # fmt: skip
    assert dict(then.follow.facts) == kept.facts


def test_looking_back_is_a_look_at_somebody(case: Town, office: Office) -> None:
    razak = traced(case, office)
    shown(razak, office, on=clock.now() - DAY)
    entry = Entry.objects.filter(action="tracing.contact").latest("pk")
    assert entry.detail["day"] == local_day(clock.now() - DAY).isoformat()
    assert set(entry.subjects.values_list("person_id", flat=True)) == {razak.person_id}


def test_another_offices_contact_has_no_past(case: Town, office: Office) -> None:
    razak = traced(case, office)
    stranger = office.colleague("Lim Lain")
    stranger.agency = None
    stranger.save()
    with pytest.raises(ContactUnknown):
        actions.show_contact_on(uuid=razak.uuid, day=local_day(clock.now()), by=stranger, at=clock.now())


def test_the_page_goes_back_and_says_when_nothing_was_known(case: Town, office: Office, client: Any) -> None:
    razak = traced(case, office)
    actions.start_follow_ups(contacts=[razak], by=office.officer, at=clock.now())
    client.force_login(office.officer)
    address = reverse("tracing:contact-history", args=[razak.uuid])
    assert address in client.get(reverse("tracing:contact", args=[razak.uuid])).content.decode()
    page = client.get(address).content.decode()
    for words in ("Kedai Runcit", "KES-0001", "Disusuli", "ditemui oleh carian"):
        assert words in page
    before = client.get(address, {"on": "2022-03-01"}).content.decode()
    assert "Belum ada yang diketahui" in before
    assert "Kedai Runcit" not in before
    assert [client.get(address, {"on": on}).status_code for on in ("semalam", "0001-01-01")] == [200, 200]
    assert client.get(address, {"on": "9999-12-31"}).context["then"].day == local_day(clock.now())
