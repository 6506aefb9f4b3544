"""Tools that share no code with Jejak come to the same result: what the how-to prints is run as it is printed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ledger.conftest import NOTICE

from jejak.formats import checkpoint
from jejak.formats.checkpoint import Checkpoint
from jejak.kernel.keys import keyring
from jejak.ledger import queries, sequencing
from jejak.ledger.logfiles import LogFiles

Append = Callable[..., list[int]]
HOWTO = (Path(__file__).parents[2] / "docs/howto/check-a-ledger.md").read_text()


def printed(language: str) -> str:
    [found] = re.findall(rf"^```{language}\n(.*?)^```", HOWTO, flags=re.DOTALL | re.MULTILINE)
    return str(found)


def key(log: LogFiles) -> str:
    head = log.head()
    assert head
    return sequencing.verifier_keys(head.origin)[0]


def openssl(where: str, verifier: str, folder: Path) -> subprocess.CompletedProcess[str]:
    names = f"WHERE='{where}'\nKEY='{verifier}'\n"
    return subprocess.run(
        ["sh", "-c", names + printed("sh")], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def check_log(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    (folder / "check_log.py").write_text(printed("python"))
    command = [sys.executable, "-I", "check_log.py", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.skipif(not (shutil.which("openssl") and shutil.which("curl")), reason="needs openssl and curl")
def test_openssl_believes_the_checkpoint_and_no_other(
    log: LogFiles, append: Append, live_server: Any, tmp_path: Path
) -> None:
    append(300)
    sequencing.sequence()
    done = openssl(f"{live_server.url}/ledger", key(log), tmp_path)
    assert "Signature Verified Successfully" in done.stdout, done.stderr
    assert (tmp_path / "checkpoint").read_bytes() == log.published()
    published = log.published() or b""
    log.publish("checkpoint", published.replace(b"\n300\n", b"\n301\n"))
    assert "Signature Verified Successfully" not in openssl(f"{live_server.url}/ledger", key(log), tmp_path).stdout


def test_sixty_lines_of_python_find_every_entry_below_the_root(
    log: LogFiles, append: Append, live_server: Any, tmp_path: Path
) -> None:
    append(255)
    sequencing.sequence()
    (tmp_path / "older").write_bytes(log.published() or b"")
    [public] = append(1, kind=NOTICE, first=12)
    append(300)
    sequencing.sequence()
    (tmp_path / "my.tlog-proof").write_bytes(queries.proof(public).text)
    for where in (f"{live_server.url}/ledger", log.folder):
        done = check_log(tmp_path, where, "older", "my.tlog-proof")
        assert (done.returncode, done.stdout.splitlines()) == (
            0,
            [
                "all 556 entries give the signed root",
                "older: its 255 entries are still the first ones",
                'my.tlog-proof: entry 255 is {"number":12}',
            ],
        ), done.stderr


def test_sixty_lines_of_python_find_what_was_rewritten(log: LogFiles, append: Append, tmp_path: Path) -> None:
    [number] = append(1)
    append(299)
    sequencing.sequence()
    head = log.head()
    assert head
    proof = queries.proof(number).text
    lie = checkpoint.sign(Checkpoint(head.origin, 200, bytes(32)), private_key=keyring().active("ledger").secret)
    (tmp_path / "older").write_bytes(lie.encode())
    done = check_log(tmp_path, log.folder, "older")
    assert (done.returncode, done.stderr) == (1, "WRONG: the log does not begin with older\n")
    (tmp_path / "proof").write_bytes(proof.replace(b"index 0", b"index 1"))
    assert check_log(tmp_path, log.folder, "proof").stderr == "WRONG: proof does not prove its record\n"
    path = log.folder / "tile/entries/000"
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    assert "do not give the root" in check_log(tmp_path, log.folder).stderr
