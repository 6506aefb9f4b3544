"""The front page, the language switch and the pages for what went wrong."""

from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from jejak.web import views


def test_the_front_page_speaks_malay_first(client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert '<html lang="ms">' in page.text
    assert "Daftar masuk" in page.text


def test_the_switch_stays_and_comes_back_to_the_page(client: Client) -> None:
    answer = client.get("/language/en", {"next": "/numbers?state=MY-10"})
    assert (answer.status_code, answer["Location"]) == (302, "/numbers?state=MY-10")
    assert '<html lang="en">' in client.get("/").text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"])
def test_the_switch_leads_nowhere_else(client: Client, elsewhere: str) -> None:
    assert client.get("/language/en", {"next": elsewhere})["Location"] == "/"


def test_a_language_we_do_not_speak_is_not_there(client: Client) -> None:
    assert client.get("/language/fr").status_code == 404


def test_the_switch_on_a_page_keeps_its_query(client: Client) -> None:
    assert "/language/en?next=%2F%3Fa%3Db" in client.get("/?a=b").text


def test_what_is_not_there_says_so_in_our_words(client: Client) -> None:
    answer = client.get("/there-is-no-such-page")
    assert answer.status_code == 404
    assert "Halaman ini tidak ada" in answer.text


def test_machines_are_kept_out_of_check_in_pages(client: Client) -> None:
    assert "Disallow: /p/" in client.get("/robots.txt").text


def test_a_fault_of_ours_is_told_without_asking_the_database() -> None:
    answer = views.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Ada masalah di pihak kami" in answer.content.decode()


@pytest.mark.parametrize("template", ["web/400.html", "web/403.html", "web/404.html", "web/500.html", "403_csrf.html"])
@pytest.mark.parametrize("language", ["ms", "en"])
def test_every_trouble_page_says_what_happened_and_what_to_do(template: str, language: str) -> None:
    with translation.override(language):
        html = render_to_string(template, {"node_name": "Jejak"})
    main = html[html.index("<main") :]
    assert main.count("<p") >= 2
    assert 'href="/"' in main


def test_no_page_loads_anything_from_elsewhere() -> None:
    for path in Path(views.__file__).parents[1].glob("*/templates/**/*.html"):
        assert "//cdn" not in path.read_text()
        assert 'src="http' not in path.read_text()
