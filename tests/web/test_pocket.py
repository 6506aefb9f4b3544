"""What a device may keep: pages filled for nobody, the service worker, the manifest, the node's public keys."""

from __future__ import annotations

import io
import json
import re
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from jejak import ui
from jejak.formats import descriptor
from jejak.kernel.keys import keyring
from jejak.kernel.settings import settings
from jejak.web.views import pocket

if TYPE_CHECKING:
    from django.test import Client

PAGES = [
    "/offline/ms",
    "/offline/en",
    *(f"/offline/{code}/{page}" for code in ("ms", "en") for page in ("scan", "my", "guard")),
]
STATIC = Path(ui.__file__).parent / "static"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_to_keep_is_the_same_for_everybody_and_sets_nothing(
    client: Client, owner_client: Any, path: str
) -> None:
    theirs, nobodys = owner_client.get(path), client.__class__().get(path)
    assert theirs.status_code == nobodys.status_code == 200
    assert theirs.content == nobodys.content
    assert not nobodys.cookies
    assert "csrf" not in nobodys.text
    assert f'<html lang="{path.split("/")[2]}">' in nobodys.text
    assert nobodys.headers["Content-Language"] == path.split("/")[2]


@pytest.mark.parametrize("path", ["/offline/fr", "/offline/ms/accounts", "/offline/ms/shell/x"])
def test_there_are_no_other_pages_to_keep(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/scan", "/my", "/guard"])
def test_an_opened_page_follows_the_readers_language_and_is_not_stored(client: Client, path: str) -> None:
    assert '<html lang="ms">' in client.get(path).text
    client.get("/language/en")
    answer = client.get(path)
    assert '<html lang="en">' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_worker_keeps_every_page_and_every_file_that_those_pages_ask_for(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    shell = json.loads(re.search(r"shell: (\{.*\}) \};", answer.text)[1])  # type: ignore[index]
    assert set(shell["pages"].values()) == set(PAGES)
    for path in PAGES:
        asked = re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get(path).text)
        assert asked
        kept = {*shell["files"], *(shell["guard"] if path.endswith("/guard") else ())}
        assert set(asked) <= kept, path
    for file in [*shell["files"], *shell["guard"]]:
        assert file in PAGES or (STATIC / file.removeprefix("/static/")).is_file()
    for part in re.findall(r'"/static/([^"]+\.js)"', answer.text.split("importScripts")[1]):
        assert (STATIC / part).is_file()


def test_nothing_that_a_device_keeps_is_personal_or_of_an_account(client: Client) -> None:
    shell = json.loads(re.search(r"shell: (\{.*\}) \};", client.get("/sw.js").text)[1])  # type: ignore[index]
    assert not [file for file in shell["files"] if file.startswith(("/p/", "/accounts", "/premises", "/tracing"))]


def test_the_version_changes_with_a_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = client.get("/sw.js").text
    for cached in (pocket.filled_for_nobody, pocket._kept):
        cached.cache_clear()
    assert client.get("/sw.js").text == before
    monkeypatch.setitem(pocket.ADDRESSES, "my", "/elsewhere")
    for cached in (pocket.filled_for_nobody, pocket._kept):
        cached.cache_clear()
    assert client.get("/sw.js").text != before
    monkeypatch.undo()
    for cached in (pocket.filled_for_nobody, pocket._kept):
        cached.cache_clear()


def test_the_app_can_be_installed(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert (told["start_url"], told["scope"], told["display"]) == ("/scan", "/", "standalone")
    assert settings().node_name in told["name"]
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    for icon in told["icons"]:
        picture = Image.open(io.BytesIO((STATIC / icon["src"].removeprefix("/static/")).read_bytes()))
        assert icon["sizes"] == "{}x{}".format(*picture.size)


def test_the_nodes_public_keys_are_those_that_sign_posters(client: Client) -> None:
    told = client.get("/.well-known/jejak-node").json()
    assert (told["node"], told["name"], told["url"]) == (settings().node_id, settings().node_name, settings().base_url)
    assert urlsplit(told["url"]).scheme in {"http", "https"}
    assert {key["id"]: urlsafe_b64decode(key["x"] + "=") for key in told["keys"]} == {
        key.id: descriptor.public_key(key.secret) for key in keyring().all("descriptor")
    }
    assert {(key["kty"], key["crv"]) for key in told["keys"]} == {("OKP", "Ed25519")}
    assert keyring().active("descriptor").secret.hex() not in json.dumps(told)
    assert isinstance(told["server_ms"], int)
