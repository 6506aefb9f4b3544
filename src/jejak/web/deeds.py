"""What the trail calls a deed, in words for whoever it is about; a test holds that each deed has its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from jejak.people import rules as people

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

DEEDS: Final[Mapping[str, _StrPromise]] = {
    "access.page": _("Asked for a page that no role of theirs opens."),
    "counter.erasure": _("Wrote down at a counter that you want to be erased, or that you thought again."),
    "audit.look": _("An auditor checked by lot how your data was used; your name and number were hidden."),
    "counter.find": _("Looked for you at a counter, by phone number or document."),
    "counter.guardian": _("Recorded at a counter who acts for whom."),
    "counter.name": _("Decided at a counter how your name is written, as you asked."),
    "counter.open": _("Opened your record at a counter, to compare your document."),
    "counter.unbind": _("Ended the browsers that show your data, at a counter."),
    "counter.write-in": _("Wrote you down at a counter."),
    "people.compare": _("Compared two records that may both be of you."),
    "people.erased": _("Your name and phone number were erased, as you asked."),
    "people.erasure-asked": _("You asked to be erased."),
    "people.erasure-cancelled": _("You thought again, and nothing was erased."),
    "people.find-by-card": _("Looked up whose printed card it is."),
    "people.find-by-keys": _("Looked for you by the last digits of a phone number, a name or a document."),
    "people.find-by-phone": _("Looked up who checked in under your phone number."),
    "people.guardian": _("Changed who acts for whom, as those concerned said on their own pages."),
    "people.joined": _("You said that two records are both yours, and they are read as one."),
    "people.keep-apart": _("Decided that you and somebody with similar data are two people."),
    "people.kept-apart": _("Decided that you and somebody with similar data are two people."),
    "people.merge": _("Looked whether two records are both of you, or joined them with a colleague's approval."),
    "people.merge-undone": _("Took two records apart again that had been joined as yours."),
    "people.name-asked": _("You asked for another spelling of your name, or took that back."),
    "people.names": _("Saw your name and phone number in a list of people."),
    "people.number-changed": _("Your record goes with another phone number, as you asked."),
    "people.of-age": _("Acting for somebody ended, because they came of age."),
    "people.offer-tried": _("A code by which you would act for somebody was typed on your page, and it was not right."),
    "people.parted": _("You took two records apart again that you had joined."),
    "people.show-document": _("Recorded that you showed an identity document."),
    "people.told-apart": _("You said that a record is not yours."),
    "people.unmerge": _("Took two records apart again that had been joined as yours."),
    "tracing.case-changed": _("Wrote down something about your case: dates, who works on it, or what you said."),
    "tracing.case-reopened": _("Opened your case again."),
    "tracing.case-reported": _("Reported you to a health office as a case or possible case of a disease."),
    "tracing.case-shown": _("Opened your case: your name, your number and where you were."),
    "tracing.export": _("Saved a list of contacts with your name in it as a file."),
    "tracing.exported": _("Saved a list of contacts with your name in it as a file."),
    "tracing.follow-up": _("Saw your name in the list of people whom a health office follows up."),
    "tracing.followed": _("Wrote down something about your follow-up as a contact: how you are, or until when."),
    "tracing.line-list": _("Saved a list of contacts with your name in it for another health office’s system."),
    "tracing.dispute-decided": _("Decided whether what you said of a notice to you is right."),
    "tracing.dispute-entered": _("Wrote down what you say is wrong with a stay of yours."),
    "tracing.contact": _("Opened your line on a health office’s list of contacts: your name, your number and why."),
    "tracing.notices-chosen": _("Looked at whom a notice would go to, you among them."),
    "tracing.noticed": _("Sent you a notice that you may have been near somebody who is ill."),
    "tracing.notices-shown": _("Looked at what became of notices, one of them to you."),
    "tracing.notices-withdrawn": _("Told you that a notice to you no longer counts."),
    "tracing.ran": _("Searched at once for people who were near several cases, you among those cases."),
    "tracing.run-places": _("Looked at where several cases had been, you among those cases."),
    "tracing.run-shown": _("Saw your name in the list of people who were near several cases."),
    "tracing.work": _("Saw your name in the list of contacts whom a health office calls."),
    "tracing.search": _("Searched for people who were at the same places at the same times as you."),
    "tracing.shown": _("Saw your name in the answer of a contact search."),
    "visits.contacts": _("Looked up who was at the same places at the same times as you."),
    "visits.said": _("Read what you said about your visits."),
    "visits.stays": _("Looked up where you were and when."),
    "visits.visitors": _("Looked up who was at a place that you visited."),
    "visits.zones": _("Looked up in which parts of a place you were."),
    "visitor.disputed": _("Noted at a door that a visit was written in by mistake."),
    "visitor.written-in": _("Wrote you in as a visitor at a door."),
}
THINGS: Final[Mapping[str, _StrPromise]] = {
    "audit.": _("Checked by lot how data was used."),
    "alert.": _("Looked into why an account was stopped."),
    "access.": _("Changed who works at an agency."),
    "backup.": _("Brought this node back from a backup."),
    "code.": _("Changed a code at a place."),
    "door.": _("Changed a tablet or the staff at a door."),
    "member.": _("Changed the staff at a door."),
    "poster.": _("Changed a poster of a place."),
    "profile.": _("Changed how a disease’s windows are counted."),
    "premises.": _("Changed what is recorded about a place."),
    "request.": _("Asked a second person, or decided as one."),
    "retention.": _("Deleted what was past its time."),
    "tablet.": _("Changed a tablet at a door."),
    "zone.": _("Changed a part of a place."),
}
"""Deeds on things, which name nobody: by what they begin with."""


REASONS: Final[Mapping[str, _StrPromise]] = {
    people.ASKED_THEMSELVES: _("You asked for it."),
    "came of age": _("An 18th birthday."),
    "identity at the counter": _("To know who somebody at the counter is."),
    "persons who exist twice": _("To find out whether two records are of one person."),
    "said by the person themselves": _("You said so."),
    "said by those concerned themselves": _("Those concerned said so on their own pages."),
}
"""Reasons that the code gives and nobody typed."""


def reason_in_words(purpose: str) -> str:
    """Return why, as whoever looked wrote it, or in words where nobody wrote it."""
    return str(REASONS.get(purpose, purpose))


def doer_in_words(*, agency: str, name: str, number: int, own: bool) -> str:
    """Return who it was: oneself, an agency, the node's own clockwork, or a citizen, whose account has no name."""
    if own:
        return str(_("You yourself"))
    if number == 0:
        return str(_("This node by itself, as it was set up"))
    if not name:
        return str(_("Somebody of your family"))
    return agency or str(_("Staff of this node"))


def in_words(action: str) -> str:
    """Return what a deed is, for whoever it is about."""
    known = DEEDS.get(action) or next((text for start, text in THINGS.items() if action.startswith(start)), None)
    return str(known or _("Used your data in a way that has no words yet: ask about it."))
