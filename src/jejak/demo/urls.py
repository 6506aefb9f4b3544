"""The start page's addresses, mounted under ``/demo/`` on a demo node alone."""

from django.urls import path

from jejak.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.start, name="start"),
    path("enter/<str:who>/", views.enter, name="enter"),
    path("search/", views.search, name="search"),
]
