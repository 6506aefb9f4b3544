"""Gather, compile and check the texts of each room: `messages.py update|compile|check [ROOM …]`.

msgids are English and stand in code and templates; Malay stands in each room's own catalogue.  Django's own tool needs
GNU gettext, which a newcomer's machine may lack, so Babel reads what Django's template parser prepares.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import django
from babel.messages import Catalog, extract, pofile
from django.conf import settings
from django.utils.translation.template import templatize

ROOMS = Path(__file__).parents[1] / "src" / "jejak"
KEYWORDS = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "_"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


def catalogue_path(room: Path) -> Path:
    """Return where a room's Malay stands."""
    return room / "locale" / "ms" / "LC_MESSAGES" / "django.po"


def rooms(names: list[str]) -> list[Path]:
    """Return the folders of the rooms asked for, or of all that have one."""
    return [ROOMS / name for name in names] if names else sorted(path for path in ROOMS.iterdir() if path.is_dir())


def texts_of(room: Path) -> Catalog:
    """Return every text that a room's code and templates ask gettext for, with its places."""
    found = Catalog(locale="ms", domain="django", project="Jejak", charset="utf-8", fuzzy=False)
    for path in sorted([*room.rglob("*.py"), *room.rglob("*.html"), *room.rglob("*.txt")]):
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Python's tokenizer would take a template's indentation for blocks.
            source = "\n".join(line.strip() for line in templatize(source).split("\n"))
        for line, message, comments, context in extract.extract("python", io.BytesIO(source.encode()), KEYWORDS):
            found.add(
                message,
                locations=[(str(path.relative_to(ROOMS)), line)],
                auto_comments=comments,
                context=context,
            )
    return found


def read(room: Path) -> Catalog:
    """Return a room's Malay catalogue, empty if there is none."""
    path = catalogue_path(room)
    if not path.exists():
        return Catalog(locale="ms", domain="django", project="Jejak", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return pofile.read_po(file, locale="ms", domain="django")


def update(room: Path) -> None:
    """Bring a room's catalogue up to what its code asks for; Malay already written stays."""
    wanted, held = texts_of(room), read(room)
    if not len(wanted) and not len(held):
        return
    held.update(wanted, no_fuzzy_matching=True, keep_user_comments=True)
    by_hand = [message for message in held.obsolete.values() if message.string and message.user_comments]
    for message in by_hand:  # words for a library's texts are kept by hand, marked with a comment
        held[message.id] = message
        held.obsolete.pop(message.id, None)
    path = catalogue_path(room)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        pofile.write_po(file, held, width=110, omit_header=False, sort_by_file=True, ignore_obsolete=True)


def missing(room: Path) -> list[str]:
    """Return the texts of a room that have no Malay, each with its first place."""
    held = read(room)
    lacking = []
    for message in texts_of(room):
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        said = held.get(message.id, message.context) or held.get(key, message.context)
        strings = said.string if said else ""
        if said is None or said.fuzzy or not all(strings if isinstance(strings, tuple) else (strings,)):
            place = "{}:{}".format(*message.locations[0]) if message.locations else room.name
            lacking.append(f"{place}: {key}")
    return lacking


def main(arguments: list[str]) -> int:
    """Do what is asked; 1 when `check` finds something missing."""
    if not arguments or arguments[0] not in {"update", "compile", "check"}:
        print(__doc__)
        return 2
    if not settings.configured:
        settings.configure(USE_I18N=False)
        django.setup()
    if arguments[0] == "compile":
        from jejak.config.node import compile_messages

        compile_messages()
        return 0
    lacking: list[str] = []
    for room in rooms(arguments[1:]):
        if arguments[0] == "update":
            update(room)
        lacking += missing(room)
    print("\n".join(lacking) or "Every text has its Malay.")
    return 1 if arguments[0] == "check" and lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
