"""The addresses of the search; a reference stands in them, never a number or name of anybody."""

from django.urls import path

from jejak.tracing.records import CONTACTS, VISITORS
from jejak.tracing.views import searches as views

app_name = "tracing"

urlpatterns = [
    path("", views.start, name="start"),
    path("premises/", views.premises, name="premises"),
    path("searches/<uuid:reference>/", views.contacts, name="contacts"),
    path("searches/<uuid:reference>/names/", views.names, {"kind": CONTACTS}, name="contacts-names"),
    path("searches/<uuid:reference>/ask/", views.ask, {"kind": CONTACTS}, name="contacts-ask"),
    path("searches/<uuid:reference>/onward/", views.onward, name="onward"),
    path("searches/<uuid:reference>/file/", views.contacts_file, name="contacts-file"),
    path("visitors/<uuid:reference>/", views.visitors, name="visitors"),
    path("visitors/<uuid:reference>/names/", views.names, {"kind": VISITORS}, name="visitors-names"),
    path("visitors/<uuid:reference>/ask/", views.ask, {"kind": VISITORS}, name="visitors-ask"),
    path("visitors/<uuid:reference>/file/", views.visitors_file, name="visitors-file"),
]
