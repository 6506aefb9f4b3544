"""The routes of the access room, under /staff/."""

from django.urls import path

from jejak.access.views import agency, alerts, duty, exports, oidc, rechecks, register, requests, second_factor

app_name = "access"
urlpatterns = [
    path("people/", agency.people, name="people"),
    path("people/invite/", agency.invite, name="invite"),
    path("people/<uuid:uuid>/roles/", agency.change, name="roles"),
    path("people/<uuid:uuid>/leave/", agency.leave, name="leave"),
    path("people/<uuid:uuid>/on-call/", duty.on_call, name="on-call"),
    path("people/<uuid:uuid>/on-call/<uuid:duty>/end/", duty.end, name="off-call"),
    path("people/<uuid:uuid>/confirm/", rechecks.confirm, name="confirm"),
    path("invitations/<uuid:uuid>/withdraw/", agency.withdraw, name="withdraw"),
    path("invitations/<str:token>/", agency.accept, name="accept"),
    path("requests/", requests.waiting, name="requests"),
    path("requests/<uuid:uuid>/", requests.decide, name="request"),
    path("requests/<uuid:uuid>/withdraw/", requests.withdraw, name="request-withdraw"),
    path("exports/", exports.own, name="exports"),
    path("exports/all/", exports.every, name="exports-all"),
    path("exports/<uuid:uuid>/", exports.manifest, name="export"),
    path("exports/<uuid:uuid>/file/", exports.take, name="export-file"),
    path("exports/<uuid:uuid>/withdraw/", exports.withdraw, name="export-withdraw"),
    path("sign-in/", oidc.choose, name="oidc"),
    path("sign-in/<slug:code>/", oidc.start, name="oidc-start"),
    path("sign-in/<slug:code>/back/", oidc.back, name="oidc-back"),
    path("accounts/", register.accounts, name="accounts"),
    path("accounts/file/", register.download, name="accounts-file"),
    path("accounts/sign-ins/", register.sign_ins, name="sign-ins"),
    path("people/<uuid:uuid>/second-step/", second_factor.second_factor, name="second-factor"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/<uuid:uuid>/", alerts.alert, name="alert"),
]
