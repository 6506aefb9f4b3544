"""An import of premises that is killed half-way and sent again registers each row once."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 12_000


def test_kill_9_of_an_import_loses_and_doubles_nothing(database: Any, tmp_path: Path) -> None:
    file = tmp_path / "premis.csv"
    with file.open("w", newline="", encoding="utf-8") as opened:
        table = csv.writer(opened)
        table.writerow(["nama", "alamat", "negeri", "daerah"])
        table.writerows([f"Kedai {n}", f"{n}, Jalan Contoh", "Selangor", "Klang"] for n in range(ROWS))
    killed = started(file)
    while registered(database) < 500 and killed.poll() is None:
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.wait(60)
    half = registered(database)
    assert 0 < half < ROWS, "killed half-way"
    said, _ = started(file).communicate(timeout=300)
    assert json.loads(said)["accepted"] == ROWS
    with psycopg.connect(database.owner) as connection:
        counts = connection.execute(
            "select count(*), count(distinct name), (select count(*) from premises_poster) from premises_premises"
        ).fetchone()
    assert counts == (ROWS, ROWS, ROWS)


def started(file: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "jejak", "import", "premises", str(file), "--json"],
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def registered(database: Any) -> int:
    with psycopg.connect(database.owner) as connection:
        found = connection.execute("select count(*) from premises_premises").fetchone()
    return int(found[0]) if found else 0
