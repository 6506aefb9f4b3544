"""The forms of posters: where a new one hangs and until when, and what an old code says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jejak.formats import oldcodes, qrpicture
from jejak.kernel.clock import now
from jejak.kernel.places import local_day
from jejak.premises.errors import DetailsWrong, ExpiryWrong
from jejak.premises.expiry import expiry
from jejak.premises.forms import DETAILS_WRONG
from jejak.premises.rules import LONGEST_NAME, zone_name
from jejak.premises.zone_forms import kind_field

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile

    from jejak.formats.oldcodes import OldCode

_PICTURE_WRONG = {
    "picture-too-large": _(
        "The picture is larger than 12 MB or 40 megapixels (WebP: 16). Take it again at a smaller size."
    ),
    "picture-unreadable": _("This is not a whole picture (JPEG, PNG or WebP). Take it again."),
    "no-code": _(
        "There is no QR code to be seen in the picture. Go closer, hold the phone still and keep light off the poster."
    ),
}
_DAY_WRONG = _("Choose a day from today on, within ten years.")


class _Day(forms.DateInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:  # noqa: ANN401 - Django's own
        """Offer no day that is over."""
        return super().get_context(name, value, {**(attrs or {}), "min": local_day(now()).isoformat()})


class WhereForm(forms.Form):
    """Where in the premises a new poster will hang."""

    zone = forms.CharField(
        label=_("Part of the premises"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("An entrance, a floor, a hall, a tenant. Leave it empty for the whole premises."),
    )

    def clean_zone(self) -> str:
        """Return the zone's name as the rules accept it."""
        try:
            return zone_name(self.cleaned_data["zone"])
        except DetailsWrong as wrong:
            raise forms.ValidationError(DETAILS_WRONG[wrong.problem]) from wrong


class LastDayForm(forms.Form):
    """Until when a poster works."""

    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=_Day,
        help_text=_("The poster takes check-ins to the end of this day. Leave it empty if it has no end."),
        error_messages={"invalid": _DAY_WRONG},
    )

    def clean_last_day(self) -> date | None:
        """Return a day that is not over."""
        day: date | None = self.cleaned_data["last_day"]
        try:
            expiry(last_day=day, now=now())
        except ExpiryWrong as wrong:
            raise forms.ValidationError(_DAY_WRONG) from wrong
        return day


class IssueForm(LastDayForm, WhereForm):
    """Where a new poster hangs, and until when."""

    field_order = ("zone", "kind", "last_day")
    kind = kind_field(by_name=True)


class OldCodeForm(forms.Form):
    """A photo of an old code, or its text; ``found`` has what was recognised."""

    picture = forms.FileField(
        label=_("Photo of the old poster"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("JPEG, PNG or WebP. The photo is read at once and not kept."),
    )
    text = forms.CharField(
        label=_("Or the text in its QR code"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("As a scanner app shows it, for example https://mysejahtera.malaysia.gov.my/qrscan?lId=…"),
    )

    def clean_picture(self) -> tuple[str, ...]:
        """Return the texts of the codes in the picture."""
        upload: UploadedFile[bytes] | None = self.cleaned_data["picture"]
        if upload is None:
            return ()
        try:
            return qrpicture.read(upload.read(qrpicture.LARGEST_FILE + 1))
        except qrpicture.PictureError as wrong:
            raise forms.ValidationError(_PICTURE_WRONG[wrong.code]) from wrong

    def clean(self) -> dict[str, Any]:
        """Read what was given; something must be."""
        data = super().clean() or {}
        texts = [*data.get("picture", ()), *([data["text"]] if data.get("text", "").strip() else [])]
        data["found"] = list(_read(texts))
        if texts and not data["found"]:
            self.add_error(
                "text", _("This can be no code of a poster: it is too long, or holds characters no code has.")
            )
        elif not texts and not self.errors:
            self.add_error("picture", _("Choose a photo of the old poster, or give the text of its code."))
        return data


class AdoptForm(WhereForm):
    """Which of the codes that were found to take over, and where it hangs."""

    text = forms.CharField(widget=forms.HiddenInput, strip=False, max_length=oldcodes.LARGEST_TEXT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """Offer the zones that there are."""
        super().__init__(*args, **kwargs)
        self.fields["zone"].widget.attrs["list"] = "zones"


def _read(texts: Iterable[str]) -> Iterable[tuple[str, OldCode]]:
    for text in texts:
        try:
            yield text, oldcodes.read(text)
        except oldcodes.OldCodeError:
            continue
