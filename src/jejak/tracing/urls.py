"""The addresses of the search; a reference stands in them, never a number or name of anybody."""

from django.urls import path

from jejak.tracing.records import CONTACTS, VISITORS
from jejak.tracing.views import cases, runs, work
from jejak.tracing.views import searches as views

app_name = "tracing"

urlpatterns = [
    path("cases/", cases.listing, name="cases"),
    path("cases/new/", cases.new, name="case-new"),
    path("cases/<uuid:uuid>/", cases.show, name="case"),
    path("cases/<uuid:uuid>/history/", cases.history, name="case-history"),
    path("cases/<uuid:uuid>/change/<slug:what>/", cases.change, name="case-change"),
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
    path("runs/", runs.start, name="runs"),
    path("runs/<uuid:reference>/", runs.show, name="run"),
    path("runs/<uuid:reference>/names/", runs.names, name="run-names"),
    path("runs/<uuid:reference>/ask/", runs.ask, name="run-ask"),
    path("runs/<uuid:reference>/go-on/", runs.resume, name="run-resume"),
    path("runs/<uuid:reference>/onward/", runs.onward, name="run-onward"),
    path("work/", work.listing, name="work"),
    path("work/next/", work.following, name="work-next"),
    path("work/assign/", work.assign, name="work-assign"),
    path("work/<uuid:reference>/", work.contact, name="contact"),
    path("work/<uuid:reference>/hold/", work.hold, name="contact-hold"),
    path("work/<uuid:reference>/let-go/", work.let_go, name="contact-let-go"),
    path("work/<uuid:reference>/state/", work.state, name="contact-state"),
]
