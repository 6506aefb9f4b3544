"""The visits room as a Django app."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Visits."""

    name = "jejak.visits"
    label = "visits"
