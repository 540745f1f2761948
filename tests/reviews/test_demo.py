"""The demo project: loaded once, whole, and such that work can begin."""

import html
from collections import Counter
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from annotate_site.projects.models import Event, Project, User
from fields.kinds import KINDS
from queues.actions.assignment.claiming import claim_next
from queues.actions.holds.reviewing import next_review
from queues.models import Item, Queue
from reviews import demo
from reviews.actions.reviewing import round_annotations
from reviews.invariants import check
from reviews.models import Review
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue() -> Queue:
    assert demo.load_demo()
    return Queue.objects.get(project__slug=demo.SLUG, name=demo.QUALITY)


@pytest.fixture
def reviewed(queue: Queue) -> Queue:
    return queue.project.queues.get(requires_review=True)


def test_it_holds_sixty_traces_and_an_active_queue_of_forty(queue: Queue) -> None:
    assert queue.project.traces.count() == 60
    assert (queue.status, queue.annotations_required) == ("active", 2)
    assert queue.items.filter(status="pending").count() == demo.IN_QUEUE
    shown = Item.objects.filter(queue=queue).first()
    assert shown is not None
    assert len(shown.snapshot["inputs"]["messages"]) >= 2
    assert shown.snapshot["outputs"]["messages"]


def test_its_traces_are_read_as_our_own_format(queue: Queue) -> None:
    traces = list(queue.project.traces.all())
    assert {trace.name for trace in traces} == {"support-chat", "support-email"}
    assert all(trace.latency and trace.model and trace.tokens_in for trace in traces)


def test_the_queue_asks_every_kind_of_field(queue: Queue) -> None:
    asked = queue.queue_fields.select_related("field")
    assert len({row.field.kind for row in asked}) == len(asked) == len(KINDS)
    assert {row.field.name for row in asked if not row.required} == demo.OPTIONAL
    assert {row.field.name for row in asked if row.allow_note} == demo.WITH_NOTE
    assert all(row.field.description_html for row in asked)
    assert "<strong>Birk &amp; Bakke</strong>" in queue.guidelines_html


def test_its_people_have_no_password_and_no_power_over_the_site(queue: Queue) -> None:
    people = User.objects.filter(memberships__project=queue.project)
    assert people.count() == 4
    assert not any(user.has_usable_password() or user.is_superuser for user in people)
    assert [user.email for user in people if user.is_staff] == [demo.MANAGER[0]]


def test_its_annotators_can_begin(queue: Queue) -> None:
    for email, _ in demo.ANNOTATORS:
        hold = claim_next(queue_id=queue.pk, user=User.objects.get(email=email))
        assert hold.item_id == queue.items.order_by("seq").values_list("pk", flat=True)[0]


def test_its_reviewer_finds_items_that_wait_decided_and_sent_back(reviewed: Queue) -> None:
    assert (reviewed.status, reviewed.annotations_required) == ("active", 2)
    states = Counter(reviewed.items.values_list("status", "round"))
    assert states == {
        ("pending_review", 1): 4, ("completed", 1): 1, ("pending", 2): 1, ("pending", 1): 3,
    }  # fmt: skip
    reviewer = User.objects.get(email=demo.REVIEWER[0])
    hold = next_review(queue=reviewed, user=reviewer)
    assert hold is not None
    waiting = reviewed.items.filter(status="pending_review").order_by("seq")
    assert hold.item_id == waiting[0].pk


def test_what_was_sent_back_comes_first_to_its_annotators_with_the_remark(
    reviewed: Queue, browser_of: Callable[[User], Client]
) -> None:
    back = reviewed.items.get(round=2)
    remark = Review.objects.get(item=back).remark
    for email, _ in demo.ANNOTATORS:
        user = User.objects.get(email=email)
        assert claim_next(queue_id=reviewed.pk, user=user).item_id == back.pk
        page = browser_of(user).get(reverse("reviews:workspace", args=[demo.SLUG, reviewed.pk]))
        assert remark in html.unescape(page.content.decode())


def test_the_answers_that_wait_differ_so_that_there_is_something_to_decide(
    reviewed: Queue,
) -> None:
    for item in reviewed.items.filter(status="pending_review"):
        answers = [
            {score.field_id: score.value for score in one.scores.all()}
            for one in round_annotations(item, 1)
        ]
        assert len(answers) == 2
        assert answers[0] != answers[1], item


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
        "Ingrid Solheim (reviewer)",
    ]
    for link, name in zip(lines[2::2], lines[1::2], strict=True):
        client = Client()
        path = "/" + link.split("/", 3)[3]
        assert client.post(path).status_code == 302
        user = User.objects.get(pk=client.session["_auth_user_id"])
        assert name.startswith(user.name)


def test_it_breaks_no_promise(queue: Queue) -> None:
    assert check() == []
