"""A form's field for a local day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class DayField(forms.DateField):
    """A day as the browser's own calendar writes it; the last day that there is has no midnight after it."""

    def __init__(self, **more: Any) -> None:  # noqa: ANN401 - as Django's field
        """Show the browser's calendar."""
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)

    def to_python(self, value: Any) -> date | None:  # noqa: ANN401 - likewise
        """Return the day.

        :raises ValidationError: it is none, or the calendar's last.
        """
        found: date | None = super().to_python(value)
        if found == date.max:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found
