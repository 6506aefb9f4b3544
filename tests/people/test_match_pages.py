"""The steward's pages about people who exist twice: masked, on the trail, decided by two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from people.twice import BORN, MYKAD, NOW, approved_merge, person, proposal, show, steward

from jejak.access import actions as access
from jejak.access.models import Request
from jejak.access.rules import AccountKind
from jejak.people import matching
from jejak.people.models import Merge, Proposal
from jejak.people.queries import together
from jejak.trail.models import Entry, Subject

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db
QUEUE = "/people/twice/"


@pytest.fixture
def by(demo_node: None) -> User:
    return steward()


@pytest.fixture
def second(demo_node: None) -> User:
    return steward("badrul")


@pytest.fixture
def pages(by: User) -> Client:
    return signed_in(by)


@pytest.fixture
def found() -> Proposal:
    return proposal(person("Ali bin Abu"), person("Ali Abu"))


def signed_in(user: User) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="ms")
    client.force_login(user)
    return client


def page_of(found: Proposal, deed: str = "") -> str:
    return f"{QUEUE}{found.uuid}/{deed}"


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


class TestTheQueue:
    """Numbers alone."""

    def test_it_says_when_there_is_nobody(self, pages: Client) -> None:
        assert "Tiada sesiapa untuk disemak" in text(pages.get(QUEUE))

    def test_the_likeliest_come_first_and_no_name_is_shown(self, pages: Client, found: Proposal) -> None:
        likelier = proposal(person("Siti binti Ali"), person("Siti Ali"))
        Proposal.objects.filter(pk=likelier.pk).update(score=100)
        shown = pages.get(QUEUE).content.decode()
        assert shown.index(str(likelier.uuid)) < shown.index(str(found.uuid))
        assert "Ali bin Abu" not in shown
        assert not Entry.objects.filter(kind__startswith="merge").exists()

    def test_a_pair_is_found_by_a_persons_number(self, pages: Client, found: Proposal) -> None:
        assert str(found.uuid) in pages.get(QUEUE, {"q": str(found.other_id)}).content.decode()
        assert "Tiada pasangan" in text(pages.get(QUEUE, {"q": "999999"}))

    def test_a_pair_is_found_by_a_phone_and_that_is_a_look(self, pages: Client, found: Proposal) -> None:
        assert str(found.uuid) in pages.get(QUEUE, {"q": "012-345 6789"}).content.decode()
        entry = Entry.objects.get(kind="merge-search")
        assert set(Subject.objects.filter(entry=entry).values_list("person_id", flat=True)) == {
            found.one_id,
            found.other_id,
        }
        assert "Tiada pasangan" in text(pages.get(QUEUE, {"q": "bukan nombor"}))

    @pytest.mark.parametrize("role", ["health_officer", "auditor", "helpdesk_lead"])
    @pytest.mark.usefixtures("demo_node")
    def test_others_are_refused(self, found: Proposal, role: str) -> None:
        other = access.add_account(
            email="lain@contoh.example", name="Lain", kind=AccountKind.STAFF, role=role, is_demo=True
        )
        for path in (QUEUE, page_of(found), page_of(found, "apart/"), f"{QUEUE}merges/"):
            assert signed_in(other).get(path).status_code == 403


class TestAPair:
    """Two persons side by side."""

    def test_phones_and_documents_are_masked_and_birth_dates_too(
        self, pages: Client, by: User, found: Proposal
    ) -> None:
        show(found.one_id, by=by, mykad=MYKAD, birth=BORN)
        shown = pages.get(page_of(found)).content.decode()
        assert "Ali bin Abu" in shown
        assert "6789" in shown
        assert "5566" in shown
        for secret in ("12345678", "0123456789", "800201", "1980-02-01"):
            assert secret not in shown

    def test_both_find_each_look_on_their_trail(self, pages: Client, found: Proposal) -> None:
        pages.get(page_of(found))
        pages.get(page_of(found))
        entries = Entry.objects.filter(action="people.compare", kind="merge", reference=str(found.uuid))
        assert entries.count() == 2
        assert Subject.objects.filter(entry__in=entries).count() == 4

    def test_the_201st_look_in_ten_minutes_is_refused_and_reported(self, pages: Client, found: Proposal) -> None:
        answers = {pages.get(page_of(found)).status_code for _ in range(200)}
        assert answers == {200}
        assert pages.get(page_of(found)).status_code == 429
        assert Entry.objects.filter(refused="budget-looks").exists()

    def test_one_that_is_not_there_is_not_there(self, pages: Client) -> None:
        assert pages.get(f"{QUEUE}01890a5d-ac96-774b-bcce-b302099a8057/").status_code == 404

    def test_whoever_conflicts_cannot_be_merged_and_the_page_says_why(
        self, pages: Client, by: User, found: Proposal
    ) -> None:
        show(found.one_id, by=by, mykad=MYKAD)
        show(found.other_id, by=by, mykad="810201-14-5566")
        shown = pages.get(page_of(found))
        assert "dua orang" in text(shown)
        assert "/ask/" not in shown.content.decode()
        assert pages.post(page_of(found, "ask/"), {"reason": "Orang yang sama"}).status_code == 404

    def test_keeping_apart_asks_once_more(self, pages: Client, found: Proposal) -> None:
        assert "Kekalkan berasingan?" in text(pages.get(page_of(found, "apart/")))
        pages.post(page_of(found, "apart/"))
        found.refresh_from_db()
        assert found.decision == "different"


class TestMergingAndUndoing:
    """By two."""

    def test_two_stewards_merge_and_undo_on_these_pages(self, pages: Client, second: User, found: Proposal) -> None:
        pages.post(page_of(found, "ask/"), {"reason": "Orang yang sama, dua ejaan"})
        assert pages.get(page_of(found, "merge/")).status_code == 302
        assert pages.post(page_of(found, "merge/")).status_code == 302
        assert not Merge.objects.exists()
        colleague = signed_in(second)
        assert "meminta" in text(colleague.get(page_of(found)))
        said = text(colleague.get(f"/staff/requests/{Request.objects.get().uuid}/"))
        assert f"{found.one_id} dan {found.other_id}" in said
        assert "70 %" in said
        colleague.post(f"/staff/requests/{Request.objects.get().uuid}/", {"decision": "approved"})
        assert "Baca sebagai seorang?" in text(pages.get(page_of(found, "merge/")))
        pages.post(page_of(found, "merge/"))
        assert together([found.one_id]) == (found.one_id, found.other_id)
        merge = f"{QUEUE}merges/{Merge.objects.get().uuid}/"
        assert "dibaca sebagai seorang" in text(pages.get(f"{QUEUE}merges/"))
        pages.post(merge, {"reason": "Mereka adik-beradik"})
        assert pages.post(f"{merge}undo/").status_code == 302
        colleague.post(f"/staff/requests/{Request.objects.latest('pk').uuid}/", {"decision": "approved"})
        assert "Baca berasingan semula?" in text(pages.get(f"{merge}undo/"))
        pages.post(f"{merge}undo/")
        assert together([found.one_id]) == (found.one_id,)
        assert "dibatalkan" in text(pages.get(merge))

    @pytest.mark.parametrize("reason", ["", "ya", "          "])
    def test_without_a_reason_nothing_is_asked(self, pages: Client, found: Proposal, reason: str) -> None:
        assert pages.post(page_of(found, "ask/"), {"reason": reason}).status_code == 422
        assert not Request.objects.exists()

    def test_nobody_approves_their_own_on_the_page(self, pages: Client, found: Proposal) -> None:
        pages.post(page_of(found, "ask/"), {"reason": "Orang yang sama, dua ejaan"})
        pages.post(f"/staff/requests/{Request.objects.get().uuid}/", {"decision": "approved"})
        assert Request.objects.get().decision == ""

    def test_what_was_shown_after_the_approval_stops_the_merge(
        self, pages: Client, by: User, second: User, found: Proposal
    ) -> None:
        pages.post(page_of(found, "ask/"), {"reason": "Orang yang sama, dua ejaan"})
        signed_in(second).post(f"/staff/requests/{Request.objects.get().uuid}/", {"decision": "approved"})
        show(found.one_id, by=by, mykad=MYKAD, check=False)
        show(found.other_id, by=by, mykad="810201-14-5566", check=False)
        answer = pages.post(page_of(found, "merge/"), follow=True)
        assert "dokumen yang berbeza" in text(answer)
        assert not Merge.objects.exists()

    def test_a_merge_in_doubt_stands_first_on_the_queue(self, pages: Client, by: User, second: User) -> None:
        one, other = person("Ali bin Abu"), person("Ali Abu")
        merge = approved_merge(one, other, by=by, second=second)
        show(one, by=by, mykad=MYKAD)
        show(other, by=by, mykad="810201-14-5566")
        assert str(merge.uuid) in pages.get(QUEUE).content.decode()
        matching.reconsider(persons=[one], now=NOW)
        assert "Sesuatu yang ditunjukkan" in text(pages.get(QUEUE))
