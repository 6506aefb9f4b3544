"""The routes of the premises room, under /premises/."""

from django.urls import path

from jejak.premises.views import codes, officers, posters, premises, proof, tenancies, zones

app_name = "premises"
urlpatterns = [
    path("", premises.index, name="list"),
    path("new/", premises.new, name="new"),
    path("waiting/", officers.waiting, name="waiting"),
    path("waiting/<uuid:proof>/", officers.claim, name="claim"),
    path("waiting/<uuid:proof>/letter.pdf", officers.letter, name="letter"),
    path("waiting/<uuid:proof>/confirm/", officers.confirm, name="confirm"),
    path("waiting/<uuid:proof>/refuse/", officers.refuse, name="refuse"),
    path("invitations/<uuid:token>/", tenancies.invitation, name="invitation"),
    path("zones/<uuid:uuid>/", tenancies.tenancy, name="tenancy"),
    path("zones/<uuid:uuid>/leave/", tenancies.leave, name="leave"),
    path("zones/<uuid:uuid>/posters/new/", tenancies.issue, name="tenant-issue"),
    path("zones/<uuid:uuid>/posters/<str:code>/replace/", tenancies.replace, name="tenant-replace"),
    path("zones/<uuid:uuid>/posters/<str:code>/<str:form>", tenancies.poster_file, name="tenant-file"),
    path("<uuid:uuid>/", premises.detail, name="detail"),
    path("<uuid:uuid>/registered/", premises.registered, name="registered"),
    path("<uuid:uuid>/edit/", premises.edit, name="edit"),
    path("<uuid:uuid>/close/", premises.close, name="close"),
    path("<uuid:uuid>/reopen/", premises.reopen, name="reopen"),
    path("<uuid:uuid>/zones/", zones.zones, name="zones"),
    path("<uuid:uuid>/zones/<uuid:zone>/", zones.zone, name="zone"),
    path("<uuid:uuid>/zones/<uuid:zone>/invite/", zones.invite, name="invite"),
    path("<uuid:uuid>/zones/<uuid:zone>/end/", zones.end, name="end"),
    path("<uuid:uuid>/transfer/", zones.transfer, name="transfer"),
    path("<uuid:uuid>/invitations/<uuid:invitation>/withdraw/", zones.withdraw, name="withdraw"),
    path("<uuid:uuid>/proof/", proof.proof, name="proof"),
    path("<uuid:uuid>/proof/<str:way>/", proof.ask, name="ask"),
    path("<uuid:uuid>/proof/<str:way>/check/", proof.check, name="check"),
    path("<uuid:uuid>/posters/new/", posters.issue, name="issue"),
    path("<uuid:uuid>/posters/codes/", codes.codes, name="codes"),
    path("<uuid:uuid>/posters/all.pdf", posters.every, name="all"),
    path("<uuid:uuid>/posters/<str:code>/", posters.poster, name="poster"),
    path("<uuid:uuid>/posters/<str:code>/last-day/", posters.expire, name="expire"),
    path("<uuid:uuid>/posters/<str:code>/retire/", posters.retire, name="retire"),
    path("<uuid:uuid>/posters/<str:code>/replace/", posters.replace, name="replace"),
    path("<uuid:uuid>/posters/<str:code>/<str:form>", posters.poster_file, name="file"),
]
