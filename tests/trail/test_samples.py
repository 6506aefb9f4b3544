"""Auditors' random samples: said before the seed exists, drawn alike by anybody, judged once, answered by the agency."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from jejak.access import actions as access
from jejak.access.actions import auditing
from jejak.access.errors import PurposeRefused
from jejak.access.rules import AgencyKind
from jejak.kernel import clock
from jejak.ledger import actions as ledger
from jejak.ledger import queries as ledger_queries
from jejak.ledger import sequencing
from jejak.ledger.reconciling import reconcile
from jejak.trail import actions, queries, redrawing
from jejak.trail.actions import Wanted
from jejak.trail.entries import SAMPLE
from jejak.trail.errors import SampleUnknown, SeedWaits, WordsMissing
from jejak.trail.models import Drawn, Entry, Sample
from jejak.trail.sampling import DOMAIN, draw, seed_of

if TYPE_CHECKING:
    from jejak.access.models import User

DAY = datetime(2022, 1, 21, tzinfo=UTC)
NOW = datetime(2022, 2, 1, 4, tzinfo=UTC)
OFFICE, OTHER = "Pejabat Kesihatan Petaling", "Pejabat Kesihatan Kedah"
HALF = bytes(range(32))


@pytest.fixture
def log(transactional_db: None) -> Iterator[None]:
    """An empty log of the node."""
    import shutil

    files = sequencing.log_files()
    shutil.rmtree(files.folder, ignore_errors=True)
    yield
    shutil.rmtree(files.folder, ignore_errors=True)


def staff(role: str, *, agency: str = "Audit Contoh", state: str = "", scope: str = "", name: str = "") -> User:
    kind = AgencyKind.AUDIT if role == "auditor" else AgencyKind.HEALTH
    of = access.add_agency(name=agency, kind=kind, state=state, now=NOW)
    email = f"{(name or role).replace(' ', '.').lower()}@contoh.example"
    user = access.add_account(email=email, name=name or f"Orang {role}", kind="staff", role=role, agency=of)
    user.role_grants.update(state=scope)
    return user


def looks(by: User, many: int = 30) -> list[UUID]:
    return [
        actions.record(
            by=by, action="visits.stays", purpose=f"kes {n}", persons=[n], at=DAY + timedelta(minutes=n)
        ).uuid
        for n in range(many)
    ]


def wanted(agency: str = OFFICE, number: int = 5) -> Wanted:
    return Wanted(DAY, DAY + timedelta(days=1), number, agency, "visits.stays")


def drawn(auditor: User, **said: Any) -> UUID:
    uuid = auditing.commit(by=auditor, wanted=wanted(**said), words="enam, dua, empat", now=NOW)
    sequencing.sequence()
    auditing.draw(by=auditor, sample=uuid, now=NOW)
    return uuid


@given(st.sets(st.uuids(), max_size=40), st.integers(1, 50), st.binary(min_size=32, max_size=32))
def test_the_draw_is_the_published_few_lines(entries: set[UUID], number: int, seed: bytes) -> None:
    ascending = sorted(entries, key=lambda one: one.bytes)
    found = draw(seed=seed, entries=ascending, number=number)
    plain = sorted(entries, key=lambda one: sha256(seed + one.bytes).digest())[:number]
    assert list(found.entries) == plain
    assert found.candidates == len(entries)
    assert found.digest == sha256(b"".join(one.bytes for one in ascending)).digest()


def test_the_seed_needs_both_halves_whole() -> None:
    assert seed_of(nonce=HALF, root=HALF) == sha256(DOMAIN + HALF + HALF).digest()
    for nonce, root in ((b"", HALF), (HALF, HALF[:31])):
        with pytest.raises(ValueError, match="32 bytes"):
            seed_of(nonce=nonce, root=root)


def test_a_sample_is_drawn_after_the_ledger_signed_it_and_anybody_draws_the_same(log: None) -> None:
    auditor, officer = staff("auditor"), staff("health_officer", agency=OFFICE)
    entries = looks(officer)
    looks(staff("health_officer", agency=OTHER, name="Pegawai Lain"))
    uuid = auditing.commit(by=auditor, wanted=wanted(), words="enam, dua, empat", now=NOW)
    with pytest.raises(SeedWaits):
        auditing.draw(by=auditor, sample=uuid, now=NOW)
    sequencing.sequence()
    auditing.draw(by=auditor, sample=uuid, now=NOW)
    sample = Sample.objects.get()
    again = draw(
        seed=seed_of(nonce=sha256(b"enam, dua, empat").digest(), root=bytes(sample.root or b"")),
        entries=sorted(entries, key=lambda one: one.bytes),
        number=5,
    )
    assert [one.entry.uuid for one in queries.drawn_of(sample)] == list(again.entries)
    assert (sample.candidates, bytes(sample.digest or b"")) == (30, again.digest)
    told = ledger_queries.entry(sample.record)
    assert told.opened
    assert told.record is not None
    assert told.record["nonce"] == sample.nonce_hex
    noted = Entry.objects.filter(action__startswith="audit.").order_by("pk")
    assert [(one.action, one.detail["sample"]) for one in noted] == [
        ("audit.committed", str(uuid)),
        ("audit.drawn", str(uuid)),
    ]


def test_drawing_again_later_changes_nothing(log: None) -> None:
    auditor, officer = staff("auditor"), staff("health_officer", agency=OFFICE)
    looks(officer)
    uuid = drawn(auditor)
    before = list(Drawn.objects.values_list("entry", flat=True))
    looks(officer, 3)
    actions.record(by=officer, action="visits.stays", purpose="kes", at=NOW)
    sequencing.sequence()
    auditing.draw(by=auditor, sample=uuid, now=NOW)
    assert list(Drawn.objects.values_list("entry", flat=True)) == before
    assert Entry.objects.filter(action="audit.drawn").count() == 1


def test_nobody_draws_anothers_sample_and_an_officer_commits_to_none(log: None) -> None:
    auditor, other = staff("auditor"), staff("auditor", name="Juruaudit Lain")
    uuid = auditing.commit(by=auditor, wanted=wanted(), words="", now=NOW)
    sequencing.sequence()
    with pytest.raises(SampleUnknown):
        auditing.draw(by=other, sample=uuid, now=NOW)
    with pytest.raises(PurposeRefused, match="role"):
        auditing.commit(by=staff("health_officer", agency=OFFICE), wanted=wanted(), words="", now=NOW)
    assert [entry.refused for entry in queries.refusals(since=DAY)] == ["role"]


def test_an_auditor_of_one_state_draws_from_its_agencies_alone(log: None) -> None:
    staff("health_officer", agency=OFFICE, state="MY-10")
    staff("data_steward", agency=OTHER, state="MY-02")
    auditor = staff("auditor", scope="MY-10")
    assert auditing.agencies_for(by=auditor)[0] is False
    auditing.commit(by=auditor, wanted=wanted(OFFICE), words="", now=NOW)
    for agency in (OTHER, ""):
        with pytest.raises(PurposeRefused, match="scope"):
            auditing.commit(by=auditor, wanted=wanted(agency), words="", now=NOW)


def test_what_is_questionable_asks_the_agency_and_its_manager_answers_once(log: None) -> None:
    auditor, officer = staff("auditor"), staff("health_officer", agency=OFFICE)
    manager, stranger = (
        staff("agency_manager", agency=OFFICE),
        staff("agency_manager", agency=OTHER, name="Pengurus Lain"),
    )
    looks(officer)
    one, two, *_ = queries.drawn_of(queries.sample_of(uuid=drawn(auditor)))
    with pytest.raises(WordsMissing):
        auditing.judge(by=auditor, number=one.number, finding="questionable", note="?", now=NOW)
    auditing.judge(by=auditor, number=two.number, finding="in-order", note="", now=NOW)
    auditing.judge(by=auditor, number=one.number, finding="questionable", note="Kes ini tiada dalam fail", now=NOW)
    assert [found.number for found in queries.asked_of(agency=OFFICE)] == [one.number]
    assert queries.asked_of(agency=OTHER) == ()
    with pytest.raises(SampleUnknown):
        auditing.answer(by=stranger, number=one.number, words="bukan urusan kami", now=NOW)
    auditing.answer(by=manager, number=one.number, words="Fail dibuka pada hari esoknya", now=NOW)
    with pytest.raises(SampleUnknown):
        auditing.answer(by=manager, number=one.number, words="sekali lagi begitu", now=NOW)
    with pytest.raises(SampleUnknown):
        auditing.judge(by=auditor, number=one.number, finding="in-order", note="", now=NOW)
    found = queries.drawn_entry(number=one.number)
    assert (found.note, found.answer) == ("Kes ini tiada dalam fail", "Fail dibuka pada hari esoknya")
    sealed = Drawn.objects.get(pk=one.number)
    assert b"fail" not in bytes(sealed.note_sealed or b"") + bytes(sealed.answer_sealed or b"")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"until": DAY}, "trail_sample_period_over"),
        ({"until": NOW + timedelta(days=1)}, "trail_sample_period_over"),
        ({"number": 51}, "trail_sample_number"),
        ({"nonce": b"short"}, "trail_sample_nonce_sized"),
        ({"drawn_at": NOW}, "trail_sample_drawn_whole"),
    ],
)
def test_the_database_refuses_a_sample_that_makes_no_sense(values: dict[str, Any], constraint: str) -> None:
    whole = {
        "by_id": 1, "by_name": "x", "since": DAY, "until": DAY + timedelta(days=1), "number": 5, "nonce": HALF,
        "record": 1, "committed_at": NOW,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Sample.objects.create(**(whole | values))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"finding": "questionable", "found_at": NOW}, "trail_drawn_finding_whole"),
        ({"finding": "lain"}, "trail_drawn_finding_whole"),
        ({"answered_at": NOW}, "trail_drawn_answer_whole"),
    ],
)
def test_the_database_refuses_half_a_finding(values: dict[str, Any], constraint: str) -> None:
    sample = Sample.objects.create(
        by_id=1, by_name="x", since=DAY, until=DAY + timedelta(days=1), number=5, nonce=HALF, record=1, committed_at=NOW
    )
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Drawn.objects.create(sample=sample, position=1, entry=UUID(int=1), **values)
    Drawn.objects.create(sample=sample, position=1, entry=UUID(int=1))
    with pytest.raises(IntegrityError, match="trail_drawn_place_once"), transaction.atomic():
        Drawn.objects.create(sample=sample, position=1, entry=UUID(int=2))
    with pytest.raises(IntegrityError, match="trail_drawn_entry_once"), transaction.atomic():
        Drawn.objects.create(sample=sample, position=2, entry=UUID(int=1))


@pytest.mark.django_db(databases=["default", "retention"], transaction=True)
def test_a_sample_outlives_neither_its_entries_nor_its_years(log: None) -> None:
    long_ago = clock.now() - timedelta(days=3000)
    officer, auditor = staff("health_officer", agency=OFFICE), staff("auditor")
    for n in range(3):
        actions.record(by=officer, action="visits.stays", purpose="kes", at=long_ago + timedelta(hours=n))
    asked = Wanted(long_ago, long_ago + timedelta(days=1), 2, OFFICE)
    uuid = auditing.commit(by=auditor, wanted=asked, words="", now=clock.now())
    sequencing.sequence()
    auditing.draw(by=auditor, sample=uuid, now=clock.now())
    with connections["retention"].cursor() as cursor:
        cursor.execute("select trail_forget(now() - interval '2557 days')")
    assert queries.drawn_of(queries.sample_of(uuid=uuid)) == ()
    assert not Drawn.objects.exists()


def found(database: Any, statement: str = "select 1") -> list[str]:
    with psycopg.connect(database.owner) as owner:
        owner.execute(statement.encode())
    return reconcile(readers={SAMPLE.number: redrawing.differences}).findings


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("select 1", ""),
        ("update trail_sample set number = 4", "was changed since the ledger committed to it"),
        ("update trail_sample set until = until - interval '1 hour'", "was changed since the ledger committed to it"),
        ("update trail_sample set agency = 'Lain'", "was changed since the ledger committed to it"),
        ("update trail_sample set root = sha256('x')", "has another seed than the ledger gives it"),
        ("update trail_sample set candidates = 31", "is not what is drawn now"),
        ("update trail_sample set digest = sha256('x')", "is not what is drawn now"),
        ("delete from trail_drawn where position = 2", "is not what is drawn now"),
        ("update trail_drawn set entry = gen_random_uuid() where position = 2", "is not what is drawn now"),
        ("update trail_sample set record = record + 1", "claims record"),
        ("delete from trail_drawn; delete from trail_sample", "is gone, and no retention entry covers it"),
    ],
)
def test_a_sample_edited_by_sql_is_named(log: None, database: Any, statement: str, said: str) -> None:
    auditor, officer = staff("auditor"), staff("health_officer", agency=OFFICE)
    looks(officer)
    uuid = drawn(auditor)
    named = found(database, statement)
    assert [one for one in named if f"sample {uuid}" in one and said in one] == named[-1:]
    assert bool(named) == bool(said)


def test_a_sample_put_in_by_sql_is_named_where_the_ledger_knows_of_none(log: None, database: Any) -> None:
    statement = (
        "insert into trail_sample (uuid, by_id, by_name, agency, action, since, until, number, nonce, record,"
        " committed_at) values (gen_random_uuid(), 1, 'x', '', '', '2022-01-01', '2022-01-02', 5, sha256('x'), 999, now())"
    )
    [named] = found(database, statement)
    assert named.endswith("claims record 999, which is no sample's")


def test_a_sample_that_retention_took_is_covered(log: None, database: Any) -> None:
    auditor, officer = staff("auditor"), staff("health_officer", agency=OFFICE)
    looks(officer)
    drawn(auditor)
    for on, kept_from in ((2, 1), (100, 2)):
        with transaction.atomic():
            ledger.announce_deletion(
                of="trail",
                on=(NOW + on * timedelta(days=1)).date(),
                kept_from=(NOW + kept_from * timedelta(days=1)).date(),
            )
        sequencing.sequence()
    named = found(database, "delete from trail_drawn; delete from trail_sample")
    assert [one for one in named if one.startswith("sample")] == []
