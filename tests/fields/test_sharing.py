"""Fields that a project shares with the others: who may use, see and change them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate_site.errors import Refused
from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Event, Project, User
from fields.actions import archive_field, new_version, share_field, unshare_field
from fields.models import Field
from queues.actions.copying import duplicate_queue, left_out
from queues.actions.settings import Asked, change_fields, create_queue
from queues.forms.asked import AskedFields
from queues.models import Queue
from queues.queries.set_up import project_set_up
from tests.conftest import Cast
from tests.factories import make_field, make_queue
from traces.score_names import judged_names

from .test_new_field import text


@pytest.fixture
def tone(cast: Cast) -> Field:
    """Shared by the cast's project; the other project is the one that uses it."""
    return make_field(cast.project, "rating", name="Tone", shared=True, created_by=cast.manager)


@pytest.fixture
def other(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.other_manager)
    return client


def address(project: Project, name: str, *ids: Any) -> str:
    return reverse(f"fields:{name}", args=[project.slug, *ids])


def queue_of(project: Project, by: User, field: Field, name: str = "Theirs") -> Queue:
    return create_queue(project=project, by=by, settings={"name": name}, fields=[Asked(field)])


def test_sharing_takes_every_version_along_and_leaves_an_event_for_each(cast: Cast) -> None:
    old, actor = make_field(cast.project, "rating", name="Tone"), Actor.person(cast.manager)
    new = new_version(field=old, by=cast.manager, name="Warmth", settings=old.settings)
    assert (share_field(field=new, actor=actor), share_field(field=new, actor=actor)) == (
        True,
        False,
    )
    assert set(Field.objects.filter(shared=True)) == {old, new}
    third = new_version(field=new, by=cast.manager, name="Kindness", settings=old.settings)
    assert third.shared
    assert unshare_field(field=third, actor=actor)
    assert not unshare_field(field=old, actor=actor)
    assert not Field.objects.filter(shared=True).exists()
    told = Event.objects.filter(attribute="sharing").order_by("id")
    assert [(one.object_id, one.from_value, one.to_value) for one in told] == [
        (str(old.pk), "own", "shared"), (str(new.pk), "own", "shared"),
        (str(old.pk), "shared", "own"), (str(new.pk), "shared", "own"),
        (str(third.pk), "shared", "own"),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_version_that_is_made_while_sharing_stops_is_not_shared(cast: Cast, tone: Field) -> None:
    def version() -> None:
        new_version(field=tone, by=cast.manager, name="Warmth", settings=tone.settings)
        connections.close_all()

    def stop() -> None:
        unshare_field(field=tone, actor=SYSTEM)
        connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(version), pool.submit(stop)]:
            done.result()
    assert list(Field.objects.order_by("pk").values_list("name", "shared")) == [
        ("Tone", False), ("Warmth", False),
    ]  # fmt: skip


def test_other_projects_ask_a_shared_field_and_keep_it_when_it_is_not(
    cast: Cast, tone: Field
) -> None:
    project, by = cast.other_project, cast.other_manager
    assert project_set_up(project).fields
    queue = queue_of(project, by, tone)
    unshare_field(field=tone, actor=SYSTEM)
    tone.refresh_from_db()
    assert not project_set_up(project).fields
    with pytest.raises(Refused, match="cannot be used"):
        queue_of(project, by, tone, "Late")
    own = make_field(project, "text", name="Why?")
    change_fields(queue=queue, fields=[Asked(own), Asked(tone)], actor=SYSTEM)
    assert [row.field for row in queue.queue_fields.order_by("order")] == [own, tone]
    assert [row.field for row in duplicate_queue(queue=queue, by=by).queue_fields.all()] == [own]
    assert left_out(queue) == [tone]


def test_what_is_not_shared_or_archived_cannot_be_asked(cast: Cast, tone: Field) -> None:
    project, by = cast.other_project, cast.other_manager
    hidden = make_field(cast.project, "text", name="Hidden")
    archive_field(field=tone, actor=SYSTEM)
    for field in (hidden, tone):
        with pytest.raises(Refused, match="cannot be used"):
            queue_of(project, by, field)
    assert AskedFields(project).offered == []
    assert not Queue.objects.exists()


def test_the_forms_of_queues_offer_it_and_say_where_it_comes_from(cast: Cast, tone: Field) -> None:
    make_field(cast.other_project, "rating", name="Tone")
    rows = AskedFields(cast.other_project).offered
    assert sorted((row.field.name, row.comes_from) for row in rows) == [
        ("Tone", ""), ("Tone", "Support agent"),
    ]  # fmt: skip
    assert [row.comes_from for row in AskedFields(cast.project).offered] == [""]


def test_the_list_counts_the_queues_of_its_project_alone(
    cast: Cast, tone: Field, other: Client
) -> None:
    make_queue(cast.project, by=cast.manager, fields=[tone], name="Ours")
    for name in ("First", "Second"):
        queue_of(cast.other_project, cast.other_manager, tone, name)
    shown = other.get(address(cast.other_project, "field-list"))
    (row,) = shown.context["rows"]
    assert (row.name, row.comes_from, row.queues) == ("Tone", "Support agent", 2)
    with CaptureQueriesContext(connection) as few:
        other.get(address(cast.other_project, "field-list"))
    for number in range(10):
        make_field(cast.project, "text", name=f"More {number}", shared=True)
    with CaptureQueriesContext(connection) as many:
        other.get(address(cast.other_project, "field-list"))
    assert len(many) == len(few)


def test_its_page_tells_other_projects_what_it_asks_and_no_more(
    cast: Cast, tone: Field, other: Client
) -> None:
    make_queue(cast.project, by=cast.manager, fields=[tone], name="Ours")
    page = text(other.get(address(cast.other_project, "field-detail", tone.pk)))
    assert "Support agent" in page
    assert "Duplicate" in page
    for secret in ("Ours", cast.manager.name, "New version", "Archive field", "Stop sharing"):
        assert secret not in page
    for name in ("version-create", "field-archive", "field-share", "field-unshare"):
        refused = other.post(address(cast.other_project, name, tone.pk), {"name": "Mine"})
        assert refused.status_code == 404, name
    assert list(Field.objects.values_list("name", "archived_at", "shared")) == [
        ("Tone", None, True)
    ]  # fmt: skip


def test_its_page_stays_where_a_queue_asks_it_and_shows_no_other_version(
    cast: Cast, tone: Field, other: Client
) -> None:
    path = address(cast.other_project, "field-detail", tone.pk)
    unshare_field(field=tone, actor=SYSTEM)
    assert other.get(path).status_code == 404
    share_field(field=tone, actor=SYSTEM)
    tone.refresh_from_db()
    queue_of(cast.other_project, cast.other_manager, tone)
    new_version(field=tone, by=cast.manager, name="Warmth", settings=tone.settings)
    assert "Warmth" in text(other.get(path))
    unshare_field(field=tone, actor=SYSTEM)
    assert "Warmth" not in text(other.get(path))
    assert judged_names(cast.other_project) == {tone.lineage: "Tone"}


def test_a_manager_shares_and_stops_from_the_page(cast: Cast) -> None:
    client, field = Client(), make_field(cast.project, "rating", name="Tone")
    client.force_login(cast.manager)
    shared = client.post(address(cast.project, "field-share", field.pk), follow=True)
    assert "Every project of this site can use “Tone” now." in text(shared)
    assert "with every project of this site" in text(shared)
    stopped = client.post(address(cast.project, "field-unshare", field.pk), follow=True)
    assert "“Tone” is no longer shared" in text(stopped)
    again = client.post(address(cast.project, "field-unshare", field.pk), follow=True)
    assert "nothing has changed" in text(again)
