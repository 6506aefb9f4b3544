"""The public numbers' addresses, under ``/numbers``."""

from django.urls import path

from jejak.insights import views

app_name = "insights"
urlpatterns = [
    path("", views.numbers, name="numbers"),
    path(".csv", views.numbers_csv, name="numbers-csv"),
]
