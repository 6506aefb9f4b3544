"""Registers the room with Django, its links in the header of owners and officers, and a premises' own tab."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.store import reopening
from jejak.ui import navigation


class PremisesConfig(AppConfig):
    """Premises, zones and posters."""

    name = "jejak.premises"
    label = "premises"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Show owners the way to their premises, and officers to those that wait; higher rooms add tabs beside ours."""
        from jejak.premises.actions.invitations import end_invitations  # models are not ready when this is loaded

        reopening.register("invitations of tenants and owners", end_invitations)
        navigation.register(label=_("My premises"), route="premises:list", shown=_is_owner, order=20)
        navigation.register(label=_("Premises to confirm"), route="premises:waiting", shown=_is_officer, order=40)
        navigation.register_tab(area="premises", label=_("Details and posters"), route="premises:detail", order=90)


def _is_owner(user: object) -> bool:
    return getattr(user, "kind", "") == "owner"


def _is_officer(user: object) -> bool:
    return getattr(user, "kind", "") == "staff"
