"""The addresses of the search; a reference stands in them, never a number or name of anybody."""

from django.urls import path

from jejak.tracing.records import CONTACTS, VISITORS
from jejak.tracing.views import cases, interviews, linelists, profiles, reports, runs, work
from jejak.tracing.views import searches as views

app_name = "tracing"

urlpatterns = [
    path("cases/", cases.listing, name="cases"),
    path("cases/new/", cases.new, name="case-new"),
    path("cases/<uuid:uuid>/", cases.show, name="case"),
    path("cases/<uuid:uuid>/history/", cases.history, name="case-history"),
    path("cases/<uuid:uuid>/change/<slug:way>/", cases.change, name="case-change"),
    path("cases/<uuid:uuid>/search/", views.from_case, name="case-search"),
    path("cases/<uuid:uuid>/stays/", interviews.stay, name="case-stay"),
    path("cases/<uuid:uuid>/contacts/", interviews.contact, name="case-contact"),
    path("cases/<uuid:uuid>/said/<uuid:said>/end/", interviews.end, name="case-said-end"),
    path("profiles/", profiles.listing, name="profiles"),
    path("profiles/<slug:disease>/", profiles.show, name="profile"),
    path("profiles/<slug:disease>/new/", profiles.new, name="profile-new"),
    path("reports/", reports.start, name="reports"),
    path("reports/template.csv", reports.template, name="reports-template"),
    path("reports/<uuid:uuid>/", reports.show, name="report"),
    path("reports/<uuid:uuid>/confirm/", reports.confirm, name="report-confirm"),
    path("reports/<uuid:uuid>/quarantined.csv", reports.quarantined, name="report-quarantined"),
    path("reports/<uuid:uuid>/receipt.json", reports.receipt, name="report-receipt"),
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
    path("runs/<uuid:reference>/tree/", runs.tree, name="run-tree"),
    path("runs/<uuid:reference>/places/", runs.places, name="run-places"),
    path("line-lists/", linelists.of_work, name="line-list"),
    path("line-lists/runs/<uuid:reference>/", linelists.of_run, name="line-list-run"),
    path("line-lists/cases/<uuid:uuid>/", linelists.of_case, name="line-list-case"),
    path("work/", work.listing, name="work"),
    path("work/next/", work.following, name="work-next"),
    path("work/assign/", work.assign, name="work-assign"),
    path("work/<uuid:reference>/", work.contact, name="contact"),
    path("work/<uuid:reference>/hold/", work.hold, name="contact-hold"),
    path("work/<uuid:reference>/let-go/", work.let_go, name="contact-let-go"),
    path("work/<uuid:reference>/state/", work.state, name="contact-state"),
]
