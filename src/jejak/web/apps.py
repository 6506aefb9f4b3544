"""Registers the joining pages with Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The joining pages; they have no models."""

    name = "jejak.web"
    label = "web"
