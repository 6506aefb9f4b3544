"""Registers the room with Django, puts the owner's day beside their premises, and answers text messages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.kernel.settings import settings
from jejak.store import reopening, retention
from jejak.store.forgetting import by_function
from jejak.store.retention import RetentionClass
from jejak.ui import navigation

QUEUED_DAYS = 4
"""As long as a person who is nowhere else is kept: a sender would keep them."""


class EntranceConfig(AppConfig):
    """Tablets at doors, the people who work them, and who texts."""

    name = "jejak.entrance"
    label = "entrance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Show owners the way from a premises to its day and its door; answer text messages."""
        from jejak.entrance.actions import (  # models are not ready when this module is loaded
            end_work,
            forget_senders,
            senders_of,
            take_text,
        )
        from jejak.messaging.actions import on_incoming
        from jejak.people.queries import on_erasing, register_holding

        on_incoming(take_text)
        register_holding("senders", senders_of)
        on_erasing("senders", forget_senders)
        _keep()
        reopening.register("pairings and work at tablets", end_work)
        _put_tabs()


def _keep() -> None:
    senders = RetentionClass(
        "senders",
        _("Who texted last under a number"),
        lambda: settings().visit_days + QUEUED_DAYS,
        by_function("entrance_forget_senders", what="senders"),
        order=60,  # before the persons whom they hold
        holds=_("A blind index of a phone number, the person who last texted under it, and the language"),
        tables=frozenset({"entrance_sender"}),
    )
    retention.register(senders)
    attempts = RetentionClass(
        "attempts",
        _("Addresses that tried a tablet's code"),
        lambda: 1,
        by_function("entrance_forget_attempts", what="attempts"),
        holds=_("A keyed index of an address, and how often it tried"),
        tables=frozenset({"entrance_attempt"}),
    )
    retention.register(attempts)


def _put_tabs() -> None:
    add, today, zone_today = navigation.register_tab, "entrance:today", "entrance:zone-today"
    add(area="premises", label=_("Today"), route=today, order=10)
    add(area="premises", label=_("Tablets and staff"), route="entrance:door", order=20)
    add(area="premises-row", label=_("Today"), route=today, icon="chart")
    add(area="zone-row", label=_("Today"), route=zone_today, icon="chart")
    add(area="zone", label=_("How many are inside now"), route=zone_today, icon="chart")
