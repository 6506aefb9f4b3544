"""Registers the joining pages with Django."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.ui import navigation


class WebConfig(AppConfig):
    """The joining pages; they have no models."""

    name = "jejak.web"
    label = "web"

    def ready(self) -> None:
        """Register the auditors' link to what citizens ask."""
        navigation.register(label=_("Questions"), route="web:questions", shown=_audits, order=72)


def _audits(user: Any) -> bool:  # noqa: ANN401 - whoever Django says is asking
    from jejak.access.queries import roles_of  # models are not ready when apps are loaded
    from jejak.access.rules import AUDITOR

    if not user.is_authenticated:
        return False
    held = getattr(user, "held_roles", None)  # what the access rule of this page has asked for already
    return AUDITOR in (roles_of(user) if held is None else held)
