"""The door room as a Django app."""

from django.apps import AppConfig


class EntranceConfig(AppConfig):
    """Tablets at doors, the people who work them, and who texts."""

    name = "jejak.entrance"
    label = "entrance"
    default_auto_field = "django.db.models.BigAutoField"
