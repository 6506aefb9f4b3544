"""Forms of a citizen's own pages."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jejak.people import rules as people
from jejak.people.errors import PersonRefused

if TYPE_CHECKING:
    from jejak.visits.queries import OwnVisit

LONGEST = timedelta(hours=24)


class TimesForm(forms.Form):
    """When somebody came or left, if not when it is recorded."""

    came = forms.TimeField(
        label=_("I came at"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    left = forms.TimeField(
        label=_("I left at"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, visit: OwnVisit, **more: Any) -> None:  # noqa: ANN401 - as Django's form
        """Know the visit, whose day the times are of."""
        super().__init__(*args, **more)
        self.visit = visit

    def clean(self) -> dict[str, Any]:
        """Return moments: the arrival nearest to the recorded one, the leaving after it."""
        found = self.cleaned_data
        came, left = found.get("came"), found.get("left")
        if not self.errors and came is None and left is None:
            self.add_error(None, _("Write when you came, when you left, or both."))
        found["came"] = self._nearest(came) if came else None
        found["left"] = self._after(left, found["came"] or self.visit.checked_in) if left else None
        return found

    def _nearest(self, at: time) -> datetime:
        day = timezone.localtime(self.visit.checked_in).date()
        told = [timezone.make_aware(datetime.combine(day + timedelta(days=off), at)) for off in (-1, 0, 1)]
        return min(told, key=lambda moment: abs(moment - self.visit.checked_in))

    def _after(self, at: time, began: datetime) -> datetime:
        left = timezone.make_aware(datetime.combine(timezone.localtime(began).date(), at))
        return left if left > began else left + timedelta(days=1)


class QuestionForm(forms.Form):
    """What a citizen asks about a deed."""

    words = forms.CharField(
        label=_("What do you want to know?"),
        help_text=_("At most 500 characters. An auditor reads it, who is not of that agency."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write in a few words what you want to know.")},
    )


class AnswerForm(forms.Form):
    """What an auditor answers."""

    words = forms.CharField(
        label=_("Your answer"),
        help_text=_("At most 500 characters. Whoever asked reads it; name no officer."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write the answer.")},
    )


class BindForm(forms.Form):
    """The code that a bound browser shows."""

    code = forms.CharField(
        label=_("The code"),
        help_text=_("Eight digits, shown on the browser that shows your records already."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Write the code.")},
    )


class EraseForm(forms.Form):
    """A confirmation before what cannot be undone."""

    sure = forms.BooleanField(
        label=_("Erase my name and number. I know that this cannot be undone."),
        error_messages={"required": _("Confirm it, or go back.")},
    )


class OfferForm(forms.Form):
    """The code that a guardian's page shows."""

    code = forms.CharField(
        label=_("The guardian's code"),
        help_text=_("Ten digits. The guardian reads it from their own page."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Write the code.")},
    )


class NameForm(forms.Form):
    """How a name is written rightly."""

    name = forms.CharField(
        label=_("Your name, as on your document"),
        max_length=people.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write the name.")},
    )


class NumberForm(forms.Form):
    """The number that is to be used from now on."""

    phone = forms.CharField(
        label=_("Your new phone number"),
        help_text=_("For example 012-345 6789. A code is sent to it by SMS."),
        max_length=people.LONGEST_PHONE,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        error_messages={"required": _("Write your phone number.")},
    )

    def clean_phone(self) -> str:
        """Return the number in E.164."""
        try:
            return people.e164(phone=str(self.cleaned_data["phone"]))
        except PersonRefused:
            message = _("Write a whole phone number, for example 012-345 6789. For a foreign one begin with +.")
            raise forms.ValidationError(message, code="phone") from None


class LeaveForm(forms.Form):
    """A confirmation before a code is sent."""

    sure = forms.BooleanField(
        label=_("Erase my record in seven days. I have read what goes and what stays."),
        error_messages={"required": _("Confirm it, or go back.")},
    )
