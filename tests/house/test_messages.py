"""Every text for people has its Malay."""

import importlib.util
import re
from pathlib import Path

import pytest
from babel.messages import pofile

PROJECT = Path(__file__).parents[2]
_spec = importlib.util.spec_from_file_location("messages", PROJECT / "scripts" / "messages.py")
assert _spec is not None
assert _spec.loader is not None
messages = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(messages)

ROOMS = [path for path in messages.rooms([]) if list(path.rglob("*.py"))]
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}|⟦[a-z_]+⟧")


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.name)
def test_every_text_has_its_malay(room: Path) -> None:
    assert messages.missing(room) == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.name)
def test_translations_keep_the_placeholders(room: Path) -> None:
    for message in messages.read(room):
        if not message.id or not message.string:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in strings:
            assert set(PLACEHOLDER.findall(string)) <= {place for text in ids for place in PLACEHOLDER.findall(text)}, (
                ids
            )


def test_one_english_text_has_one_malay_in_all_rooms_unless_a_context_tells_them_apart() -> None:
    """Django reads all catalogues as one, so of two translations of a text only one would ever be seen."""
    said: dict[tuple[str | None, str], set[str]] = {}
    for room in ROOMS:
        for message in messages.read(room):
            if isinstance(message.id, str) and message.id and message.string:
                said.setdefault((message.context, message.id), set()).add(str(message.string))
    assert {text: sorted(malay) for text, malay in said.items() if len(malay) > 1} == {}


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.name)
def test_no_catalogue_is_left_fuzzy(room: Path) -> None:
    path = messages.catalogue_path(room)
    if path.exists():
        with path.open("rb") as file:
            assert [message.id for message in pofile.read_po(file) if message.id and message.fuzzy] == []


def test_templates_hold_no_text_outside_gettext() -> None:
    """Letters between tags must stand inside translate or blocktranslate, or come from a variable."""
    from django.utils.translation.template import templatize  # noqa: F401 - proves that each template parses

    bare = {}
    for path in sorted((PROJECT / "src").rglob("templates/**/*.html")):
        text = path.read_text()
        text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->", " ", text, flags=re.DOTALL)
        text = re.sub(
            r"{%\s*blocktranslate.*?endblocktranslate\s*%}|{%\s*blocktrans .*?endblocktrans\s*%}",
            " ",
            text,
            flags=re.DOTALL,
        )
        text = re.sub(r"{%\s*block page_class\s*%}[a-z ]*{%\s*endblock\s*%}", " ", text)
        text = re.sub(r"{%.*?%}|{{.*?}}|⟦.*?⟧", " ", text, flags=re.DOTALL)
        text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", text, flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", " ", text, flags=re.DOTALL)
        words = [
            word
            for word in re.findall(r"[A-Za-z]{3,}", re.sub(r"&[a-z]+;", " ", text))
            if word not in {"Jejak", "CSV", "XLSX", "PDF", "SVG", "PNG", "Enter"}
        ]
        if words:
            bare[str(path.relative_to(PROJECT))] = words[:8]
    assert bare == {}
