"""Where gateways report what became of messages and bring those that come in, under ``/messages/``."""

from django.urls import path

from jejak.messaging import views

app_name = "messaging"
urlpatterns = [
    path("reports/sms", views.sms_report, name="sms-report"),
    path("reports/sms/<str:secret>", views.sms_report, name="sms-report-secret"),
    path("incoming/sms", views.sms_incoming, name="sms-incoming"),
    path("incoming/sms/<str:secret>", views.sms_incoming, name="sms-incoming-secret"),
]
