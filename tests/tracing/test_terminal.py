"""`jejak trace`: the same search at a terminal, as a named officer."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from tracing.cases import case_of

from jejak.access import actions as access
from jejak.tracing import rules
from jejak.tracing.terminal import trace
from jejak.trail.models import Entry

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

pytestmark = pytest.mark.django_db


@pytest.fixture
def options(case: Any, officer: Any) -> dict[str, str]:
    return {
        "case": case_of(officer, person=case.persons["Aminah binti Ali"]).number,
        "--phone": "0123456789",
        "--from": f"{case.at(0):%Y-%m-%d}",
        "--until": f"{case.at(48):%Y-%m-%dT%H:%M}",
        "--minutes": "15",
        "--as": officer.email,
        "--purpose": "Kes 2022/104, kluster Tembok",
    }


def run(options: dict[str, str], *more: str) -> Result:
    return CliRunner().invoke(trace, [*(part for pair in options.items() for part in pair if part != "case"), *more])


def test_the_table_ranks_the_contacts(options: dict[str, str]) -> None:
    result = run(options)
    assert result.exit_code == 0, result.output
    assert result.output.index("Razak bin Abu") < result.output.index("Tan Mei Ling")
    assert "…" not in result.output


def test_the_json_document_holds_all_of_them(options: dict[str, str]) -> None:
    document = json.loads(run(options, "--json").stdout)
    assert [(one["rank"], one["name"], one["minutes"], one["observed"]) for one in document["contacts"]] == [
        (1, "Razak bin Abu", 90, False),
        (2, '=HYPERLINK("http://jahat.example","klik")', 30, True),
        (3, "Tan Mei Ling", 15, True),
    ]
    assert document["contacts"][0]["premises"] == [
        {"name": "Kedai Runcit", "minutes": 60},
        {"name": "Pasar Malam", "minutes": 30},
    ]
    assert document["total"] == 3
    assert document["persons"] == [{"name": "Aminah binti Ali", "phone": "+60123456789"}]


def test_only_the_rows_shown_are_named(options: dict[str, str], case: Any) -> None:
    run(options, "--top", "1")
    shown = Entry.objects.get(action="tracing.shown")
    assert set(shown.subjects.values_list("person_id", flat=True)) == {case.persons["Razak bin Abu"]}


def test_a_csv_file_is_written_and_on_record(options: dict[str, str], tmp_path: Path) -> None:
    target = tmp_path / "kontak.csv"
    assert run(options, "--csv", str(target)).exit_code == 0
    rows = list(csv.reader(target.read_text("utf-8-sig").splitlines()))
    assert len(rows) == 4
    assert target.stat().st_mode & 0o077 == 0
    assert Entry.objects.get(action="tracing.exported").detail["rows"] == 3


def test_the_search_is_on_record_under_the_officers_name(options: dict[str, str], officer: Any) -> None:
    run(options)
    entry = Entry.objects.get(action="tracing.search")
    assert (entry.by_id, entry.purpose) == (officer.pk, options["--purpose"])


def test_of_several_names_one_can_be_meant(options: dict[str, str], case: Any) -> None:
    case.person("Salmah binti Ali", "0123456789")
    case.visit("Salmah binti Ali", "Pasar Malam", case.at(14), 60)
    unasked = run(options, "--json")
    assert unasked.exit_code == 2
    for told in ("2 persons share this number", "Salmah binti Ali", "--name", "--everybody"):
        assert told in " ".join(unasked.stderr.split())
    everybody = json.loads(run(options, "--json", "--everybody").stdout)
    assert len(everybody["persons"]) == 2
    one = json.loads(run(options, "--json", "--name", "salmah").stdout)
    assert [who["name"] for who in one["persons"]] == ["Salmah binti Ali"]
    assert run(options, "--name", "ali").exit_code == 2


def test_the_names_round_somebody_who_is_not_the_case_are_not_printed(options: dict[str, str]) -> None:
    result = run(options | {"--phone": "0198887777"}, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "ask a second officer" in " ".join(result.stderr.split())


def test_choosing_one_name_and_everybody_is_wrong_use(options: dict[str, str]) -> None:
    assert run(options, "--name", "aminah", "--everybody").exit_code == 2
    assert not Entry.objects.exists()


def test_a_window_without_check_ins_says_so(options: dict[str, str], case: Any) -> None:
    result = run(options | {"--from": f"{case.at(30):%Y-%m-%dT%H:%M}"})
    assert result.exit_code == 0
    assert "Aminah binti Ali: no check-ins in this window." in result.stdout


def test_a_number_that_nobody_gave_is_a_no(options: dict[str, str]) -> None:
    result = run(options | {"--phone": "0130000000"})
    assert result.exit_code == 1
    assert Entry.objects.get(action="tracing.search").detail["persons"] == []


def test_an_account_without_the_role_is_refused(options: dict[str, str], owner: Any) -> None:
    assert run(options | {"--as": owner.email}).exit_code == 1
    assert [(entry.by_id, entry.refused) for entry in Entry.objects.all()] == [(owner.pk, "role")]


def test_whoever_runs_the_machine_searches_nobody(options: dict[str, str]) -> None:
    operator = access.add_account(email="op@contoh.example", name="Pengendali Contoh", kind="staff", role="operator")
    result = run(options | {"--as": operator.email})
    assert result.exit_code == 1
    assert "may not search" in result.stderr
    assert [entry.refused for entry in Entry.objects.all()] == ["role"]


def test_a_time_whose_visits_are_deleted_is_wrong_use(options: dict[str, str], case: Any) -> None:
    result = run(options | {"--from": f"{case.at(-24 * 120):%Y-%m-%d}", "--until": f"{case.at(-24 * 100):%Y-%m-%d}"})
    assert result.exit_code == 2
    assert "deleted" in result.stderr


def test_more_names_than_one_officer_sees_are_not_printed(
    options: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "LARGE_RELEASE", 2)
    result = run(options, "--json")
    assert result.exit_code == 1
    assert "ask a second officer" in " ".join(result.stderr.split())
    assert run(options, "--top", "2").exit_code == 0


def test_a_file_of_more_than_a_page_waits_for_a_second_person(
    options: dict[str, str], case: Any, tmp_path: Path
) -> None:
    for number in range(50):
        case.person(f"Pelawat {number}")
        case.visit(f"Pelawat {number}", "Kedai Runcit", case.at(9), 100)
    target = tmp_path / "kontak.csv"
    result = run(options, "--csv", str(target))
    assert result.exit_code == 0
    assert "waits for a second person" in " ".join(result.stderr.split())
    assert not target.exists()


def test_an_account_that_is_not_there_is_refused(options: dict[str, str]) -> None:
    result = run(options | {"--as": "tiada@contoh.example"})
    assert result.exit_code == 1
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--purpose", "x"),
        ("--purpose", "kes " * 200),
        ("--phone", "abc"),
        ("--until", "2020-01-01"),
        ("--from", "2020-01-01"),
        ("--from", "0001-01-01"),
        ("--minutes", "0"),
        ("--from", "kelmarin"),
    ],
)
def test_wrong_use_is_told_and_searches_nothing(options: dict[str, str], option: str, value: str) -> None:
    result = run(options | {option: value})
    assert result.exit_code == 2
    assert "Error" in result.output
    assert not Entry.objects.exists()


@pytest.mark.parametrize("missing", ["case", "--from", "--until", "--as", "--purpose"])
def test_nothing_that_must_be_said_can_be_left_out(options: dict[str, str], missing: str) -> None:
    del options[missing]
    assert run(options).exit_code == 2
    assert not Entry.objects.exists()


def test_json_and_csv_together_are_wrong_use(options: dict[str, str], tmp_path: Path) -> None:
    assert run(options, "--json", "--csv", str(tmp_path / "x.csv")).exit_code == 2
