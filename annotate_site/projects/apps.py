from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "annotate_site.projects"
    label = "projects"
