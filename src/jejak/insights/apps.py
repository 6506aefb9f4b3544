"""Registers the room with Django."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """Public numbers."""

    name = "jejak.insights"
    label = "insights"
    default_auto_field = "django.db.models.BigAutoField"
