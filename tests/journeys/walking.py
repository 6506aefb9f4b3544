"""What journeys share: a node of their own, a look by axe, the code of a generator app."""

from __future__ import annotations

import base64
import hmac
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


@dataclass
class Node:
    """A node that runs as a newcomer's would: one command, its own database."""

    data: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    runs: str = "up"
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
            [sys.executable, "-m", "jejak", self.runs],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=(self.data.parent / "log").open("ab"),
        )
        deadline = time.monotonic() + 120
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
            "accounts",
            "add",
            "--email",
            email,
            "--name",
            name,
            "--role",
            "health_officer",
            "--state",
            "MY-10",
            "--agency",
            "Pejabat Kesihatan Contoh",
            "--agency-kind",
            "health",
        )
        return re.search(r"the password (\S+)", said).group(1)  # type: ignore[union-attr]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def assert_accessible(page: Page) -> None:
    """Run axe over the page as it stands; WCAG 2.2 AA and best practice, nothing left over."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, f"{page.url} scrolls sideways by {width} pixels"


def totp_code(secret: str) -> str:
    """Return the code that a generator app shows now. Source: RFC 6238, RFC 4226."""
    key = base64.b32decode(secret)
    counter = int(time.time()) // 30
    mac = hmac.digest(key, counter.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"
