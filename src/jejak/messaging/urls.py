"""Where gateways report what became of messages, under ``/messages/``."""

from django.urls import path

from jejak.messaging import views

app_name = "messaging"
urlpatterns = [
    path("reports/sms", views.sms_report, name="sms-report"),
    path("reports/sms/<str:secret>", views.sms_report, name="sms-report-secret"),
]
