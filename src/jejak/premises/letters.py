"""The letter that proves who receives a premises' post: one A4 page with the code, in Malay and English."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jejak.kernel.places import STATES, local_day
from jejak.ui import typesetting, words
from jejak.ui.typesetting import drawable

if TYPE_CHECKING:
    from datetime import date

    from jejak.kernel.settings import Settings
    from jejak.premises.queries import Place


def pdf(*, place: Place, code: str, until: datetime, now: datetime, settings: Settings) -> bytes:
    """Return the letter as a tagged PDF; the code stands in it and nowhere else."""
    made = datetime.combine(local_day(now), time(), tzinfo=UTC)
    inputs = _said(place=place, code=code, until=local_day(until), on=local_day(now), settings=settings)
    return typesetting.typeset(_template(), inputs=inputs, form="pdf", made=made)


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
def _template() -> bytes:
    return files("jejak.premises").joinpath("print", "letter.typ").read_bytes()
