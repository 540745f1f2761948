"""The addresses that OpenTelemetry's exporters make of an endpoint."""

from django.urls import path

from . import views

app_name = "otlp"
urlpatterns = [
    path("traces", views.traces, name="traces"),
    path("logs", views.logs, name="logs"),
]
