"""The ledger as a Django app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from jejak.kernel.settings import settings
from jejak.store import retention
from jejak.store.retention import RetentionClass

CLOSING_DAYS = 31
"""Longer than the trail: what an entry says of a day must be there until the last of its rows is gone."""


class LedgerConfig(AppConfig):
    """Registers the ledger's models, how long its records are kept, and the words for those that it publishes."""

    name = "jejak.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what goes with time, and let the public page tell the ledger's own published records."""
        from jejak.ledger import actions, entries, wording  # models are not ready when this module is loaded
        from jejak.ledger.presenting import put_into_words

        retention.register(
            RetentionClass(
                "ledger",
                _("What the ledger's entries are about"),
                _days,
                actions.past_time,
                95,
                holds=_("Records by number and reference, with the salts of their commitments"),
                tables=frozenset({"ledger_record"}),
            )
        )
        autodiscover_modules("entries")  # of every room, so that it is known which kinds are published
        put_into_words(entries.RETENTION_RUN.number, wording.retention_run)
        put_into_words(entries.RETENTION_PERIODS.number, wording.retention_periods)
        put_into_words(entries.RESTORED.number, wording.restored)


def _days() -> int:
    return settings().trail_days + CLOSING_DAYS
