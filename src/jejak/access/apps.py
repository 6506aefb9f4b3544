"""Accounts and roles as a Django app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Registers the account models."""

    name = "jejak.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
