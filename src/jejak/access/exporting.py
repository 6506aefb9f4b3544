"""What a second person reads before a file leaves, and how long files and manifests are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jejak.access import second
from jejak.access.actions import exports
from jejak.access.manifests import LIFE, held
from jejak.access.rules import SENIOR_HEALTH_OFFICER
from jejak.access.second import RequestKind
from jejak.kernel.settings import settings
from jejak.store import retention
from jejak.store.retention import RetentionClass
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DECIDERS: Final = frozenset({SENIOR_HEALTH_OFFICER})
FILE_DAYS: Final = 7


def register() -> None:
    """Add the kind of request, and the two classes of retention."""
    second.register(
        RequestKind(
            exports.KIND, gettext_lazy("Take out a file"), DECIDERS, said, facts=facts, ended=exports.settle, life=LIFE
        )
    )
    label = gettext_lazy("Files waiting to be taken out, sealed")
    retention.register(
        RetentionClass(
            "exports",
            label,
            lambda: FILE_DAYS,
            exports.past_bytes,
            order=20,
            holds=gettext_lazy("The bytes of files of people's data"),
        )
    )
    label = gettext_lazy("Manifests of files taken out")
    days = RetentionClass(
        "manifests",
        label,
        lambda: settings().trail_days,
        exports.past_manifests,
        order=60,
        holds=gettext_lazy("What a file held, for whom, who asked and who decided; times on call"),
        tables=frozenset({"access_export", "access_duty"}),
    )
    retention.register(days)


def said(what: Mapping[str, object]) -> str:
    """Return in words and numbers what leaves."""
    return _("%(what)s: %(people)s people in %(rows)s rows, in a file (%(form)s) that only the asker can take.") % {
        "what": held(str(what.get("holds"))),
        "people": words.number(_whole(what.get("people"))),
        "rows": words.number(_whole(what.get("rows"))),
        "form": str(what.get("form")).upper(),
    }


def facts(what: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    """Return the manifest, line by line."""
    fields = what.get("fields")
    purpose = what.get("purpose")
    yield _("Fields"), ", ".join(map(str, fields)) if isinstance(fields, list) else ""
    yield _("People in it"), words.number(_whole(what.get("people")))
    yield _("Rows"), words.number(_whole(what.get("rows")))
    yield _("File"), f"{what.get('file')} ({words.number(_whole(what.get('bytes')))} B)"
    yield _("Checksum (SHA-256)"), str(what.get("sha256"))
    if isinstance(purpose, list) and len(purpose) > 1 and purpose[1]:
        yield _("Reference"), str(purpose[1])


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
