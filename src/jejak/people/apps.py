"""Persons as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers the model of a person."""

    name = "jejak.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
