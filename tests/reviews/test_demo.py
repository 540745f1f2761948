"""The demo project: loaded once, whole, and such that work can begin."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from annotate_site.projects.models import Event, Project, User
from queues.actions.claiming import claim_next
from queues.models import Item, Queue
from reviews import demo
from reviews.invariants import check
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue() -> Queue:
    assert demo.load_demo()
    return Queue.objects.get(project__slug=demo.SLUG)


def test_it_holds_sixty_traces_and_an_active_queue_of_forty(queue: Queue) -> None:
    assert queue.project.traces.count() == 60
    assert (queue.status, queue.annotations_required) == ("active", 2)
    assert queue.items.filter(status="pending").count() == demo.IN_QUEUE
    shown = Item.objects.filter(queue=queue).first()
    assert shown is not None
    assert len(shown.snapshot["inputs"]["messages"]) >= 2
    assert shown.snapshot["outputs"]["messages"]


def test_the_queue_asks_every_kind_of_field(queue: Queue) -> None:
    asked = queue.queue_fields.select_related("field")
    assert len({row.field.kind for row in asked}) == len(asked) == 8
    assert {row.field.name for row in asked if not row.required} == demo.OPTIONAL
    assert {row.field.name for row in asked if row.allow_note} == demo.WITH_NOTE
    assert all(row.field.description_html for row in asked)
    assert "<strong>Birk &amp; Bakke</strong>" in queue.guidelines_html


def test_its_people_have_no_password_and_no_power_over_the_site(queue: Queue) -> None:
    people = User.objects.filter(memberships__project=queue.project)
    assert people.count() == 3
    assert not any(user.has_usable_password() or user.is_superuser for user in people)
    assert [user.email for user in people if user.is_staff] == [demo.MANAGER[0]]


def test_its_annotators_can_begin(queue: Queue) -> None:
    for email, _ in demo.ANNOTATORS:
        hold = claim_next(queue_id=queue.pk, user=User.objects.get(email=email))
        assert hold.item_id == queue.items.order_by("seq").values_list("pk", flat=True)[0]


def test_a_second_load_changes_nothing(queue: Queue) -> None:
    before = Event.objects.count()
    assert not demo.load_demo()
    assert Event.objects.count() == before


def test_a_load_that_fails_half_way_leaves_nothing_and_can_be_repeated(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(demo, "activate_queue", interrupted)
        with pytest.raises(KeyboardInterrupt):
            demo.load_demo()
    assert not Project.objects.exists()
    assert not User.objects.exists()
    assert demo.load_demo()


def test_somebody_else_with_the_address_of_a_demo_person_is_left_alone(db: None) -> None:
    factories.make_user("Nadia Else", email=demo.MANAGER[0])
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_demo")
    assert not Project.objects.exists()


def test_the_links_say_who_is_who_and_let_each_in(queue: Queue) -> None:
    said = StringIO()
    call_command("signin_links", stdout=said)
    lines = [line.strip() for line in said.getvalue().splitlines() if line.strip()]
    assert lines[1::2] == [
        "Nadia Rahmani (manager, site staff)",
        "Kwame Boateng (annotator)",
        "Yuki Lindgren (annotator)",
    ]
    for link, name in zip(lines[2::2], lines[1::2], strict=True):
        client = Client()
        path = "/" + link.split("/", 3)[3]
        assert client.post(path).status_code == 302
        user = User.objects.get(pk=client.session["_auth_user_id"])
        assert name.startswith(user.name)


def test_it_breaks_no_promise(queue: Queue) -> None:
    assert check() == []
