"""Routes of the pages that belong to no single room."""

from django.urls import path

from jejak.web import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("language/<str:code>", views.language, name="language"),
    path("robots.txt", views.robots, name="robots"),
]
