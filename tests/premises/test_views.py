"""The owner's pages: registering, printing, changing, withdrawing; and nobody else's."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import zxingcpp
from django.urls import reverse
from PIL import Image

from jejak.formats import postercode
from jejak.kernel.ids import uuid7
from jejak.kernel.keys import keyring
from jejak.premises import queries

if TYPE_CHECKING:
    from jejak.access.models import User

pytestmark = pytest.mark.django_db

FORM = {
    "name": "Kedai Runcit Seri",
    "branch": "Seksyen 7",
    "kind": "shop",
    "address": "12, Jalan Mawar 3",
    "state": "MY-10",
    "district": "Petaling",
    "hours": "same",
    "opens": "09:00",
    "closes": "22:00",
}
FILES = {
    "poster.pdf": "application/pdf",
    "poster.png": "image/png",
    "qr.svg": "image/svg+xml",
    "qr.png": "image/png",
}


@pytest.fixture
def shop(owner_client: Any, owner: User) -> queries.PosterOf:
    answer = owner_client.post(reverse("premises:new"), FORM | {"uuid": str(uuid7())})
    assert answer.status_code == 302
    place = queries.premises_of(owner=owner)[0]
    return queries.posters_of(owner=owner, uuid=place.uuid)[0]


@pytest.fixture
def stranger_client(db: None, client_class: Any) -> Any:
    from jejak.access import actions

    browser = client_class()
    account = actions.add_account(email="lain@contoh.example", name="Lain", kind="owner", role="premises_owner")
    browser.force_login(account)
    return browser


@pytest.fixture
def client_class() -> Any:
    from django.test import Client

    return Client


def addresses(it: queries.PosterOf, *, uuid: Any = None, code: str = "") -> list[str]:
    one, both = [uuid or it.place.uuid], [uuid or it.place.uuid, code or it.short_code]
    return [
        *(reverse(f"premises:{name}", args=one) for name in ("detail", "registered", "edit", "close", "issue")),
        *(reverse(f"premises:{name}", args=both) for name in ("poster", "retire", "replace")),
        *(reverse("premises:file", args=[*both, form]) for form in FILES),
    ]


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_without_an_account_every_page_leads_to_signing_in(
    client: Any, shop: queries.PosterOf, client_class: Any
) -> None:
    for address in [reverse("premises:list"), reverse("premises:new"), *addresses(shop)]:
        answer = client_class().get(address)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("account_login"))


def test_a_health_officer_is_no_owner(
    shop: queries.PosterOf, officer: User, client_class: Any, demo_node: None
) -> None:
    browser = client_class()
    browser.force_login(officer)
    for address in [reverse("premises:list"), reverse("premises:new"), *addresses(shop)]:
        assert browser.get(address).status_code == 403


def test_every_page_of_another_s_premises_answers_like_one_that_is_not_there(
    shop: queries.PosterOf, stranger_client: Any
) -> None:
    for real, made_up in zip(addresses(shop), addresses(shop, uuid=uuid7(), code="0000000"), strict=True):
        for ask in (stranger_client.get, stranger_client.post):
            theirs, nothing = ask(real), ask(made_up)
            assert theirs.status_code == nothing.status_code
            assert theirs.status_code in {404, 405}
            assert _without(real, theirs) == _without(made_up, nothing)


def _without(address: str, answer: Any) -> str:
    """The page but for its own address, which the language switch carries."""
    text: str = answer.content.decode()
    return text.replace(quote(address, safe=""), "").replace(address, "")


def test_registering_leads_to_a_page_that_says_so_with_the_poster(owner_client: Any, owner: User) -> None:
    answer = owner_client.post(reverse("premises:new"), FORM | {"uuid": str(uuid7())}, follow=True)
    assert answer.redirect_chain[0][1] == 302
    assert "Kedai Runcit Seri sudah didaftarkan" in text_of(answer)
    assert "poster.png" in answer.content.decode()
    place = queries.premises_of(owner=owner)[0]
    assert (place.name, place.branch, place.owner_id) == ("Kedai Runcit Seri", "Seksyen 7", owner.pk)


def test_a_form_sent_twice_registers_once(owner_client: Any, owner: User) -> None:
    sent = FORM | {"uuid": str(uuid7())}
    first, second = (owner_client.post(reverse("premises:new"), sent) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert len(queries.premises_of(owner=owner)) == 1


def test_a_wrong_form_comes_back_as_typed_and_registers_nothing(owner_client: Any, owner: User) -> None:
    answer = owner_client.post(reverse("premises:new"), FORM | {"state": "", "name": "Kedai <script>"})
    assert answer.status_code == 422
    assert "Pilih negeri." in text_of(answer)
    assert "Kedai &lt;script&gt;" in answer.content.decode()
    assert queries.premises_of(owner=owner) == ()


@pytest.mark.parametrize("form", FILES)
def test_each_file_of_a_poster_is_given_to_look_at_or_to_keep(
    owner_client: Any, shop: queries.PosterOf, form: str
) -> None:
    address = reverse("premises:file", args=[shop.place.uuid, shop.short_code, form])
    shown, kept = owner_client.get(address), owner_client.get(address + "?save")
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, FILES[form])
    assert shown.headers["Content-Disposition"].startswith("inline")
    name = f'filename="jejak-{shop.short_code.lower()}-{form}"'
    assert kept.headers["Content-Disposition"] == f"attachment; {name}"


def test_the_qr_leads_to_this_poster_on_this_node(owner_client: Any, shop: queries.PosterOf) -> None:
    answer = owner_client.get(reverse("premises:file", args=[shop.place.uuid, shop.short_code, "qr.png"]))
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.content)).convert("L"))
    parsed = postercode.parse(found.text.split("#")[0].rsplit("/", 1)[1])
    assert parsed.number == shop.number
    assert postercode.verify(parsed, secret=keyring().get("poster", parsed.key_version).secret)


def test_a_file_that_no_poster_has_is_not_found(owner_client: Any, shop: queries.PosterOf) -> None:
    assert (
        owner_client.get(reverse("premises:file", args=[shop.place.uuid, shop.short_code, "x.exe"])).status_code == 404
    )


def test_withdrawing_asks_first_and_only_a_post_does_it(owner_client: Any, owner: User, shop: queries.PosterOf) -> None:
    address = reverse("premises:retire", args=[shop.place.uuid, shop.short_code])
    assert "Tarik balik poster?" in text_of(owner_client.get(address))
    assert queries.by_short_code(shop.short_code).retired_at is None
    answer = owner_client.post(address, follow=True)
    assert "Poster ditarik balik." in text_of(answer)
    assert "Tiada poster yang berfungsi" in text_of(answer)
    assert queries.by_short_code(shop.short_code).retired_at is not None
    assert "Tiada yang berubah" in text_of(owner_client.post(address, follow=True))


def test_a_withdrawn_poster_is_not_printed_again(owner_client: Any, shop: queries.PosterOf) -> None:
    owner_client.post(reverse("premises:retire", args=[shop.place.uuid, shop.short_code]))
    page = owner_client.get(reverse("premises:poster", args=[shop.place.uuid, shop.short_code]))
    assert "Ditarik balik pada" in text_of(page)
    assert "poster.pdf" not in page.content.decode()
    for form in FILES:
        address = reverse("premises:file", args=[shop.place.uuid, shop.short_code, form])
        assert owner_client.get(address).status_code == 410


def test_replacing_leads_to_the_new_poster(owner_client: Any, owner: User, shop: queries.PosterOf) -> None:
    answer = owner_client.post(reverse("premises:replace", args=[shop.place.uuid, shop.short_code]), follow=True)
    assert "Poster lama sudah ditarik balik." in text_of(answer)
    up = [each for each in queries.posters_of(owner=owner, uuid=shop.place.uuid) if each.retired_at is None]
    assert answer.request["PATH_INFO"] == reverse("premises:poster", args=[shop.place.uuid, up[0].short_code])


def test_another_poster_is_made_for_a_zone(owner_client: Any, shop: queries.PosterOf) -> None:
    answer = owner_client.post(reverse("premises:issue", args=[shop.place.uuid]), {"zone": "Aras 2"}, follow=True)
    assert "Poster baharu sudah siap." in text_of(answer)
    assert "Aras 2" in text_of(owner_client.get(reverse("premises:detail", args=[shop.place.uuid])))


def test_details_are_changed_and_a_new_name_asks_for_new_prints(owner_client: Any, shop: queries.PosterOf) -> None:
    address = reverse("premises:edit", args=[shop.place.uuid])
    shown = owner_client.get(address).content.decode()
    assert 'value="Kedai Runcit Seri"' in shown
    same = owner_client.post(address, FORM | {"capacity": "30"}, follow=True)
    assert "Sudah disimpan." in text_of(same)
    assert "Cetak semula poster" not in text_of(same)
    assert "30 orang" in text_of(same)
    assert "Cetak semula poster" in text_of(owner_client.post(address, FORM | {"name": "Kedai Baharu"}, follow=True))


def test_a_premises_is_closed_after_a_question_and_reopened_without(owner_client: Any, shop: queries.PosterOf) -> None:
    address = reverse("premises:close", args=[shop.place.uuid])
    assert "Tutup premis ini?" in text_of(owner_client.get(address))
    assert queries.place(shop.place.id).closed_at is None
    assert "Tutup sejak" in text_of(owner_client.post(address, follow=True))
    refused = owner_client.post(reverse("premises:issue", args=[shop.place.uuid]), {"zone": ""})
    assert refused.status_code == 422
    assert "Premis ini ditutup." in text_of(refused)
    owner_client.post(reverse("premises:reopen", args=[shop.place.uuid]))
    assert queries.place(shop.place.id).closed_at is None


def test_the_list_is_searched_and_says_what_to_do_when_empty(owner_client: Any) -> None:
    assert "Daftarkan premis pertama anda." in text_of(owner_client.get(reverse("premises:list")))
    owner_client.post(reverse("premises:new"), FORM | {"uuid": str(uuid7())})
    assert "Kedai Runcit Seri" in text_of(owner_client.get(reverse("premises:list") + "?q=runcit&sort=-new"))
    assert "Tiada yang ditemui" in text_of(owner_client.get(reverse("premises:list") + "?q=<b>tiada"))
    assert "<b>tiada" not in owner_client.get(reverse("premises:list") + "?q=<b>tiada").content.decode()


def test_every_page_is_there_in_english(owner_client: Any, shop: queries.PosterOf) -> None:
    owner_client.cookies["jejak_language"] = "en"
    detail = text_of(owner_client.get(reverse("premises:detail", args=[shop.place.uuid])))
    assert "Every day: 9:00 am to 10:00 pm" in detail
    assert "Shop" in detail
    for address in addresses(shop)[:8]:
        answer = owner_client.get(address)
        assert (answer.status_code, answer.headers["Content-Language"]) == (200, "en")
        assert 'lang="en"' in answer.content.decode()


@pytest.mark.parametrize(
    "payload", ["{{ 7*7 }}", "{% debug %}", "<script>alert(1)</script>", "${7*7}", "#import", "%(x)s"]
)
def test_what_an_owner_types_is_never_a_template(owner_client: Any, owner: User, payload: str) -> None:
    from django.utils.html import escape

    sent = FORM | {"name": payload, "branch": payload, "address": payload, "district": payload, "uuid": str(uuid7())}
    answer = owner_client.post(reverse("premises:new"), sent, follow=True)
    assert answer.status_code == 200
    place = queries.premises_of(owner=owner)[0]
    poster = queries.posters_of(owner=owner, uuid=place.uuid)[0]
    pages = [*addresses(poster)[:8], reverse("premises:list") + f"?q={payload}"]
    for address in pages:
        content = owner_client.get(address).content.decode()
        assert "<script>alert" not in content
        assert "{% debug" not in content or escape(payload) in content
    assert escape(payload) in owner_client.get(addresses(poster)[0]).content.decode()


def test_the_page_asks_for_nothing_that_the_content_policy_refuses(owner_client: Any, shop: queries.PosterOf) -> None:
    for address in [reverse("premises:list"), reverse("premises:new"), *addresses(shop)[:8]]:
        content = owner_client.get(address).content.decode()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", content)
