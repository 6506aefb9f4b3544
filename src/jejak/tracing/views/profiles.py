"""Pages of the profiles of diseases: what windows and tiers come from, version by version; seniors make new ones."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from jejak.access import queries as accounts
from jejak.access.rules import SENIOR_HEALTH_OFFICER
from jejak.kernel import clock
from jejak.kernel.access import roles
from jejak.tracing import actions, profilerules, queries
from jejak.tracing.errors import ProfileChanged, ProfileInvalid
from jejak.tracing.pages import officer
from jejak.tracing.profilerules import RANGES, Wanted
from jejak.tracing.rules import OFFICERS
from jejak.tracing.windows import Days

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from jejak.tracing.queries import ProfileView

DAYS = {
    "before": gettext_lazy("Days before onset"),
    "after": gettext_lazy("Days after onset"),
    "symptom_free": gettext_lazy("Days without symptoms at the end"),
    "sample_before": gettext_lazy("Without symptoms: days before the sample"),
    "sample_after": gettext_lazy("Without symptoms: days after the sample"),
    "backward": gettext_lazy("Backward: days before onset"),
}


class ProfileForm(forms.Form):
    """A new version."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    minutes = forms.IntegerField(
        label=gettext_lazy("Usual least minutes together"), min_value=1, max_value=profilerules.MOST_MINUTES
    )
    follow = forms.IntegerField(
        label=gettext_lazy("Days a contact is followed up"), min_value=1, max_value=profilerules.MOST_FOLLOW,
        help_text=gettext_lazy("Counted from the last exposure."),
    )  # fmt: skip
    tiers = forms.JSONField(
        label=gettext_lazy("Rules of the risk tiers"), widget=forms.Textarea(attrs={"rows": 9, "spellcheck": "false"}),
        help_text=gettext_lazy("The first rule that fits gives the tier; whom none fits is in tier 4."),
    )  # fmt: skip
    source = forms.CharField(
        label=gettext_lazy("Source, and why it changes"), max_length=profilerules.LONGEST_SOURCE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *given: Any, **options: Any) -> None:  # noqa: ANN401 - Django's own
        """Ask for each number of days."""
        super().__init__(*given, **options)
        for name, (low, high) in RANGES.items():
            self.fields[name] = forms.IntegerField(label=DAYS[name], min_value=low, max_value=high)
        self.order_fields(["seen", "name", *RANGES, "minutes", "follow", "tiers", "source"])

    @property
    def wanted(self) -> Wanted:
        """What it asks for."""
        said = self.cleaned_data
        days = Days(**{name: said[name] for name in RANGES})
        return Wanted(said["name"], days, said["minutes"], said["tiers"], said["source"], said["follow"])


@roles(*OFFICERS)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the diseases; a senior officer goes on to a new one by its code."""
    code = request.GET.get("new", "").strip().lower()
    senior = SENIOR_HEALTH_OFFICER in accounts.held_roles(request.user)
    if code and senior:
        try:
            return redirect("tracing:profile-new", disease=profilerules.checked_code(code))
        except ProfileInvalid:
            messages.error(request, _("A code has small letters, digits and hyphens, such as measles-2026."))
    context = {"profiles": queries.profiles(), "senior": senior}
    return render(request, "tracing/profile_list.html", context)


@roles(*OFFICERS)
@require_safe
def show(request: HttpRequest, disease: str) -> HttpResponse:
    """Show a disease's profile with every version."""
    versions = queries.versions(disease=disease)
    if not versions:
        raise Http404
    context = {
        "latest": versions[0],
        "versions": [{"version": each, "days": _days(each)} for each in versions],
        "senior": SENIOR_HEALTH_OFFICER in accounts.held_roles(request.user),
    }  # fmt: skip
    return render(request, "tracing/profile.html", context)


@roles(SENIOR_HEALTH_OFFICER)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, disease: str) -> HttpResponse:
    """Make a new version, beginning with the newest."""
    form = ProfileForm(request.POST or None, initial=_initial(disease))
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            made = actions.change_profile(
                disease=disease, seen=seen, wanted=form.wanted, by=officer(request), at=clock.now()
            )
        except ProfileInvalid as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, _("This cannot be read as rules."))
        except ProfileChanged:
            form.add_error(None, _("Somebody made a newer version meanwhile. Look at it, then begin again."))
        else:
            messages.success(request, _("Version %(made)s holds for cases reported from now on.") % {"made": made})
            return redirect("tracing:profile", disease=disease)
    status = 422 if form.errors else 200
    return render(request, "tracing/profile_new.html", {"form": form, "disease": disease}, status=status)


def _days(each: ProfileView) -> list[tuple[object, int]]:
    return [(DAYS[name], days) for name, days in asdict(each.days).items()]


def _initial(disease: str) -> dict[str, Any]:
    versions = queries.versions(disease=disease)
    if not versions:
        usual = {**profilerules.FIRST, "follow": profilerules.FOLLOW, "name": "", "source": "", "seen": 0}
        return {**usual, "tiers": list(usual["tiers"])}
    latest = versions[0]
    tiers = json.loads(json.dumps(list(latest.tiers)))
    return {
        "seen": latest.version, "name": latest.name, **asdict(latest.days), "minutes": latest.minutes,
        "follow": latest.follow, "tiers": tiers, "source": latest.source,
    }  # fmt: skip
