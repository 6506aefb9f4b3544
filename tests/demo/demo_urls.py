"""The routes of a demo node: those of every node and the start page."""

from django.urls import include, path

from jejak.config.urls import handler400, handler403, handler404, handler500
from jejak.config.urls import urlpatterns as every_node

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*every_node, path("demo/", include("jejak.demo.urls"))]
