"""One's own history: found by name, text and one's answers; read, corrected, taken back."""

from typing import Any

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from fields.models import Field
from queues.actions.holds.keeping import park_hold
from queues.actions.status import close_queue
from queues.models import Queue
from reviews.models import Annotation
from reviews.my_history import listing as reading
from reviews.my_history.listing import OwnFilter, own_work

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue
from .pages import Desk
from .working import Worker

pytestmark = pytest.mark.django_db
TEXTS = ["Where is my parcel?", 'Tell me about "refunds".', "Was kostet die Rücksendung?"]


@pytest.fixture
def fields(cast: Cast) -> list[Field]:
    return [
        factories.make_field(cast.project, name="Right", settings={"true_label": "Correct"}),
        factories.make_field(cast.project, "category", name="Tone"),
        factories.make_field(cast.project, "text", name="Why"),
    ]


@pytest.fixture
def queue(cast: Cast, fields: list[Field]) -> Queue:
    queue = factories.make_queue(
        cast.project, fields=fields, annotators=[cast.annotator, cast.second],
        annotations_required=2,
    )  # fmt: skip
    traces = [
        factories.make_trace(cast.project, text, name=f"Order {number}")
        for number, text in enumerate(TEXTS, 1)
    ]
    factories.add_items(queue, traces)
    return queue


@pytest.fixture
def me(cast: Cast, queue: Queue) -> Worker:
    """Has answered the first, skipped the second, and left a draft in the third."""
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true", "good", "The parcel is lost.")
    worker.skip(worker.claim(), "Not mine")
    worker.save(worker.claim(), "false", "unclear", "Half a sentence")
    other = Worker(queue, cast.second)
    other.submit(other.claim(), "false", "bad", "colleague says nonsense")
    return worker


def found(worker: Worker, text: str = "", state: str = "") -> list[str]:
    return [row.title for row in own_work(worker.queue, worker.user, OwnFilter(text, state)).rows]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("order", ["Order 3", "Order 2", "Order 1"]),
        ("PARCEL IS", ["Order 1"]),  # what I wrote
        ("correct", ["Order 1"]),  # the label of true; false has another one
        ("Good", ["Order 1"]),
        ("half a", ["Order 3"]),  # a draft
        ("rücksendung", ["Order 3"]),
        ('about "refunds"', ["Order 2"]),
        ("Answer", ["Order 3", "Order 2", "Order 1"]),  # what the assistant said
        ("nonsense", []),  # a colleague's
        ("messages", []),  # a key of the snapshot
        ("%", []),
        (".*", []),
        ("\\", []),
    ],
)
def test_it_is_found_by_name_text_and_own_answers(me: Worker, text: str, titles: list[str]) -> None:
    assert found(me, text) == titles


def test_a_hidden_model_is_not_found_out_by_searching(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], hidden_extras=[])
    trace = factories.make_trace(cast.project, "Hello", model="gpt-secret")
    (item,) = factories.add_items(queue, [trace])
    worker = Worker(queue, cast.annotator)
    worker.claim()
    assert item.snapshot["model"] == "gpt-secret"
    assert found(worker, "gpt-secret") == []
    assert found(worker, "hello") == [item.title]


def test_states_and_their_filters(cast: Cast, me: Worker) -> None:
    assert found(me, state="submitted") == ["Order 1"]
    assert found(me, state="skipped") == ["Order 2"]
    assert found(me, state="draft") == ["Order 3"]
    assert found(me, state="refused") == found(me, state="returned") == []
    hold = me.claim()
    factories.lapse(hold.slot_id)
    factories.mark_refused(hold.token)
    assert found(me, state="refused") == ["Order 3"]


def test_an_item_stands_there_once_a_round_as_it_is_now(me: Worker) -> None:
    first = me.claim()
    factories.lapse(first.slot_id)
    second = me.claim()
    assert second.item_id == first.item_id
    rows = own_work(me.queue, me.user, OwnFilter()).rows
    assert [(row.title, row.state) for row in rows] == [
        ("Order 3", "held"), ("Order 2", "skipped"), ("Order 1", "submitted"),
    ]  # fmt: skip
    park_hold(user=me.user, item_id=second.item_id, token=second.token)
    assert own_work(me.queue, me.user, OwnFilter()).rows[0].state == "parked"


def test_pages_go_back_by_key_and_a_search_that_is_cut_says_so(
    me: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    monkeypatch.setattr(reading, "SEARCH_WINDOW", 2)
    first = own_work(me.queue, me.user, OwnFilter())
    assert [row.title for row in first.rows] == ["Order 3", "Order 2"]
    rest = own_work(me.queue, me.user, OwnFilter(before=first.older))
    assert ([row.title for row in rest.rows], rest.older) == (["Order 1"], None)
    cut = own_work(me.queue, me.user, OwnFilter("lost"))
    assert (cut.rows, cut.stopped) == ([], True)
    further = own_work(me.queue, me.user, OwnFilter("lost", before=cut.older))
    assert [row.title for row in further.rows] == ["Order 1"]


def test_nonsense_in_the_address_is_passed_over(me: Worker) -> None:
    desk = Desk.of(me.queue, me.user)
    for query in ("?before=x", "?before=" + "9" * 40, "?state=eaten", "?q=%00&before=1"):
        assert desk.client.get(desk.url("own-work") + query).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_it_takes_as_many_statements_for_one_row_as_for_three(
    cast: Cast, django_assert_num_queries: Any, rows: int
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=rows)
    worker = Worker(queue, cast.annotator)
    for _ in range(rows):
        hold = worker.claim()
        worker.submit(hold, "true")
    desk = Desk.of(queue, cast.annotator)
    for address, cost in ((desk.url("own-work"), 6), (desk.url("own-item", hold.item_id), 12)):
        with django_assert_num_queries(cost):
            assert desk.client.get(address).status_code == 200


def test_one_item_is_read_with_ones_own_answers_and_nobody_elses(cast: Cast, me: Worker) -> None:
    Annotation.objects.filter(annotator=cast.annotator, state="submitted").update(
        submitted_at=sql.clock()
    )
    item = me.queue.items.get(title="Order 1")
    desk = Desk.of(me.queue, me.user)
    page = desk.client.get(desk.url("own-item", item.pk)).content.decode()
    for text in ("Where is my parcel?", "Correct", "Good", "The parcel is lost."):
        assert text in page
    assert desk.url("item-correct", item.pk) in page
    assert "nonsense" not in page
    assert cast.second.name not in page
    third = me.queue.items.get(title="Order 3")
    other = Desk.of(me.queue, cast.second)
    assert other.client.get(other.url("own-item", third.pk)).status_code == 404
    draft = desk.client.get(desk.url("own-item", third.pk)).content.decode()
    assert "Half a sentence" in draft
    assert "Unclear" in draft


def test_why_an_answer_cannot_be_corrected_is_said_in_list_and_item(me: Worker) -> None:
    close_queue(queue=me.queue, actor=SYSTEM)
    item, desk = me.queue.items.get(title="Order 1"), Desk.of(me.queue, me.user)
    for address in (desk.url("own-work"), desk.url("own-item", item.pk)):
        page = desk.client.get(address).content.decode()
        assert "The queue is closed" in page
        assert desk.url("item-correct", item.pk) not in page


def test_what_was_sent_back_shows_the_remark_and_leads_to_answering_again(cast: Cast) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator, cast.second], [cast.reviewer])
    item = answer(queue, cast.annotator, cast.second)
    mine, theirs = (
        Annotation.objects.get(item=item, annotator=user) for user in (cast.annotator, cast.second)
    )
    asked = queue.queue_fields.get().field_id
    judge = Judge(queue, cast.reviewer)
    remarks = {f"{mine.pk}:{asked}": "this one is yours", f"{theirs.pk}:{asked}": "not for you"}
    judge.open(item)
    judge.reject(item, form=judge.form(item, "Look again", 0, **remarks))
    me = Worker(queue, cast.annotator)
    assert found(me, state="returned") == [item.title]
    desk = Desk.of(queue, cast.annotator)
    page = desk.client.get(desk.url("own-item", item.pk)).content.decode()
    assert "Look again" in page
    assert "this one is yours" in page
    assert "not for you" not in page
    assert desk.url("item-pick", item.pk) in page
    me.submit(me.pick(item), "false", version=0)
    rounds = desk.client.get(desk.url("own-item", item.pk)).context["rounds"]
    assert [(one.work.round, one.work.state) for one in rounds] == [
        (2, "submitted"), (1, "submitted"),
    ]  # fmt: skip
    assert rounds[1].work.why_not == "The item has begun a new round"


def test_the_latest_submit_is_taken_back_from_the_list(cast: Cast, queue: Queue) -> None:
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true", "good", "too fast")
    desk = Desk.of(queue, cast.annotator)
    page = desk.client.get(desk.url("own-work"))
    (row,) = page.context["page"].rows
    assert desk.url("undo") in page.content.decode()
    desk.client.post(desk.url("undo"), {"token": row.token})
    assert [one.state for one in own_work(queue, cast.annotator, OwnFilter()).rows] == ["held"]
