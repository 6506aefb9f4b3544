"""Accounts, agencies and requests as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.access.rules import AGENCY_MANAGER, AUDITOR, HEALTH_OFFICER, OPERATOR, SENIOR_HEALTH_OFFICER
from jejak.ui import navigation


class AccessConfig(AppConfig):
    """Registers the models, and shows staff the way to the pages about themselves."""

    name = "jejak.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the links, what needs a second person, and how long it is kept."""
        # Models are not ready when this module is loaded.
        from jejak.access import endings, exporting, keeping, registering
        from jejak.access.queries import held_roles, holding
        from jejak.access.second import deciders

        exporting.register()
        endings.register()
        registering.register()
        keeping.register()
        for label, route, shown, order in (
            (_("Second person"), "access:requests", lambda user: not held_roles(user).isdisjoint(deciders()), 60),
            (_("Files"), "access:exports", holding(HEALTH_OFFICER, SENIOR_HEALTH_OFFICER, AUDITOR), 61),
            (_("People"), "access:people", holding(AGENCY_MANAGER), 70),
            (_("Accounts"), "access:accounts", holding(AUDITOR), 71),
            (_("Sign-ins"), "access:sign-ins", holding(OPERATOR), 72),
            (_("Alerts"), "access:alerts", holding(AGENCY_MANAGER, AUDITOR), 73),
        ):
            navigation.register(label=label, route=route, shown=shown, order=order)
