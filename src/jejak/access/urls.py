"""The routes of the access room, under /staff/."""

from django.urls import path

from jejak.access.views import agency, register, requests

app_name = "access"
urlpatterns = [
    path("people/", agency.people, name="people"),
    path("people/invite/", agency.invite, name="invite"),
    path("people/<uuid:uuid>/roles/", agency.change, name="roles"),
    path("people/<uuid:uuid>/leave/", agency.leave, name="leave"),
    path("invitations/<uuid:uuid>/withdraw/", agency.withdraw, name="withdraw"),
    path("invitations/<str:token>/", agency.accept, name="accept"),
    path("requests/", requests.waiting, name="requests"),
    path("requests/<uuid:uuid>/", requests.decide, name="request"),
    path("accounts/", register.accounts, name="accounts"),
]
