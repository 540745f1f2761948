"""The rows of a run: traces of 4 KB, and one queue with annotators for each measurement."""

import json
import random
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from annotate_site import sql
from annotate_site.projects.models import Project, User
from fields.models import Field
from queues.models import Queue
from tests import factories
from traces.models import Span, Trace

ITEMS = 2000
PEOPLE = 32
CONTENT_BYTES = 4096
SYLLABLES = ["an", "be", "co", "der", "fi", "go", "ha", "in", "ju", "ka", "lo", "me", "no", "or"]
ANSWERS = {"thumbs": "up", "rating": "4", "text": "Polite and to the point."}


@dataclass(frozen=True)
class Post:
    """One queue with its annotators, in the order of their joining."""

    queue: Queue
    people: list[User]


class Scene:
    """A project with 2,000 traces and three fields, from which each queue is made."""

    def __init__(self) -> None:
        self.project: Project = factories.make_project("Bench", slug="bench")
        self.people = [factories.make_user(f"Annotator {number}") for number in range(PEOPLE)]
        for person in self.people:
            factories.join(self.project, person)
        self.fields: list[Field] = [
            factories.make_field(self.project, kind, name=kind.title()) for kind in ANSWERS
        ]
        self.traces = make_traces(self.project, ITEMS)

    def post(self, people: int) -> Post:
        """A fresh active queue, N = 1, all traces in it, for so many annotators."""
        working = self.people[:people]
        queue = factories.make_queue(
            self.project, by=self.people[0], fields=self.fields, annotators=working
        )
        factories.add_items(queue, self.traces)
        sql.run("analyze")  # a queue that was not made this second has statistics
        return Post(queue, working)


def make_traces(project: Project, count: int) -> list[Trace]:
    traces, spans = [], []
    for number in range(count):
        question, answer = content(number)
        trace = Trace(
            project=project, trace_id=f"bench-{number}", name=f"Support chat {number}",
            start=timezone.now(), span_count=1,
            input_preview=question["messages"][-1]["content"][:300],
            output_preview=answer["messages"][0]["content"][:300],
        )  # fmt: skip
        traces.append(trace)
        spans.append(
            Span(project=project, trace=trace, span_id="root", name=trace.name, kind="agent",
                 inputs=question, outputs=answer)
        )  # fmt: skip
    Trace.objects.bulk_create(traces)
    Span.objects.bulk_create(spans)
    return traces


def content(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Inputs and outputs of one chat, about CONTENT_BYTES of JSON; the same for one number."""
    prose = random.Random(number)
    turns = [{"role": "system", "content": text(prose, 600)}]
    while len(json.dumps(turns)) < CONTENT_BYTES - 1000:
        role = "user" if turns[-1]["role"] != "user" else "assistant"
        turns.append({"role": role, "content": text(prose, 450)})
    return {"messages": turns}, {"messages": [{"role": "assistant", "content": text(prose, 700)}]}


def text(prose: random.Random, length: int) -> str:
    """Made-up words, which compress about as well as real ones."""
    words = ""
    while len(words) < length:
        words += "".join(prose.choices(SYLLABLES, k=prose.randint(1, 4))) + " "
    return words.strip().capitalize() + "."
