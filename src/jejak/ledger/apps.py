"""The ledger as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers the ledger's models, and the words for the records that it publishes."""

    name = "jejak.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the public page tell the ledger's own published records."""
        from jejak.ledger import entries, wording
        from jejak.ledger.presenting import put_into_words

        put_into_words(entries.RETENTION_RUN.number, wording.retention_run)
        put_into_words(entries.RETENTION_PERIODS.number, wording.retention_periods)
