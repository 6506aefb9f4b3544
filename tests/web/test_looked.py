"""Who looked at one's data is shown in words, can be questioned, and is answered by auditors."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation
from people.citizens import OTHER, claimed, sign_in, visitor

from jejak.access import actions as access
from jejak.access.rules import AgencyKind
from jejak.kernel import clock
from jejak.trail import actions as trail
from jejak.trail.models import Entry, Question
from jejak.web.deeds import DEEDS, THINGS, in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jejak.access.models import User

SOURCE = Path(__file__).parents[2] / "src" / "jejak"
DEED = re.compile(r"[a-z]+\.[a-z-]+")


def deeds() -> Iterator[str]:
    """Yield every deed that the code records: constants given as ``action=``, or by a name that holds one."""
    trees = [ast.parse(path.read_text()) for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]
    constants: dict[str, set[str]] = {}
    for tree in trees:
        for node in tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                _gather(constants, target, node.value)
    for tree in trees:
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            for word in call.keywords:
                if word.arg == "action":
                    yield from _meant(word.value, constants)


def _gather(constants: dict[str, set[str]], target: ast.expr, value: ast.expr) -> None:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, its in zip(target.elts, value.elts, strict=True):
            _gather(constants, one, its)
    elif isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
        constants.setdefault(target.id, set()).add(value.value)


def _meant(value: ast.expr, constants: dict[str, set[str]]) -> set[str]:
    if isinstance(value, ast.Constant):
        return {str(value.value)}
    name = value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else ""
    return constants.get(name, set())


def test_every_deed_that_the_code_records_has_words_in_both_languages() -> None:
    found = {deed for deed in deeds() if DEED.fullmatch(deed)}
    assert {"visits.stays", "tracing.search", "people.show-document"} <= found
    assert sorted(deed for deed in found if deed not in DEEDS and not deed.startswith(tuple(THINGS))) == []
    for deed in found:
        with translation.override("en"):
            english = in_words(deed)
        with translation.override("ms"):
            assert in_words(deed) != english, deed


@pytest.fixture
def health(db: None) -> User:
    agency = access.add_agency(name="Pejabat Kesihatan Petaling", kind=AgencyKind.HEALTH, now=clock.now())
    return access.add_account(
        email="p@contoh.example", name="Pegawai Rahsia", kind="staff", role="health_officer", agency=agency
    )


@pytest.fixture
def auditor(db: None) -> User:
    return access.add_account(
        email="audit@contoh.example", name="Encik Juruaudit", kind="staff", role="auditor", is_demo=True
    )


@pytest.fixture
def mine(client: Client, health: User) -> tuple[Client, Entry]:
    ali = claimed("Ali bin Abu")
    visitor(client, person=ali, device=101)
    sign_in(client)
    return client, trail.record(by=health, action="visits.stays", purpose="kes 17 di Kajang", persons=[ali])


@pytest.mark.django_db
def test_a_look_is_shown_with_agency_and_reason_and_without_the_officers_name(mine: tuple[Client, Entry]) -> None:
    page = mine[0].get("/me/looked/").text
    for said in ("Pejabat Kesihatan Petaling", "kes 17 di Kajang"):
        assert said in page
    assert "Pegawai Rahsia" not in page


@pytest.mark.django_db
def test_the_file_holds_every_look_and_the_page_leads_to_each(mine: tuple[Client, Entry], health: User) -> None:
    browser, first = mine
    person, at = first.subjects.get().person_id, clock.now()
    for number in range(210):
        trail.record(by=health, action="people.find-by-phone", purpose=f"alasan {number}", persons=[person], at=at)
    [looks] = [one for one in browser.get("/me/data.json").json()["parts"] if one["key"] == "looks"]
    assert len(looks["rows"]) == Entry.objects.filter(subjects__person_id=person, refused="").count() > 210
    pages = [browser.get(f"/me/looked/?page={number}").text for number in range(1, 6)]
    listed = [page.count('class="look"') for page in pages]
    assert listed[:4] == [50] * 4
    assert sum(listed) == len(looks["rows"])
    assert 'aria-current="page">5<' in pages[4]
    assert f"/me/looked/{first.uuid}/" in "".join(pages)
    assert browser.get(f"/me/looked/{first.uuid}/").status_code == 200


@pytest.mark.django_db
def test_a_refused_look_is_none(mine: tuple[Client, Entry], health: User) -> None:
    person = mine[1].subjects.get().person_id
    trail.refuse(by=health, action="visits.stays", purpose="kes 99", why="role", persons=[person])
    assert "kes 99" not in mine[0].get("/me/looked/").text


@pytest.mark.django_db
def test_a_question_is_asked_once_and_answered_by_an_auditor(
    mine: tuple[Client, Entry], auditor: User, demo_node: None
) -> None:
    client, entry = mine
    path = f"/me/looked/{entry.uuid}/"
    assert client.post(path, {"words": " "}).status_code == 422
    assert client.post(path, {"words": "x" * 501}).status_code == 422
    assert client.post(path, {"words": "Saya tidak pernah ke Kajang"}).url == "/me/looked/"
    client.post(path, {"words": "lagi sekali"})
    asked = Question.objects.get()
    assert b"Kajang" not in bytes(asked.words_sealed)
    desk = Client()
    desk.force_login(auditor)
    assert "Saya tidak pernah ke Kajang" in desk.get("/staff/questions/").text
    page = desk.get(f"/staff/questions/{asked.uuid}/").text
    assert "Pegawai Rahsia" in page
    assert "Ali" not in page
    assert desk.post(f"/staff/questions/{asked.uuid}/", {"words": ""}).status_code == 422
    assert desk.post(f"/staff/questions/{asked.uuid}/", {"words": "Carian untuk kes jiran"}).status_code == 302
    assert desk.post(f"/staff/questions/{asked.uuid}/", {"words": "kali kedua"}).status_code == 302
    assert "Carian untuk kes jiran" in client.get("/me/looked/").text


@pytest.mark.django_db
def test_nobody_questions_a_look_at_somebody_else(mine: tuple[Client, Entry], health: User) -> None:
    other = trail.record(by=health, action="visits.stays", purpose="kes 18", persons=[claimed("Lain", phone=OTHER)])
    answers = [
        mine[0].post(f"/me/looked/{uuid}/", {"words": "mengapa?"})
        for uuid in (other.uuid, "01890a5d-ac96-774b-bcce-b302099a8057")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert Question.objects.count() == 0


@pytest.mark.django_db
def test_only_auditors_read_the_questions(officer_client: Client) -> None:
    assert officer_client.get("/staff/questions/").status_code == 403


@pytest.mark.django_db
def test_an_answer_is_whole(mine: tuple[Client, Entry]) -> None:
    mine[0].post(f"/me/looked/{mine[1].uuid}/", {"words": "mengapa?"})
    with pytest.raises(IntegrityError, match="trail_question_answer_whole"), transaction.atomic():
        Question.objects.update(answered_name="somebody")
    row = Question.objects.get()
    with pytest.raises(IntegrityError, match="trail_question_once"), transaction.atomic():
        Question.objects.create(entry_id=row.entry_id, person_id=row.person_id, words_sealed=b"x", asked_at=clock.now())
