"""Forms of the auditors' pages: what to sample, what was found, what an agency says, which entries to count."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from jejak.kernel.places import local_midnight
from jejak.trail.rules import MOST_DRAWN
from jejak.ui.days import DayField

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.utils.functional import _StrPromise

DAY: Final = timedelta(days=1)
FINDINGS: Final = [("in-order", _("In order")), ("questionable", _("Questionable: ask the agency"))]


def _deeds(actions: Iterable[tuple[str, str]]) -> list[tuple[str, str | _StrPromise]]:
    """Return deeds to choose from; those told in the same words show their code too."""
    known = list(actions)
    told = Counter(words for _action, words in known)
    return [("", _("Every deed")), *((one, f"{words} {one}" if told[words] > 1 else words) for one, words in known)]


class SampleForm(forms.Form):
    """Which entries of the trail are drawn from, how many, and the auditor's half of the seed."""

    agency = forms.ChoiceField(label=_("Agency"), required=False)
    action = forms.ChoiceField(label=_("Deed"), required=False)
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    number = forms.IntegerField(label=_("Number of entries"), min_value=1, max_value=MOST_DRAWN, initial=20)
    words = forms.CharField(
        label=_("Your half of the seed"),
        required=False,
        max_length=200,
        help_text=_("Anything: thrown dice, a line of a newspaper. Empty: a random number."),
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - as Django's form
        agencies: Iterable[str],
        everywhere: bool,
        actions: Iterable[tuple[str, str]],
        today: date,
        **more: Any,  # noqa: ANN401 - likewise
    ) -> None:
        """Offer the agencies that this auditor may draw from, and the deeds that the trail knows."""
        super().__init__(*args, **more)
        self.today = today
        every = [("", _("All agencies"))] if everywhere else []
        self.fields["agency"].choices = [*every, *((name, name) for name in agencies)]  # type: ignore[attr-defined]
        self.fields["action"].choices = _deeds(actions)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Return moments; the period is over, so that nothing is added to what is drawn from."""
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last:
            if last < first:
                self.add_error("last", _("This is before the first day."))
            elif last >= self.today:
                self.add_error("last", _("Choose days that are over: yesterday at the latest."))
            found["since"], found["until"] = local_midnight(first), local_midnight(last + DAY)
        return found


class FindingForm(forms.Form):
    """What an auditor says to one drawn entry."""

    finding = forms.ChoiceField(label=_("Your finding"), choices=FINDINGS, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Needed when it is questionable: the agency reads it and answers."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReplyForm(forms.Form):
    """What an agency says to a questionable entry."""

    words = forms.CharField(
        label=_("Your answer"),
        help_text=_("What it was needed for, and what follows. No names of citizens."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CountForm(forms.Form):
    """Which entries are counted."""

    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    agency = forms.ChoiceField(label=_("Agency"), required=False)
    action = forms.ChoiceField(label=_("Deed"), required=False)

    LONGEST: Final = timedelta(days=366)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - as Django's form
        agencies: Iterable[str],
        actions: Iterable[tuple[str, str]],
        **more: Any,  # noqa: ANN401 - likewise
    ) -> None:
        """Offer the agencies that may be counted; one alone is no choice."""
        super().__init__(*args, **more)
        self.fields["agency"].choices = [("", _("All agencies")), *((name, name) for name in agencies)]  # type: ignore[attr-defined]
        self.fields["action"].choices = _deeds(actions)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, or that is longer than a year."""
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and last < first:
            self.add_error("last", _("This is before the first day."))
        elif first and last and last - first >= self.LONGEST:
            self.add_error("last", _("A year at most."))
        return found
