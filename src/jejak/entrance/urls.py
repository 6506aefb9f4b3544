"""The routes of the entrance room: whole paths, for they lie under several."""

from django.urls import path

from jejak.entrance.views import cards, counter, display, kiosk, marks, owner, pairing, today, work

app_name = "entrance"

_TABLETS = [
    path("door/", pairing.home, name="home"),
    path("door/pair", pairing.pair, name="pair"),
    path("door/sw.js", pairing.worker, name="worker"),
    path("door/staff", work.staff, name="staff"),
    path("door/staff/leave", work.leave, name="leave"),
    path("door/staff/<uuid:uuid>", work.unlock, name="unlock"),
    path("door/counter", counter.counter, name="counter"),
    path("door/counter/mistaken", counter.mistaken, name="mistaken"),
    path("door/guard", marks.guard, name="guard"),
    path("door/kiosk", kiosk.kiosk, name="kiosk"),
    path("door/check-ins", kiosk.check_ins, name="check-ins"),
    path("door/display", display.display, name="display"),
    path("door/numbers.json", display.numbers, name="numbers"),
]
_CARDS = [
    path("c/<str:code>", cards.scanned, name="card"),
    path("card/", cards.order, name="card-order"),
    path("card/lost", cards.lost, name="card-lost"),
    path("card/end/<str:slip>", cards.end, name="card-end"),
    path("card/<str:sealed>/", cards.sheet, name="card-sheet"),
    path("card/<str:sealed>/cards.pdf", cards.sheet_file, name="card-pdf"),
    path("card/<str:sealed>/<int:number>.png", cards.picture, name="card-picture"),
]
_OWNERS = [
    path("premises/<uuid:uuid>/today", today.today, name="today"),
    path("premises/zones/<uuid:uuid>/today", today.zone_today, name="zone-today"),
    path("premises/<uuid:uuid>/door/", owner.door, name="door"),
    path("premises/<uuid:uuid>/door/tablets/new/", owner.new_tablet, name="new-tablet"),
    path("premises/<uuid:uuid>/door/tablets/<uuid:tablet>/", owner.tablet, name="tablet"),
    path("premises/<uuid:uuid>/door/tablets/<uuid:tablet>/code/", owner.fresh_code, name="fresh-code"),
    path("premises/<uuid:uuid>/door/tablets/<uuid:tablet>/off/", owner.take_off, name="take-off"),
    path("premises/<uuid:uuid>/door/staff/new/", owner.new_member, name="new-member"),
    path("premises/<uuid:uuid>/door/staff/<uuid:member>/", owner.member, name="member"),
    path("premises/<uuid:uuid>/door/staff/<uuid:member>/end/", owner.end_member, name="end-member"),
]

urlpatterns = [*_TABLETS, *_CARDS, *_OWNERS]
