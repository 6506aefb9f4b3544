"""Routes of the pages that belong to no single room."""

from django.urls import path

from jejak.web import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("language/<str:code>", views.language, name="language"),
    path("robots.txt", views.robots, name="robots"),
    path("scan", views.scan, name="scan"),
    path("my", views.my, name="my"),
    path("guard", views.guard, name="guard"),
    path("guard/poster", views.poster, name="poster"),
    path("offline/<str:language>", views.offline, name="offline"),
    path("offline/<str:language>/<str:page>", views.offline, name="offline-page"),
    path("sw.js", views.worker, name="worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path(".well-known/jejak-node", views.node, name="node"),
]
