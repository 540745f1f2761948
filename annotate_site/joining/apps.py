from django.apps import AppConfig


class JoiningConfig(AppConfig):
    name = "annotate_site.joining"
    label = "joining"

    def ready(self) -> None:
        pass
