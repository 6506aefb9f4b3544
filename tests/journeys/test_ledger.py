"""Somebody who trusts nobody reads the ledger's page and checks the log with the commands it shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from journeys.walking import Node, assert_accessible


def test_a_stranger_reads_the_ledger_and_checks_it(node: Node, open_page: Any, tmp_path: Path) -> None:
    day = Path(__file__).with_name("ledger_day.py")
    done = subprocess.run([sys.executable, day], env=node.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for phone in (True, False):
        for dark in (True, False):
            page = open_page(phone=phone, dark=dark)
            page.goto(f"{node.url}/ledger/")
            assert page.get_by_text("Cukup tandatangan").is_visible()
            assert page.locator("tr").filter(has_text=re.compile(r"^\s*Lawatan\s*90\b")).is_visible()
            assert_accessible(page)
            page.get_by_role("link", name="EN").first.click()
            assert page.get_by_text(re.compile(r"^[A-Z].*: none was past its time\.")).first.is_visible()
            assert_accessible(page)
    shown = page.locator("pre").first.inner_text().splitlines()
    for line in shown[:2]:
        words = shlex.split(line)
        more = ["--once"] if "follow" in words else []
        alone = {"PATH": node.environment["PATH"], "PYTHONPATH": node.environment.get("PYTHONPATH", "")}
        checked = subprocess.run(
            [sys.executable, "-m", *words, *more], cwd=tmp_path, env=alone, capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert "trail.day" in checked.stdout
        assert not (tmp_path / "var").exists(), "an outsider's check makes no node"
