"""Levels, documents and what of two persons agrees, in words."""

from typing import Final

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jejak.people import documents, rules
from jejak.ui.templatetags.ui import tag

register = template.Library()

LEVELS: Final = {
    rules.CLAIMED: gettext_lazy("typed at a door"),
    rules.PHONE_VERIFIED: gettext_lazy("a code to the phone"),
    rules.DOCUMENT_VERIFIED: gettext_lazy("a document at a counter"),
}
KINDS: Final = {
    documents.MYKAD: gettext_lazy("MyKad"),
    documents.MYPR: gettext_lazy("MyPR"),
    documents.PASSPORT: gettext_lazy("Passport"),
    documents.ARMY: gettext_lazy("Army card"),
    documents.POLICE: gettext_lazy("Police card"),
    documents.OTHER: gettext_lazy("Other document"),
}


@register.filter
def level_name(level: int) -> object:
    """Return how somebody is proved."""
    return LEVELS.get(level, level)


@register.filter
def document_kind(kind: str) -> object:
    """Return the name of a kind of document."""
    return KINDS.get(kind, kind)


@register.simple_tag
def agreement(word: str, of: str = "") -> SafeString | str:
    """Return whether something agrees, as a word on its colour; a dash where one of the two never gave it."""
    if word == "same":
        said = {"name": _("alike"), "birth": _("same date")}.get(of, _("same"))
        return tag(said, "good", icon="check")
    if word == "differs" and of in {"birth", "document"}:  # what forbids that they are one
        return tag(_("different date") if of == "birth" else _("different"), "stop", icon="stop")
    if word == "differs":
        return tag(_("different"))
    return "—"
