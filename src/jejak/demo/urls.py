"""The start page's addresses, mounted under ``/demo/`` on a demo node alone."""

from django.urls import path

from jejak.demo import citizens, doors, forty, views

app_name = "demo"
urlpatterns = [
    path("", views.start, name="start"),
    path("enter/<str:who>/", views.enter, name="enter"),
    path("me/", citizens.enter, name="me"),
    path("search/", views.search, name="search"),
    path("today/", doors.today, name="today"),
    path("tablet/<str:mode>/", doors.tablet, name="tablet"),
    path("makmal.csv", forty.file, name="laboratory-file"),
    path("laboratory/", forty.send, name="laboratory"),
    path("phones/", forty.phones, name="phones"),
    path("text/", doors.text, name="text"),
]
