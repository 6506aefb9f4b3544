"""The routes of the people room: whole paths, for they lie under several."""

from django.urls import path

from jejak.people.views import sign_in

app_name = "people"
urlpatterns = [
    path("me/sign-in/", sign_in.ask, name="sign-in"),
    path("me/code/", sign_in.code, name="code"),
]
