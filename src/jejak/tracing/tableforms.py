"""The form of a table of quarantine: since when, from where, and its rows, the first that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jejak.tracing import followwords
from jejak.tracing.actions.tables import LONGEST_SOURCE, MOST_ROWS, Wanted
from jejak.tracing.caseforms import day_field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jejak.tracing.queries.tables import TableView

ANY = ("", _("any"))
YES_NO = (ANY, ("yes", _("Yes")), ("no", _("No")))
MEANT: Mapping[str, object] = {"yes": True, "no": False}
MOST_DAYS = 60
WRONG = {
    "valid_from": _("Choose a day from 2020 on, at most a year ahead."),
    "source": _("Say where it comes from, in at most 500 letters."),
    "rows": _("The last row must be for everybody: leave its first three fields at “any”."),
}


class TableForm(forms.Form):
    """Since when a table holds, and from where it comes."""

    valid_from = day_field(_("For last exposures from this day on"))
    source = forms.CharField(
        label=_("Source, and why it changes"), max_length=LONGEST_SOURCE, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *given: Any, **options: Any) -> None:  # noqa: ANN401 - Django's own
        """Need the day."""
        super().__init__(*given, **options)
        self.fields["valid_from"].required = True

    def refuse(self, field: str) -> None:
        """Put a reason at its field, or above all."""
        self.add_error(field if field in self.fields else None, WRONG[field])


class RowForm(forms.Form):
    """One row: for whom, for how many days, tested when; without days it is no row."""

    vaccination = forms.ChoiceField(
        label=_("Vaccinated"), choices=(ANY, *followwords.VACCINATION.items()), required=False
    )
    symptoms = forms.ChoiceField(label=_("Symptoms"), choices=YES_NO, required=False)
    recovered_within_60_days = forms.ChoiceField(label=_("Ill within 60 days"), choices=YES_NO, required=False)
    days = forms.IntegerField(label=_("Days at home"), min_value=0, max_value=MOST_DAYS, required=False)
    tests = forms.CharField(label=_("Days of tests"), max_length=40, required=False)

    def clean_tests(self) -> list[int]:
        """Return the days, which are written with commas or spaces between them."""
        words = self.cleaned_data["tests"].replace(",", " ").split()
        if any(not word.isascii() or not word.isdigit() or int(word) > MOST_DAYS for word in words):
            raise forms.ValidationError(_("Write days such as 1, 3."))
        return [int(word) for word in words]

    @property
    def row(self) -> Mapping[str, object]:
        """What it says, as a table keeps it."""
        said = self.cleaned_data
        names = ("vaccination", "symptoms", "recovered_within_60_days")
        when = {name: MEANT.get(said[name], said[name]) for name in names if said[name]}
        return {"when": when, "days": said["days"], "tests": said["tests"]}


RowForms = forms.formset_factory(RowForm, extra=3, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


def initial(latest: TableView | None) -> Mapping[str, object]:
    """Return with what the form begins: a day is to be chosen."""
    return {"source": latest.table.source if latest else ""}


def rows(latest: TableView | None) -> list[Mapping[str, object]]:
    """Return the rows of the newest table for the form, so that a change is a change of it."""
    said = {True: "yes", False: "no"}
    return [
        {
            **{name: said[value] if isinstance(value, bool) else value for name, value in row.when.items()},
            "days": row.days,
            "tests": ", ".join(map(str, row.tests)),
        }
        for row in (latest.table.rows if latest else ())
    ]


def wanted(disease: str, form: TableForm, lines: Any) -> Wanted:  # noqa: ANN401 - a formset is a class made here
    """Return the table that valid forms ask for."""
    said = form.cleaned_data
    given = [one.row for one in lines if one.cleaned_data and one.cleaned_data.get("days") is not None]
    return Wanted(disease, said["valid_from"], given, " ".join(said["source"].split()))
