"""A real node and a real Chromium for the journeys; without a Chromium they are skipped, and it says so."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine; install one to run the journeys"))


@dataclass
class Node:
    """A node that runs as a newcomer's would: one command, its own database."""

    data: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("JEJAK_", "DATABASE_URL", "DJANGO_"))
        }
        return (
            kept
            | {"JEJAK_DATA": str(self.data), "JEJAK_PORT": str(self.port), "JEJAK_PUBLIC_URL": self.url}
            | self.settings
        )

    def command(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "jejak", *words], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jejak", "up"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=(self.data.parent / "log").open("ab"),
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, (self.data.parent / "log").read_text()[-3000:]
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):  # noqa: S310 - our own node
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError((self.data.parent / "log").read_text()[-3000:])

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
            self.process = None

    def staff(self, email: str, name: str) -> str:
        """Add a health officer and return the password."""
        said = self.command(
            "accounts", "add", "--email", email, "--name", name, "--role", "health_officer", "--state", "MY-10"
        )
        return re.search(r"the password (\S+)", said).group(1)  # type: ignore[union-attr]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """An empty node, running."""
    from jejak.store.place import place_for, remove

    made = Node(data=tmp_path_factory.mktemp("journey") / "node", port=free_port())
    made.start()
    yield made
    made.stop()
    remove(place_for(made.data))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Any]:
    """Give a function that opens a page of a fresh profile: ``open_page(phone=True, scripts=False)``."""
    contexts: list[BrowserContext] = []

    def open_one(*, phone: bool = False, scripts: bool = True, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: pytest.fail(f"script error on {page.url}: {error}"))
        return page

    yield open_one
    for context in contexts:
        context.close()


def assert_accessible(page: Page) -> None:
    """Run axe over the page as it stands; WCAG 2.2 AA and best practice, nothing left over."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, f"{page.url} scrolls sideways by {width} pixels"
