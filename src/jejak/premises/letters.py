"""The letter that proves who receives a premises' post: one A4 page with the code, in Malay and English."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import TYPE_CHECKING, Final

import typst

from jejak.kernel.places import STATES, local_day
from jejak.premises.printing import drawable
from jejak.ui import words

if TYPE_CHECKING:
    from datetime import date

    from jejak.kernel.settings import Settings
    from jejak.premises.queries import Place

_one_at_a_time: Final = Lock()


def pdf(*, place: Place, code: str, until: datetime, now: datetime, settings: Settings) -> bytes:
    """Return the letter as a tagged PDF; the code stands in it and nowhere else."""
    made = datetime.combine(local_day(now), time(), tzinfo=UTC)
    inputs = _said(place=place, code=code, until=local_day(until), on=local_day(now), settings=settings)
    with _one_at_a_time:
        page = _compiler().compile(
            input=_template(), format="pdf", sys_inputs=inputs, pdf_standards="ua-1", timestamp=made
        )
    if not isinstance(page, bytes):
        message = f"the letter takes {len(page or [])} files instead of one"
        raise TypeError(message)
    return page


def _said(*, place: Place, code: str, until: date, on: date, settings: Settings) -> dict[str, str]:
    name = f"{place.name}, {place.branch}" if place.branch else place.name
    spelled = f"{code[:4]} {code[4:]}"
    return {
        "title": "Pengesahan premis",
        "node": drawable(settings.node_name),
        "name": drawable(name) or place.kind.malay,
        "address": drawable(place.address),
        "place": drawable(f"{place.district}, {STATES[place.state]}"),
        "day_ms": words.day(on, language="ms"),
        "day_en": words.day(on, language="en"),
        "why_ms": (
            "Seseorang meminta supaya premis di alamat ini disahkan. Jika anda pemiliknya, kod di bawah "
            "membuktikan bahawa surat ke alamat ini sampai kepada anda."
        ),
        "why_en": (
            "Somebody asked to have the premises at this address confirmed. If you are its owner, the code below "
            "proves that letters to this address reach you."
        ),
        "code_label": "Kod · Code",
        "code": spelled,
        "do_ms": "Log masuk, buka halaman pengesahan premis itu, dan taip kod ini:",
        "do_en": "Sign in, open the page that confirms the premises, and type this code:",
        "link": settings.base_url + "/premises/",
        "until_ms": (
            f"Kod ini sah hingga {words.day(until, language='ms')}. Jika bukan anda yang meminta, abaikan surat ini; "
            "tanpa kod ini tiada apa-apa yang disahkan."
        ),
        "until_en": (
            f"The code is valid until {words.day(until, language='en')}. If it was not you who asked, ignore this "
            "letter; without the code nothing is confirmed."
        ),
    }


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=True))


@cache
def _template() -> bytes:
    return files("jejak.premises").joinpath("print", "letter.typ").read_bytes()
