"""The routes of the people room: whole paths, for they lie under several."""

from django.urls import path

from jejak.people.views import asked, counter, matching, sign_in

app_name = "people"
urlpatterns = [
    path("me/sign-in/", sign_in.ask, name="sign-in"),
    path("me/code/", sign_in.code, name="code"),
    path("counter/", counter.find, name="counter"),
    path("counter/write-in/", counter.write_in, name="counter-write-in"),
    path("counter/<uuid:uuid>/", counter.person, name="counter-person"),
    path("counter/<uuid:uuid>/guardian/", counter.guardian, name="counter-guardian"),
    path("counter/<uuid:uuid>/of-age/", counter.of_age, name="counter-of-age"),
    path("counter/<uuid:uuid>/name/", asked.name, name="counter-name"),
    path("counter/<uuid:uuid>/erase/", asked.erase, name="counter-erase"),
    path("counter/<uuid:uuid>/keep/", asked.keep, name="counter-keep"),
    path("counter/<uuid:uuid>/unbind/", counter.unbind, name="counter-unbind"),
    path("people/twice/", matching.waiting, name="twice"),
    path("people/twice/merges/", matching.merges, name="merges"),
    path("people/twice/merges/<uuid:uuid>/", matching.one_merge, name="merge"),
    path("people/twice/merges/<uuid:uuid>/undo/", matching.undo, name="merge-undo"),
    path("people/twice/<uuid:uuid>/", matching.pair, name="twice-pair"),
    path("people/twice/<uuid:uuid>/ask/", matching.ask, name="twice-ask"),
    path("people/twice/<uuid:uuid>/apart/", matching.apart, name="twice-apart"),
    path("people/twice/<uuid:uuid>/merge/", matching.merge, name="twice-merge"),
]
