"""The messaging room as a Django app."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Messages."""

    name = "jejak.messaging"
    label = "messaging"
    default_auto_field = "django.db.models.BigAutoField"
