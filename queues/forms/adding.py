"""Adding sources to a queue: which queue, and which inputs and outputs annotators will see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from annotate_site.projects.models import Project
from traces.paths import MAX_PATHS, PathInfo, find_paths, is_path, join_path, split_path
from traces.reading.pieces import choices_of
from traces.sources import Part, Source, SourceKind

from ..models import Queue
from ..models.queues import Completer
from ..states import QueueStatus

SAMPLE = 50  # sources whose inputs and outputs are looked at for paths
SAMPLE_OF_SESSIONS = 5
MOST_PATHS = 2 * MAX_PATHS  # of both sides


@dataclass(frozen=True)
class PathRow:
    """One checkbox. `within`: the key that it is inside of, "" for none."""

    path: str
    label: str
    within: str
    example: str
    count: int
    checked: bool


class AddForm(forms.Form):
    """`into`, and repeated `inputs`, `outputs` and `expected`: paths of `traces.paths`.

    `display` is what `queues.snapshots` reads.
    """

    into = forms.ModelChoiceField(
        Queue.objects.none(),
        label="Queue",
        empty_label="Choose a queue",
        error_messages={
            "required": "Choose the queue to add to.",
            "invalid_choice": "This queue can't take anything now: it's archived or closed.",
        },
    )

    read_as = forms.ChoiceField(
        required=False,
        label="Read as",
        help_text="How the conversation is written. The preview shows it; items keep it.",
    )

    steps = forms.BooleanField(
        required=False,
        label="Steps of the run",
        help_text="The names, kinds and times of its spans as a tree, with what failed;"
        " not what went in and out of them.",
    )

    def __init__(
        self,
        project: Project,
        sample: Iterable[Source],
        data: QueryDict | None = None,
        *,
        into: Queue | None = None,
    ) -> None:
        super().__init__(data)
        self.chosen = data if data is not None else QueryDict()
        choices = self.fields["into"]
        assert isinstance(choices, forms.ModelChoiceField)
        choices.queryset = taking(project)
        self.initial["into"] = into if into and self.offers(into) else None
        self.project, self.sample = project, list(sample)
        self.parts = [part for source in self.sample for part in source.parts]
        found = _paths_of(self.parts)
        self.display: dict[str, Any] = {
            side: self._chosen(side, paths) for side, paths in found.items()
        }
        self.fields["steps"].initial = self._shows_steps_first
        if "steps" in self.chosen or (not self.is_bound and self._shows_steps_first):
            self.display["steps"] = True
        self._offer_readings()
        self.rows = {side: self._rows(side, paths) for side, paths in found.items()}

    def _offer_readings(self) -> None:
        """Those of the first one, whose preview is beside them."""
        first = next(iter(self.parts), None)
        self.readings = choices_of(first.inputs, first.outputs) if first else []
        field = self.fields["read_as"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "As detected"), *((one.name, one.label) for one in self.readings)]
        chosen = self.chosen.get("read_as", "")
        if chosen in {one.name for one in self.readings}:
            self.display["read_as"] = chosen

    @property
    def queue(self) -> Queue | None:
        """The one chosen so far, by the form or by the page that one came from."""
        if self.is_bound:
            self.is_valid()
            return self.cleaned_data.get("into")
        found: Queue | None = self.initial["into"]
        return found

    @property
    def has_messages_twice(self) -> bool:
        """What went in is a conversation that what came out continues."""
        tops = [{row.path for row in self.rows[side]} for side in ("inputs", "outputs")]
        return all("messages" in paths for paths in tops)

    @property
    def has_steps(self) -> bool:
        """Whether some of the sample is a run of more than one span."""
        return any(part.steps for part in self.parts)

    @property
    def _shows_steps_first(self) -> bool:
        """A span is shown with the steps below it, unless somebody says otherwise."""
        return self.has_steps and self.sample[0].kind == SourceKind.SPAN

    def offers(self, queue: Queue) -> bool:
        return queue in self.queues

    @property
    def queues(self) -> QuerySet[Queue]:
        """Those that can take something, read once."""
        choices = self.fields["into"]
        assert isinstance(choices, forms.ModelChoiceField)
        assert choices.queryset is not None
        return choices.queryset

    def _chosen(self, side: str, found: list[PathInfo]) -> list[str]:
        """What is ticked; on first sight everything that was said, each key whole, and nothing
        that would give an answer away.

        A key is whole only where all that was found inside it is ticked too.
        """
        if not self.is_bound:
            if side == "expected":
                return []
            return [info.path for info in found if len(split_path(info.path)) == 1]
        ticked = dict.fromkeys(self.chosen.getlist(side))
        inside = _paths_inside(found)
        parts = {key: paths for key, paths in inside.items() if not paths <= ticked.keys()}
        whole = [paths for key, paths in inside.items() if key in ticked and key not in parts]
        return [path for path in ticked if path not in parts and path not in set().union(*whole)]

    def _rows(self, side: str, found: list[PathInfo]) -> list[PathRow]:
        chosen = set(self.display[side])
        rows = []
        for info in found:
            keys = split_path(info.path)
            label, within = keys[-1], keys[0] if len(keys) > 1 else ""
            checked = info.path in chosen or join_path(keys[:1]) in chosen
            rows.append(PathRow(info.path, label, within, info.example, info.count, checked))
        return rows

    def clean(self) -> None:
        chosen = [path for side in self.rows for path in self.display[side]]
        if not any(self.display.get(shown) for shown in ("inputs", "outputs", "steps")):
            self.add_error(None, "Choose at least one input or output to show.")
        if len(chosen) > MOST_PATHS or not all(map(is_path, chosen)):
            self.add_error(None, "Some inputs or outputs were not understood. Choose them again.")
            self.display = {side: [] for side in self.rows}


def _paths_of(parts: list[Part]) -> dict[str, list[PathInfo]]:
    """By side; `expected` only where a row of a dataset has something in it."""
    found = {
        "inputs": find_paths(part.inputs for part in parts),
        "outputs": find_paths(part.outputs for part in parts),
    }
    if expected := find_paths(part.expected for part in parts):
        found["expected"] = expected
    return found


def _paths_inside(found: list[PathInfo]) -> dict[str, set[str]]:
    """For each key the paths of what was found inside it, where something was."""
    inside: dict[str, set[str]] = {}
    for info in found:
        keys = split_path(info.path)
        if len(keys) > 1:
            inside.setdefault(join_path(keys[:1]), set()).add(info.path)
    return inside


def taking(project: Project) -> QuerySet[Queue]:
    """Queues that traces can be added to: not archived, not closed by hand."""
    closed = Q(status=QueueStatus.COMPLETED, completed_by=Completer.PERSON)
    queues = Queue.objects.filter(project=project, archived_at=None).exclude(closed)
    return queues.defer("guidelines", "guidelines_html").order_by("name")
