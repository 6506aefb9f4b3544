"""The layout holds: import contracts, and domains that meet only at their doors."""

import subprocess
import sys
from pathlib import Path

import grimp

PROJECT = Path(__file__).parents[2]
DOORS = {"actions", "queries", "rules", "errors"}
DOMAINS = {"ledger", "messaging", "trail", "access", "people", "premises", "visits", "entrance", "tracing", "insights"}


def test_the_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_domains_meet_only_at_their_doors() -> None:
    graph = grimp.build_graph("jejak")
    trespasses = []
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            home, target = importer.split(".")[1:2], imported.split(".")[1:]
            if not target or home == target[:1] or target[0] not in DOMAINS:
                continue
            if home == ["config"]:  # the composition root wires
                continue
            if target[1:] and target[1] not in DOORS:
                trespasses.append(f"{importer} -> {imported}")
    assert sorted(trespasses) == []


def test_the_lane_carries_no_django_when_it_is_loaded() -> None:
    code = "import sys, jejak.lane.app; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_modules_stay_short_enough_to_read() -> None:
    long = {
        str(path.relative_to(PROJECT)): lines
        for path in (PROJECT / "src").rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > 300
    }
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(PROJECT))
        for path in (PROJECT / "src").rglob("*.py")
        if path.read_text().strip()
        and "migrations" not in path.parts
        and not path.read_text().lstrip().startswith('"""')
    ]
    assert silent == []
