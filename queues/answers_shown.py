"""Answers as the queue's own pages show them.

`reviews` has the answers, and fills this in when it starts. What it gives is drawn by its own
templates; here it is passed on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from .models import Item, Queue
from .visibility import Reader


@dataclass
class AnswersShown:
    """The first two read as much as the reader may, and note whose answers were opened by it.

    of_item: an item's rounds with all their answers, for `reviews/_item_answers.html`.
    of_list: by item, what a list tells of those that are completed, for
    `reviews/_answer_tags.html`; nothing of any other.
    differing: which items of the queue are completed, with answers that differ.
    """

    of_item: Callable[[Queue, Item, Reader], Any]
    of_list: Callable[[Queue, Sequence[UUID], Reader], Mapping[UUID, Any]]
    differing: Callable[[Queue], Q]


answers_shown = AnswersShown(
    of_item=lambda queue, item, reader: None,
    of_list=lambda queue, items, reader: {},
    differing=lambda queue: Q(pk__in=[]),
)
