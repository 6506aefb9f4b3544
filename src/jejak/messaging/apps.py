"""The messaging room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jejak.kernel.settings import settings
from jejak.store import reopening, retention
from jejak.store.retention import RetentionClass


class MessagingConfig(AppConfig):
    """Messages, and how long what is known of them is kept."""

    name = "jejak.messaging"
    label = "messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what goes with time, and what ends when a backup is restored."""
        from jejak.messaging import actions  # models are not ready when this module is loaded

        reopening.register("one-time codes", actions.end_codes)
        retention.register(
            RetentionClass(
                "messages",
                _("Messages"),
                lambda: settings().message_days,
                actions.past_messages,
                order=20,
                holds=_("To whom what was sent, sealed; codes by digest; what came in, by index"),
                tables=frozenset(
                    {
                        "messaging_message",
                        "messaging_code",
                        "messaging_report",
                        "messaging_incoming",
                        "messaging_shown",
                        "messaging_refusal",
                        "messaging_trip",
                    }
                ),
            )
        )
