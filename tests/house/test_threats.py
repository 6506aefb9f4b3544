"""Every test that the table of threats promises exists, under that name."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
ROWS = [
    line.split("|")
    for line in (PROJECT / "docs" / "reference" / "threats.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| what happened")
]


def named_in(path: Path) -> set[str]:
    """Return the names of a module's tests, those of classes too."""
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1].strip()[:40])
def test_every_threat_has_a_rule_and_tests_that_exist(row: list[str]) -> None:
    _, happened, rule, named, _ = row
    assert happened.strip()
    assert rule.strip()
    promised = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", named)
    assert promised, happened
    assert len(promised) == named.count("`") // 2, f"{happened}: something in that cell is no test"
    for path, name in promised:
        assert name in named_in(PROJECT / path), f"{path} has no {name}"


def test_the_table_has_rows() -> None:
    assert len(ROWS) >= 12
