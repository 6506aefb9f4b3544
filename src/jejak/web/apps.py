"""Registers the joining pages with Django."""

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.access.rules import AGENCY_MANAGER, AUDITOR
from jejak.ui import navigation


class WebConfig(AppConfig):
    """The joining pages; they have no models."""

    name = "jejak.web"
    label = "web"

    def ready(self) -> None:
        """Register the auditors' purpose, and the links of auditors and managers."""
        from jejak.access.actions import auditing  # models are not ready when this module is loaded

        auditing.register()
        both = _holds(AUDITOR, AGENCY_MANAGER)
        navigation.register(label=_("Questions"), route="web:questions", shown=_holds(AUDITOR), order=72)
        navigation.register(label=_("Samples"), route="web:samples", shown=_holds(AUDITOR), order=74)
        navigation.register(label=_("Auditors ask"), route="web:asked", shown=_holds(AGENCY_MANAGER), order=74)
        navigation.register(label=_("Trail"), route="web:trail", shown=both, order=75)


def _holds(*roles: str) -> Callable[[Any], bool]:
    """Return whether somebody holds one of these roles, as a question that the header asks."""

    def asks(user: Any) -> bool:  # noqa: ANN401 - whoever Django says is asking
        from jejak.access.queries import roles_of  # models are not ready when apps are loaded

        if not user.is_authenticated:
            return False
        held = getattr(user, "held_roles", None)  # what the access rule of this page has asked for already
        return bool({*roles} & (roles_of(user) if held is None else held))

    return asks
