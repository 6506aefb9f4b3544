"""A citizen's data as one tree with labels: what a browser may show of persons, visits, disputes and looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from jejak.access import queries as accounts
from jejak.kernel.settings import settings
from jejak.people import queries as people
from jejak.tracing import queries as tracing
from jejak.visits import queries as log
from jejak.web.visited import told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from jejak.access.queries import Browser
    from jejak.people.queries import Held, Kept
    from jejak.tracing.queries import OwnCase, OwnContact
    from jejak.visits.queries import OwnDispute, OwnVisit
    from jejak.web.showing import Asking, Look


PARTS: Final = {
    "papers": gettext_lazy("What you showed, and how you are reached"),
    "names": gettext_lazy("How your name was written before"),
    "family": gettext_lazy("Who acts for whom"),
    "proofs": gettext_lazy("What opens your record"),
    "asked": gettext_lazy("What you asked about your record"),
}
WORDS: Final = {
    "phone": gettext_lazy("Phone number"),
    "birth": gettext_lazy("Birth date"),
    "reach": gettext_lazy("How you are reached"),
    "mykad": gettext_lazy("MyKad"),
    "mypr": gettext_lazy("MyPR"),
    "passport": gettext_lazy("Passport"),
    "army": gettext_lazy("Army identity card"),
    "police": gettext_lazy("Police identity card"),
    "other": gettext_lazy("Another document"),
    "card": gettext_lazy("Printed card"),
    "former": gettext_lazy("Former spelling"),
    "guardian": gettext_lazy("Guardian of this person"),
    "co-guardian": gettext_lazy("Co-guardian of this person"),
    "acts-guardian": gettext_lazy("Acts as guardian"),
    "acts-co-guardian": gettext_lazy("Acts as co-guardian"),
    "offer": gettext_lazy("Offer to act for somebody"),
    "device": gettext_lazy("Device verified by a code"),
    "sender": gettext_lazy("Phone number from which text messages check you in"),
    "account": gettext_lazy("Phone number that opens it"),
    "joined": gettext_lazy("Read as one with another record"),
    "name": gettext_lazy("Another spelling of the name"),
    "erasure": gettext_lazy("To be erased"),
}
CLASSIFICATIONS: Final = {
    "suspected": gettext_lazy("Suspected"),
    "confirmed": gettext_lazy("Confirmed"),
    "discarded": pgettext_lazy("a case", "Discarded"),
}
FOLLOWED: Final = {
    "following": gettext_lazy("Followed up"),
    "released": gettext_lazy("Released"),
    "lost": gettext_lazy("Not reached any more"),
    "became-case": gettext_lazy("Became a case"),
}
OF_TABLES: Final = {
    "people_person": "persons",
    "people_document": "papers",
    "people_card": "papers",
    "people_formername": "names",
    "people_guardian": "family",
    "people_offer": "family",
    "people_device": "proofs",
    "people_holder": "proofs",
    "people_merge": "proofs",
    "people_correction": "asked",
    "people_erasure": "asked",
    "access_bound": "browsers",
    "entrance_sender": "proofs",
    "visits_visit": "visits",
    "visits_dispute": "disputes",
    "tracing_case": "cases",
    "tracing_contact": "told",
    "trail_subject": "looks",
    "trail_question": "looks",
}
"""In which part of the file the rows of a table stand; a test walks every table about persons."""
NOT_TOLD: Final = {
    "access_bindcode": "a code of ten minutes, by its digest alone",
    "people_proposal": "a guess about two persons, who may be two: telling it would tell of the other",
    "tracing_said_contact": "what somebody else said in an interview: telling it would tell who",
    "tracing_onward": "who met a contact, for a picture alone: an officer's guess, of which nobody was told",
}
"""Tables about persons that the file leaves out, each with its reason."""


def everything(*, who: Asking, visits: Sequence[OwnVisit], looks: Sequence[Look], at: datetime) -> dict[str, Any]:
    """Return all of it: stable words as keys, each part with a label in the reader's language."""
    said = log.own_disputes(visits=visits)
    kept = people.dossier(held=who.held)
    whole = [one.person for one in who.held if one.whole]
    browsers = accounts.browsers_of(account=who.account, person=who.bound, token="") if who.bound and who.held else ()
    sick, exposed = tracing.own_cases(persons=whole), tracing.own_contacts(persons=whole)
    return {
        "node": settings().node_name,
        "made_at": _iso(at),
        "parts": [
            {"key": "persons", "label": _("Who you are to us"), "rows": [_person(one) for one in who.held]},
            *(_kept(part, label, kept) for part, label in PARTS.items()),
            {"key": "browsers", "label": _("Browsers bound to you"), "rows": [_browser(one) for one in browsers]},
            {"key": "visits", "label": _("Visits"), "rows": [_visit(one, who) for one in visits]},
            {"key": "disputes", "label": _("What you said of visits"), "rows": [_dispute(one) for one in said]},
            {"key": "cases", "label": _("Illness reported of you"), "rows": [_case(one, who) for one in sick]},
            {"key": "told", "label": _("Exposures you were told of"), "rows": [_exposure(one, who) for one in exposed]},
            {"key": "looks", "label": _("Who looked at your data"), "rows": [_look(one) for one in looks]},
        ],
    }


def _person(one: Held) -> dict[str, Any]:
    levels = (_("typed at a door"), _("proved by a code to the phone"), _("proved by a document"))
    return {_("Name"): one.name, _("How sure we are"): levels[one.level], _("Reference"): str(one.uuid)}


def _kept(part: str, label: object, kept: Sequence[Kept]) -> dict[str, Any]:
    rows = [
        {
            _("What"): str(WORDS.get(one.what, one.what)),
            _("Value"): one.more,
            _("Since"): _iso(one.since),
            _("Until"): _iso(one.until),
        }
        for one in kept
        if one.part == part
    ]
    return {"key": part, "label": str(label), "rows": rows}


def _browser(one: Browser) -> dict[str, Any]:
    return {_("Since"): _iso(one.bound_at)}


def _visit(one: OwnVisit, who: Asking) -> dict[str, Any]:
    words = told(one, names=who.names)
    return {
        _("Whose"): words.whose,
        _("Place"): ", ".join(part for part in (one.name, one.branch, one.zone) if part),
        _("Arrived"): _iso(one.checked_in),
        pgettext("visit", "Left"): _iso(one.until),
        _("The end was scanned"): _("yes") if one.observed else _("no, it is estimated"),
        _("How it came in"): " ".join(words.ways),
        _("What speaks against it"): " ".join(words.doubts),
        _("Reference"): str(one.id),
    }


def _dispute(one: OwnDispute) -> dict[str, Any]:
    return {
        _("Visit"): str(one.visit),
        _("What you said"): _("It was somebody else") if one.kind == "not-me" else _("The times are wrong"),
        _("Came"): _iso(one.came_at),
        pgettext("visit", "Left"): _iso(one.left_at),
        _("Said at"): _iso(one.made_at),
    }


def _case(one: OwnCase, who: Asking) -> dict[str, Any]:
    return {
        _("Whose"): who.names.get(one.person, ""),
        _("Case"): one.number,
        _("Disease"): one.disease,
        _("Classification"): str(CLASSIFICATIONS.get(one.classification, one.classification)),
        _("Onset of symptoms"): _day(one.onset),
        _("Sample taken"): _day(one.sample),
        _("Reported"): _iso(one.reported_at),
        pgettext("a case", "Closed"): _iso(one.closed_at),
    }


def _exposure(one: OwnContact, who: Asking) -> dict[str, Any]:
    return {
        _("Whose"): who.names.get(one.person, ""),
        _("Disease"): one.disease,
        _("Last day near somebody ill"): _day(one.last),
        _("Told"): _iso(one.told_at),
        _("Taken back"): _("yes") if one.withdrawn else _("no"),
        _("Follow-up"): str(FOLLOWED.get(one.state, one.state)),
        _("Followed up until"): _day(one.until),
        _("Apart from others until"): _day(one.quarantine_until),
    }


def _look(one: Look) -> dict[str, Any]:
    return {
        _("When"): _iso(one.entry.at),
        _("Who"): one.who,
        _("What"): one.said,
        _("Why"): one.why,
        _("Whose"): one.whose,
        _("What you asked"): one.asked.words if one.asked else "",
        _("The answer"): one.asked.answer if one.asked else "",
    }


def _day(one: date | None) -> str:
    return one.isoformat() if one else ""


def _iso(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""
