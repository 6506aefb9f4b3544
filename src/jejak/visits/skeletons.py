"""The check-in pages as the lane serves them: rendered once by Django, with slots that the lane fills.

A slot is ``⟦name⟧``. The lane splits a page at its slots and joins it with escaped values; slots ending in
``_checked`` take ``checked`` or nothing, ``add_open`` takes ``open``, those ending in ``_html`` take pieces filled the
same way, ``hour-⟦colour⟧`` a digit from 0 to 7. What the lane says in words comes from here as well.
"""

from __future__ import annotations

import re
from typing import Final

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from jejak.formats import hourmark
from jejak.kernel.settings import settings

LANGUAGES: Final = ("ms", "en")

_WHERE: Final = "place branch zone zone_line"
_FORM: Final = f"{_WHERE} standing_line code action id sig server_ms name error_form add add_open error_add"
_SHOWN: Final = f"{_WHERE} code node date receipt visit at until"
SLOTS: Final[dict[str, frozenset[str]]] = {
    page: frozenset(names.split())
    for page, names in {
        "new": f"{_FORM} phone error_phone error_name error_consent consent_checked remember_checked",
        "known": f"{_FORM} companions_html",
        "receipt": f"{_SHOWN} standing_line word colour names people time until_line checkout_action sealed server_ms",
        "left": f"{_SHOWN} from_time to_time",
        "correct": "place branch zone_line code node date from_time to_time people came left action "
        "done error_form error_came error_left",
        "ended": "title detail place branch zone_line code",
        "error": "title detail action code",
    }.items()
}

# Pieces of those pages, as often as there is something to show.
PIECES: Final[dict[str, frozenset[str]]] = {
    "companions": frozenset({"rows_html"}),
    "companion": frozenset({"index", "companion", "ticked_checked"}),
}

# A title for the error page, and a detail that says what became of the check-in and what to do.
# On a form the detail stands alone, beside its field or in the banner.
MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "poster-unknown": (
        gettext_noop("We do not know this poster"),
        gettext_noop("You are not checked in. Scan the poster once more, or ask the staff for theirs."),
    ),
    "poster-retired": (
        gettext_noop("This poster is no longer in use"),
        gettext_noop("You are not checked in. Look for another poster here, or ask the staff: they can write you in."),
    ),
    "poster-replaced": (
        gettext_noop("This poster was replaced by a new one"),
        gettext_noop(
            "You are not checked in. Scan the new poster here, and tell the staff that the old one still hangs."
        ),
    ),
    "poster-expired": (
        gettext_noop("This poster's time is over"),
        gettext_noop("You are not checked in. Scan the poster now on the wall, or ask the staff where it is."),
    ),
    "premises-closed": (
        gettext_noop("This place is closed for check-ins"),
        gettext_noop("You are not checked in. If people still come in here, ask the staff which poster to scan."),
    ),
    "times-missing": (gettext_noop("Nothing was changed"), gettext_noop("Write when you came or when you left.")),
    "times-form": (gettext_noop("Check the time"), gettext_noop("Write hours and minutes, for example 14:30.")),
    "times-order": (
        gettext_noop("You left before you came"),
        gettext_noop("You must have come before you left, and nobody stays here that long. Check both times."),
    ),
    "times-future": (
        gettext_noop("This time is still to come"),
        gettext_noop("This time is still to come. Write a time that has passed."),
    ),
    "disputes-enough": (
        gettext_noop("You have said much about this visit"),
        gettext_noop("What you said before is noted. If it is still wrong, please tell the health office."),
    ),
    "poster-forged": (
        gettext_noop("This poster is not genuine"),
        gettext_noop("You are not checked in, and nothing you typed was kept. Please tell the staff."),
    ),
    "form-expired": (
        gettext_noop("Press the button once more"),
        gettext_noop("This page was open for long. What you typed is still here: press the button once more."),
    ),
    "phone-invalid": (
        gettext_noop("Check your phone number"),
        gettext_noop("Write a whole phone number, for example 012-345 6789. For a foreign one begin with +."),
    ),
    "name-missing": (gettext_noop("Write your name"), gettext_noop("Write your name.")),
    "name-too-long": (
        gettext_noop("Write a shorter name"),
        gettext_noop("This name is too long. Write a shorter form of it."),
    ),
    "consent-missing": (
        gettext_noop("We need your agreement"),
        gettext_noop("Tick the box if you agree. Without it we may not keep your visit; the staff can help you."),
    ),
    "companion-name": (
        gettext_noop("Check the names of those with you"),
        gettext_noop("Write each name on a line of its own, with letters, at most 100 of them."),
    ),
    "companions-too-many": (
        gettext_noop("At most nine can come with you"),
        gettext_noop("At most nine can come with you. The others check in on another phone or with the staff."),
    ),
    "clock-skew": (
        gettext_noop("Your phone's clock is wrong"),
        gettext_noop("You are not checked in. Set date and time to automatic, then scan the poster again."),
    ),
    "id-conflict": (
        gettext_noop("This check-in was sent before with other details"),
        gettext_noop("The first one stands. For someone else, scan the poster again and choose “Someone else”."),
    ),
    "busy": (
        gettext_noop("Very many people are checking in"),
        gettext_noop("You are not checked in yet. Wait a few seconds, then try again. Nothing is counted twice."),
    ),
    "too-many": (
        gettext_noop("Too many tries"),
        gettext_noop("You are not checked in yet. Wait a minute, then try again. Nothing is counted twice."),
    ),
    "not-found": (
        gettext_noop("There is nothing here"),
        gettext_noop("The address is wrong or out of date. To check in, scan the poster again."),
    ),
    "malformed": (
        gettext_noop("We could not read what was sent"),
        gettext_noop("You are not checked in. Scan the poster again and fill in the page afresh."),
    ),
    "visit-not-yours": (
        gettext_noop("We cannot find this visit"),
        gettext_noop("A visit shows only on the phone that checked in, and only for a while."),
    ),
    "internal": (
        gettext_noop("Something went wrong on our side"),
        gettext_noop("You may not be checked in. Please try again: nothing is counted twice."),
    ),
}

# Sentences around values that only the lane knows, filled with ``str.format``.
PHRASES: Final[dict[str, str]] = {
    "zone_line": gettext_noop("Zone: {zone}"),
    "unconfirmed": gettext_noop("The owner of this premises is not confirmed yet."),
    "until_line": gettext_noop("Counted until {time} unless you check out."),
    "names": gettext_noop("{name} and {count} more"),
    "people": gettext_noop("{count} people"),
    "estimated": gettext_noop("{time} (estimated)"),
    "noted_times": gettext_noop("Thank you. Your times are noted beside the visit. Health officers see both."),
    "noted_came": gettext_noop("You came at {came}."),
    "noted_left": gettext_noop("You left at {left}."),
    "noted_both": gettext_noop("You came at {came} and left at {left}."),
    "noted_not_me": gettext_noop(
        "Thank you. It is noted that this was not you. Health officers see it beside the visit."
    ),
}

WORDS: Final = hourmark.WORDS
"""The words of the hour, Malay and English."""


def render_all() -> dict[tuple[str, str], str]:
    """Return every page in every language, keyed by language and page, with its slots unfilled; their pieces too.

    :raises ValueError: a template has other slots than the lane fills.
    """
    return {
        (language, page): _render(language=language, page=page) for language in LANGUAGES for page in SLOTS | PIECES
    }


def render_messages() -> dict[str, dict[str, tuple[str, str]]]:
    """Return for each language and error code the title and the detail that a visitor reads."""
    return {language: _translated(language) for language in LANGUAGES}


def render_phrases() -> dict[str, dict[str, str]]:
    """Return for each language the sentences of ``PHRASES``, to be filled with ``str.format``."""
    phrases = {}
    for language in LANGUAGES:
        with translation.override(language):
            phrases[language] = {name: gettext(text) for name, text in PHRASES.items()}
    return phrases


def render_words() -> dict[str, list[str]]:
    """Return the words of the hour; an index means the same word in each language."""
    numbers = range(len(WORDS))
    return {language: [hourmark.spoken(one, language=language) for one in numbers] for language in LANGUAGES}


def _translated(language: str) -> dict[str, tuple[str, str]]:
    with translation.override(language):
        return {code: (gettext(title), gettext(detail)) for code, (title, detail) in MESSAGES.items()}


def _render(*, language: str, page: str) -> str:
    """Render one page and leave out the white space between its lines."""
    context = {"language": language, "node_name": settings().node_name, "visit_days": settings().visit_days}
    with translation.override(language):
        html = render_to_string(f"visits/checkin/{page}.html", context)
    lean = re.sub(r"\n\s*", "\n", html).strip() + "\n"
    _same_slots(page=page, html=lean)
    return lean


def _same_slots(*, page: str, html: str) -> None:
    found = frozenset(re.findall(r"⟦(\w+)⟧", html))
    wanted = (SLOTS | PIECES)[page]
    if found != wanted:
        message = f"the check-in page {page!r} has slots {sorted(found)}, the lane fills {sorted(wanted)}"
        raise ValueError(message)
