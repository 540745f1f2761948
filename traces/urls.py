from django.urls import URLPattern

app_name = "traces"
urlpatterns: list[URLPattern] = []
