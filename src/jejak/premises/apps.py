"""Registers the room with Django and puts its links into the header of owners and officers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.ui import navigation


class PremisesConfig(AppConfig):
    """Premises, zones and posters."""

    name = "jejak.premises"
    label = "premises"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Show owners the way to their premises, and officers to those that wait for them."""
        navigation.register(label=_("My premises"), route="premises:list", shown=_is_owner, order=20)
        navigation.register(label=_("Premises to confirm"), route="premises:waiting", shown=_is_officer, order=40)


def _is_owner(user: object) -> bool:
    return getattr(user, "kind", "") == "owner"


def _is_officer(user: object) -> bool:
    return getattr(user, "kind", "") == "staff"
