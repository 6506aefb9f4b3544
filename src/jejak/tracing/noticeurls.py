"""The addresses of a notice's page for its reader; its reference stands in them, and nothing else of anybody."""

from django.urls import path

from jejak.tracing.views import noticepages as views
from jejak.tracing.views.today import today

app_name = "notices"

urlpatterns = [
    path("<uuid:uuid>/", views.show, name="notice"),
    path("<uuid:uuid>/code/", views.code, name="code"),
    path("<uuid:uuid>/open/", views.unlock, name="open"),
    path("<uuid:uuid>/close/", views.close, name="close"),
    path("<uuid:uuid>/today/", today, name="today"),
    path("<uuid:uuid>/stays/<int:number>/", views.stay, name="stay"),
]
