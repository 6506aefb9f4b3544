"""The two questions an officer asks, in the words of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jejak.kernel.places import local_day
from jejak.people import rules as people
from jejak.people.errors import PersonRefused
from jejak.premises import queries as premises
from jejak.tracing import queries, rules
from jejak.tracing.errors import CaseUnknown, WindowPast, WindowTooLong, WindowTurnedRound
from jejak.trail.errors import PurposeMissing
from jejak.trail.rules import LONGEST_PURPOSE
from jejak.ui import words

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from jejak.access.actions import User
    from jejak.kernel.periods import Period
    from jejak.premises.queries import Place
    from jejak.tracing.queries import CaseRef

MINUTE = "%Y-%m-%dT%H:%M"
LONGEST_ASKED = 250  # a card's address as a scanner types it
CHOICES = 12  # premises shown to choose from


class Moment(forms.DateTimeField):
    """A day and time as a browser's own picker gives them, in Malaysian time."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE)

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - Django's own options
        """Read what pickers send, with and without seconds."""
        super().__init__(input_formats=[MINUTE, "%Y-%m-%dT%H:%M:%S"], **options)

    def clean(self, value: Any) -> datetime | None:  # noqa: ANN401 - Django's signature
        """Refuse a year that no search can mean."""
        moment: datetime | None = super().clean(value)
        if moment is not None and not rules.reachable(moment):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


class WindowForm(forms.Form):
    """A window and a purpose; ``window`` is the period once the form is valid."""

    window: Period
    kept_from: datetime | None = None
    by: User
    now: datetime
    ref: CaseRef

    case = forms.CharField(
        label=_("Case"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "open-cases", "spellcheck": "false"}),
        help_text=_("The number of an open case of your office, such as K2026-000012."),
    )
    start = Moment(label=_("From"))
    end = Moment(label=_("Until"))
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=LONGEST_PURPOSE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Kept with your name and the time. Everybody whose name you see can read it, so write what they "
            "would understand: a case number, an outbreak, a place."
        ),
    )

    def __init__(
        self,
        *given: Any,  # noqa: ANN401 - Django's own
        by: User,
        now: datetime,
        kept_from: datetime | None = None,
        **options: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        """Take who searches, and the moment before which visits are deleted."""
        super().__init__(*given, **options)
        self.by, self.now, self.kept_from = by, now, kept_from

    def clean_case(self) -> str:
        """Find the case; of another office's the answer is the same as of none."""
        try:
            self.ref = queries.case_ref(text=self.cleaned_data["case"], by=self.by, now=self.now)
        except CaseUnknown:
            raise forms.ValidationError(_("There is no such open case of yours. Look it up under Cases.")) from None
        return self.ref.number

    def clean_purpose(self) -> str:
        """Refuse a purpose that tells the people named nothing."""
        try:
            return rules.purpose(self.cleaned_data["purpose"])
        except PurposeMissing:
            raise forms.ValidationError(_("Write what this search is for, in a few words.")) from None

    def clean(self) -> dict[str, Any]:
        """Make the window."""
        cleaned = super().clean() or {}
        if "start" in cleaned and "end" in cleaned:
            try:
                self.window = rules.window(start=cleaned["start"], end=cleaned["end"], kept_from=self.kept_from)
            except WindowTurnedRound:
                self.add_error("end", _("The window must end after it starts."))
            except WindowTooLong:
                self.add_error(
                    "start",
                    _("One search covers at most %(days)s days.") % {"days": rules.LONGEST_WINDOW.days},
                )
            except WindowPast:
                self.add_error("start", _("Visits before %(day)s are deleted. Choose a later start.") % self._kept())
        return cleaned

    def _kept(self) -> dict[str, str]:
        moment = self.kept_from or self.cleaned_data["start"]
        return {"day": words.day(local_day(moment), language=get_language() or "ms")}


class ContactsForm(WindowForm):
    """Who was there at the same time as the person with this phone number."""

    field_order = ("case", "phone", "start", "end", "minutes", "purpose")

    phone = forms.CharField(
        label=_("Phone number of the person"),
        max_length=LONGEST_ASKED,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "The number given at the door, such as 012-345 6789, or the code of a visitor's printed card. Leave it "
            "empty to search for the case itself."
        ),
    )
    minutes = forms.IntegerField(
        label=_("At least so many minutes together"),
        min_value=1,
        max_value=rules.MOST_MINUTES,
        help_text=_("15 minutes is the usual measure of a close contact; you can change it afterwards."),
    )

    def clean_phone(self) -> str:
        """Refuse what is no phone number and no card's code; without either, the log must know whom the case is of."""
        if not self.cleaned_data["phone"]:
            case = getattr(self, "ref", None)
            if case is not None and case.person is None:
                raise forms.ValidationError(_("The log knows nobody of this case by itself. Write a phone number."))
            return ""
        try:
            return people.card_code(text=self.cleaned_data["phone"]) or people.e164(phone=self.cleaned_data["phone"])
        except PersonRefused:
            raise forms.ValidationError(_("This is no phone number. Write it like 012-345 6789.")) from None


class VisitorsForm(WindowForm):
    """Who was at a premises; ``places`` are those that the text may mean, ``place`` the one meant."""

    field_order = ("case", "text", "start", "end", "purpose")
    places: tuple[Place, ...] = ()
    place: Place | None = None

    text = forms.CharField(
        label=_("Premises"),
        max_length=1_000,  # a code of another system may be pasted
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Its name, address or district, or the short code on its poster."),
    )
    chosen = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Find the premises; several of them are shown to choose from."""
        cleaned = super().clean()
        if "text" in cleaned:
            found = premises.search(text=cleaned["text"], limit=CHOICES)
            meant = [place for place in found if place.uuid == cleaned.get("chosen")] or found
            if not found:
                self.add_error("text", _("No premises has these words or this code. Try fewer words, or the district."))
            elif len(meant) == 1:
                self.place = meant[0]
            else:
                self.places = found
        return cleaned


def usual(*, now: datetime, length: timedelta) -> dict[str, Any]:
    """Return what a form starts with: the time up to now, the usual minutes."""
    return {"start": now - length, "end": now, "minutes": rules.CLOSE_CONTACT_MINUTES}
