"""Routes of the pages that belong to no single room."""

from django.urls import path

from jejak.web import views
from jejak.web.views import looked, me, own

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("language/<str:code>", views.language, name="language"),
    path("me/", me.me, name="me"),
    path("me/visits/<uuid:uuid>/", me.correct, name="correct"),
    path("me/looked/", looked.looked, name="looked"),
    path("me/looked/<uuid:uuid>/", looked.question, name="question"),
    path("me/data/", own.own, name="own"),
    path("me/data.<str:form>", own.file, name="file"),
    path("me/browsers/code/", own.show_code, name="show-code"),
    path("me/browsers/bind/", own.bind, name="bind"),
    path("me/browsers/<int:number>/end/", own.unbind, name="unbind"),
    path("me/erase/<uuid:uuid>/", own.erase, name="erase"),
    path("staff/questions/", looked.questions, name="questions"),
    path("staff/questions/<uuid:uuid>/", looked.answer, name="answer"),
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
