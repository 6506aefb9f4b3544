"""The documents are true: every setting is described, every README command exists, links lead somewhere."""

import re
import subprocess
from dataclasses import fields
from pathlib import Path

import click
import pytest

from jejak.config.cli import main
from jejak.kernel.settings import Settings
from jejak.lane.errors import LaneError
from jejak.people.errors import PersonRefused

PROJECT = Path(__file__).parents[2]
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"), *(PROJECT / "src").rglob("*.md")])


def test_every_setting_is_documented_and_nothing_else() -> None:
    text = (PROJECT / "docs" / "reference" / "settings.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)`", text, flags=re.MULTILINE))
    assert documented == {item.metadata["variable"] for item in fields(Settings)}


def leaves(command: click.Command, name: str) -> list[str]:
    if isinstance(command, click.Group):
        return [leaf for word, below in command.commands.items() for leaf in leaves(below, f"{name} {word}")]
    return [name]


def test_every_command_is_documented() -> None:
    text = (PROJECT / "docs" / "reference" / "commands.md").read_text()
    assert [name for name in leaves(main, "jejak") if f"`{name}" not in text] == []


def test_every_problem_code_of_the_check_in_api_is_documented_and_nothing_else() -> None:
    text = (PROJECT / "docs" / "reference" / "check-in-api.md").read_text()
    codes = text[text.index("## Problem codes") :]
    documented = set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", codes)) - {"field"}
    assert documented == {error.code for error in (*LaneError.__subclasses__(), *PersonRefused.__subclasses__())}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text()):
        if "://" not in target and not target.startswith("mailto:"):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_make_targets_named_in_documents_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)`", document.read_text())) <= targets


def test_there_are_fewer_than_ten_make_targets() -> None:
    assert len(set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), flags=re.MULTILINE))) < 10


def commands_named() -> list[str]:
    found = set()
    for text in [*DOCUMENTS, *(PROJECT / "src").rglob("*.py")]:
        found |= set(re.findall(r"`(?:\.venv/bin/)?jejak ([a-z]+(?:[ -][a-z]+)*)", text.read_text()))
    return sorted({line.strip() for line in found})


@pytest.mark.parametrize("command", commands_named())
def test_commands_named_in_documents_and_messages_exist(command: str) -> None:
    found: click.Command = main
    for word in command.split():
        if not isinstance(found, click.Group):
            break  # what follows are arguments
        assert word in found.commands, f"there is no `jejak {command}`"
        found = found.commands[word]


def test_no_document_or_module_names_a_path_of_a_developers_machine() -> None:
    home = str(PROJECT.parent) + "/"
    if home == "//":
        pytest.skip("the checkout lies at the root")
    files = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    named = [
        name
        for name in files
        if (path := PROJECT / name).suffix in {".py", ".md", ".html", ".toml"}
        and path.exists()
        and home in path.read_text()
    ]
    assert named == []
