"""What was judged of the traces in a list, for its columns of judgments.

`reviews` has the judgments and knows who may read which; it fills this in when it starts. What it
gives is drawn by its own template, `reviews/_answer_tag.html`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from annotate_site.projects.models import Project, User

Cells = Mapping[tuple[UUID, UUID], Any]


@dataclass
class JudgedCells:
    """of: (project, reader, traces, fields by lineage) → by trace and field; that the reader has
    opened them is noted.
    """

    of: Callable[[Project, User, Sequence[UUID], Sequence[UUID]], Cells]


judged_cells = JudgedCells(of=lambda project, reader, traces, about: {})
