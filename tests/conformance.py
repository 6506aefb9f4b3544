"""Where the published conformance vectors lie: the folder ``shared`` beside the checkout, or beside the one a worktree is of."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[1]


def vectors(kind: str) -> list[Any]:
    """Return a parameter per JSON file under ``shared/conformance/<kind>``; one that is skipped if there are none."""
    asked = ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"]
    repository = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=False).stdout.strip()
    for checkout in (PROJECT, Path(repository or PROJECT).parent):
        folder = checkout.parent / "shared" / "conformance" / kind
        if found := sorted(folder.rglob("*.json")):
            return [pytest.param(path, id=str(path.relative_to(folder))) for path in found]
    absent = pytest.mark.skip(reason=f"there is no ../shared/conformance/{kind}")
    return [pytest.param(None, marks=absent, id="absent")]
