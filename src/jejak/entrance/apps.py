"""The door room as a Django app."""

from django.apps import AppConfig


class EntranceConfig(AppConfig):
    """Tablets at doors, the people who work them, and who texts."""

    name = "jejak.entrance"
    label = "entrance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Answer text messages."""
        from jejak.entrance.actions import take_text  # models are not ready when this module is loaded
        from jejak.messaging.actions import on_incoming

        on_incoming(take_text)
