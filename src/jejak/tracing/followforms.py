"""Forms of following up: how somebody is today, and what an officer does with a follow-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jejak.tracing import contactwords, followwords
from jejak.tracing.caseforms import day_field, note_field
from jejak.tracing.followrules import OTHER, Said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

UNKNOWN = ("", _("not known"))
REASON = ("", _("Choose a reason"))
YES_NO = (UNKNOWN, ("yes", _("Yes")), ("no", _("No")))


class Following(forms.Form):
    """A form that can be told what an action refused."""

    def refuse(self, field: str) -> None:
        """Put a reason at its field, or above all."""
        self.add_error(field if field in self.fields else None, followwords.WRONG.get(field, field))


class TodayForm(Following):
    """How somebody is today; ``said`` is what it says once it is valid."""

    well = forms.ChoiceField(
        label=_("How are they today?"), choices=(("yes", _("Well, no symptoms")), ("no", _("Not well"))),
        widget=forms.RadioSelect,
    )  # fmt: skip
    symptoms = forms.MultipleChoiceField(
        label=_("What do they have?"), choices=tuple(followwords.SYMPTOMS.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    test = forms.ChoiceField(
        label=_("A test today"), choices=tuple(followwords.TESTS.items()), required=False, widget=forms.RadioSelect,
        initial="",
    )  # fmt: skip
    note = note_field()

    def clean(self) -> dict[str, Any]:
        """Let one of the two be chosen: well, or what it is; who is not well and says no more has something else."""
        cleaned = super().clean() or {}
        if cleaned.get("well") == "no" and not cleaned.get("symptoms") and "symptoms" not in self.errors:
            cleaned["symptoms"] = [OTHER]
        if cleaned.get("well") == "yes" and cleaned.get("symptoms"):
            self.refuse("well")
        return cleaned

    @property
    def said(self) -> Said:
        """What it says."""
        given = self.cleaned_data
        return Said(given["well"] == "yes", tuple(given["symptoms"]), given["test"], given["note"])


class OwnTodayForm(TodayForm):
    """The same, asked of whom it is about."""

    def __init__(self, *given: Any, **options: Any) -> None:  # noqa: ANN401 - Django's own
        """Ask them, not of them."""
        super().__init__(*given, **options)
        self.fields["well"].label = _("How are you today?")
        self.fields["symptoms"].label = _("What do you have?")
        self.fields["note"].label = _("Something the health office should know")

    def refuse(self, field: str) -> None:
        """Speak to them, not of them."""
        if field == "well":
            self.add_error(field, _("Choose either that you are well or what you have."))
        else:
            super().refuse(field)


class FactsForm(Following):
    """What is known of a contact, and from whom."""

    vaccination = forms.ChoiceField(
        label=_("Vaccinated"), choices=(UNKNOWN, *followwords.VACCINATION.items()), required=False
    )
    symptoms = forms.ChoiceField(label=_("Has or had symptoms since"), choices=YES_NO, required=False)
    recovered_within_60_days = forms.ChoiceField(
        label=_("Was ill with it within the 60 days before"), choices=YES_NO, required=False
    )
    source = forms.ChoiceField(label=_("Who says so"), choices=tuple(followwords.SOURCES.items()))

    @property
    def facts(self) -> Mapping[str, object]:
        """What it says, by `quarantine.FACTS`."""
        meant: Mapping[str, object] = {"yes": True, "no": False}
        given = {name: self.cleaned_data[name] for name in ("vaccination", "symptoms", "recovered_within_60_days")}
        return {name: meant.get(value, value) for name, value in given.items()}


class ReleaseForm(Following):
    """Why somebody is released before the last day; nothing is chosen beforehand."""

    why = forms.ChoiceField(label=_("Why"), choices=(REASON, *contactwords.EARLY.items()))
    note = note_field()


class LostForm(Following):
    """Why nobody follows them any more."""

    why = forms.ChoiceField(label=_("Why"), choices=(REASON, *contactwords.LOSSES.items()))
    note = note_field()


class ExtendForm(Following):
    """Until when, and why."""

    until = day_field(_("Follow up until"))
    apart = forms.BooleanField(label=_("They stay at home as long"), required=False, initial=True)
    note = note_field(required=True, label=_("Why is it extended?"))

    def __init__(self, *given: Any, **options: Any) -> None:  # noqa: ANN401 - Django's own
        """Need the day."""
        super().__init__(*given, **options)
        self.fields["until"].required = True


FORMS: Mapping[str, type[Following]] = {
    "today": TodayForm,
    "facts": FactsForm,
    "extend": ExtendForm,
    "release": ReleaseForm,
    "lost": LostForm,
}
"""What an officer can say of a follow-up in a form, by its way."""

BUTTONS: Mapping[str, _StrPromise] = {
    "today": _("Write it down"),
    "facts": _("Write it down"),
    "extend": _("Extend"),
    "release": _("Release early"),
    "lost": _("Give up"),
}
TITLES: Mapping[str, _StrPromise] = {
    "today": _("How they are today"),
    "facts": _("What is known of them"),
    "extend": _("Extend"),
    "release": _("Release before the last day"),
    "lost": _("Give up"),
}


def initial(facts: Mapping[str, str | bool], source: str) -> dict[str, str]:
    """Return with what the form of facts begins."""
    said = {True: "yes", False: "no"}
    known = {name: said[value] if isinstance(value, bool) else value for name, value in facts.items()}
    return {**known, "source": source or "contact"}
