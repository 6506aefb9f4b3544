"""The routes of the entrance room."""

from django.urls import URLPattern

app_name = "entrance"
urlpatterns: list[URLPattern] = []
