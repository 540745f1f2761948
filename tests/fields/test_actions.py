"""Making and archiving fields, and that nothing changes one."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from annotate_site import sql
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Event
from fields.actions import archive_field, create_field
from fields.errors import FieldIsFinal, FieldNameTaken
from fields.kinds import SettingsError
from fields.models import Field
from fields.urls import urlpatterns
from tests.conftest import Cast
from tests.factories import make_field, make_project, make_user


def told(field: Field) -> list[tuple[str, str, int | None]]:
    events = Event.objects.filter(object_type="field", object_id=str(field.pk)).order_by("id")
    return [(event.from_value, event.to_value, event.actor_id) for event in events]


def test_a_field_is_stored_complete_with_its_event(cast: Cast) -> None:
    field = create_field(
        project=cast.project,
        by=cast.manager,
        name="  Tone\n of the answer ",
        description="How **warm**?\r\n",
        kind="rating",
        settings={"stars": 7},
    )
    stored = Field.objects.get(pk=field.pk)
    assert (stored.name, stored.description) == ("Tone of the answer", "How **warm**?")
    assert "<strong>warm</strong>" in stored.description_html
    assert stored.settings == {"stars": 7, "low_label": "", "high_label": ""}
    assert (stored.created_by, stored.archived_at) == (cast.manager, None)
    assert told(field) == [("", "offered", cast.manager.pk)]


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"description": "x" * 20_001}, "description"),
        ({"kind": "essay"}, "kind"),
        ({"kind": "rating", "settings": {"stars": 11}}, "stars"),
    ],
)
def test_what_cannot_be_a_field_is_refused_by_key(
    cast: Cast, given: dict[str, Any], key: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        create_field(
            project=cast.project, by=cast.manager, **{"name": "Tone", "kind": "thumbs", **given}
        )
    assert list(refused.value.field_errors) == [key]
    assert not Field.objects.exists()
    assert not Event.objects.filter(object_type="field").exists()


def test_a_name_is_taken_in_any_case_until_its_field_is_archived(cast: Cast) -> None:
    first = create_field(project=cast.project, by=cast.manager, name="Tone", kind="thumbs")
    with pytest.raises(FieldNameTaken, match="“TONE”"):
        create_field(project=cast.project, by=cast.manager, name="TONE", kind="text")
    create_field(project=cast.other_project, by=cast.other_manager, name="Tone", kind="thumbs")
    archive_field(field=first, actor=Actor.person(cast.manager))
    create_field(project=cast.project, by=cast.manager, name="tone", kind="text")
    assert list(cast.project.fields.offered().values_list("name", flat=True)) == ["tone"]


@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_a_name_at_once_one_gets_it() -> None:
    project, user = make_project(), make_user()

    def take(_: int) -> str:
        try:
            create_field(project=project, by=user, name="Tone", kind="thumbs")
        except FieldNameTaken:
            return "taken"
        finally:
            connections.close_all()
        return "made"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(take, range(8)))
    assert outcomes == ["made"] + ["taken"] * 7
    assert Event.objects.filter(object_type="field").count() == 1


def test_archiving_is_told_once_and_a_second_time_changes_nothing(cast: Cast) -> None:
    field = make_field(cast.project)
    actor = Actor.person(cast.manager)
    assert archive_field(field=field, actor=actor) is True
    at = field.archived_at
    assert at is not None
    assert archive_field(field=field, actor=Actor.person(cast.viewer)) is False
    assert Field.objects.get(pk=field.pk).archived_at == at
    assert told(field) == [("offered", "archived", cast.manager.pk)]


CHANGES: list[tuple[str, Any]] = [
    ("name", "Another"),
    ("description", "Another"),
    ("description_html", "<p>Another"),
    ("kind", "text"),
    ("settings", {"true_label": "Sí"}),
]


@pytest.mark.parametrize(("column", "value"), CHANGES)
def test_code_cannot_change_a_field(cast: Cast, column: str, value: Any) -> None:
    field = make_field(cast.project)
    setattr(field, column, value)
    for save in (
        lambda: field.save(update_fields=[column]),
        lambda: field.save(),
        lambda: Field.objects.filter(pk=field.pk).update(**{column: value}),
        lambda: Field.objects.bulk_update([field], [column]),
    ):
        with pytest.raises(FieldIsFinal), transaction.atomic():
            save()
    assert getattr(Field.objects.get(pk=field.pk), column) != value


@pytest.mark.parametrize("column", [column for column, _ in CHANGES] + ["project_id", "lineage"])
def test_the_database_refuses_a_changed_field(cast: Cast, column: str) -> None:
    field = make_field(cast.project, description="What was")
    value = "'{}'::jsonb" if column == "settings" else "'text'"
    if column in ("project_id", "lineage"):
        value = f"'{cast.other_project.pk}'::uuid"
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        sql.run(f"update fields_field set {column} = {value} where id = %s", [field.pk])


def test_no_page_offers_to_edit_a_field() -> None:
    names = {route.name for route in urlpatterns}
    assert names == {
        "field-list", "field-create", "field-preview", "field-detail", "field-schema",
        "field-archive", "version-create", "field-share", "field-unshare",
    }  # fmt: skip
