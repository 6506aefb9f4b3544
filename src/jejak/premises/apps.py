"""Registers the room with Django and puts its link into the header of owners."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.ui import navigation


class PremisesConfig(AppConfig):
    """Premises, zones and posters."""

    name = "jejak.premises"
    label = "premises"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Show owners the way to their premises."""
        navigation.register(label=_("My premises"), route="premises:list", shown=_is_owner, order=20)


def _is_owner(user: object) -> bool:
    return getattr(user, "kind", "") == "owner"
