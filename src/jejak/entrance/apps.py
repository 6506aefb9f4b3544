"""Registers the room with Django, puts the owner's day beside their premises, and answers text messages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.store import reopening
from jejak.ui import navigation


class EntranceConfig(AppConfig):
    """Tablets at doors, the people who work them, and who texts."""

    name = "jejak.entrance"
    label = "entrance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Show owners the way from a premises to its day and its door; answer text messages."""
        from jejak.entrance.actions import end_work, take_text  # models are not ready when this module is loaded
        from jejak.messaging.actions import on_incoming

        on_incoming(take_text)
        reopening.register("pairings and work at tablets", end_work)
        _put_tabs()


def _put_tabs() -> None:
    add, today, zone_today = navigation.register_tab, "entrance:today", "entrance:zone-today"
    add(area="premises", label=_("Today"), route=today, order=10)
    add(area="premises", label=_("Tablets and staff"), route="entrance:door", order=20)
    add(area="premises-row", label=_("Today"), route=today, icon="chart")
    add(area="zone-row", label=_("Today"), route=zone_today, icon="chart")
    add(area="zone", label=_("How many are inside now"), route=zone_today, icon="chart")
