"""Contact searches as a Django app."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.access.rules import HEALTH_OFFICER, SENIOR_HEALTH_OFFICER
from jejak.ui import navigation


class TracingConfig(AppConfig):
    """Puts the search into the header of those who may use it."""

    name = "jejak.tracing"
    label = "tracing"

    def ready(self) -> None:
        """Register the link, the kinds of purpose and what needs a second officer."""
        from jejak.access import actions as access  # models are not ready when this module is loaded
        from jejak.tracing import exports, purposes

        purposes.register()
        access.register_export(holds=exports.CONTACTS, label=_("Contacts of a person"))
        access.register_export(holds=exports.VISITORS, label=_("Visitors of a premises"))
        navigation.register(label=_("Contact search"), route="tracing:start", shown=_searches, order=30)


def _searches(user: Any) -> bool:  # noqa: ANN401 - whoever Django says is asking
    from jejak.access.queries import roles_of  # models are not ready when apps are loaded

    if not user.is_authenticated:
        return False
    held = getattr(user, "held_roles", None)  # what the access rule of this page has asked for already
    return bool({HEALTH_OFFICER, SENIOR_HEALTH_OFFICER} & (roles_of(user) if held is None else held))
