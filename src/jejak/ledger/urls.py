"""The ledger's addresses, under ``/ledger/``; in production a server in front may answer the tiles."""

from django.urls import path

from jejak.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.page, name="page"),
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("witnessed", views.witnessed, name="witnessed"),
    path("tile/<path:rest>", views.tile, name="tile"),
    path("opened/<path:rest>.json", views.opened, name="opened"),
    path("add-checkpoint", views.add_checkpoint, name="add-checkpoint"),
]
