"""Registers the demo with Django."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The invented population and its start page."""

    name = "jejak.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"
