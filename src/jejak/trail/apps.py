"""The trail as a Django app."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    """Registers the trail's models."""

    name = "jejak.trail"
    label = "trail"
    default_auto_field = "django.db.models.BigAutoField"
