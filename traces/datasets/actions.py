"""Making datasets and their versions. A version is never changed: every change makes another."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Project, User
from annotate_site.text import clean_line, clean_text
from traces.payloads import load_payloads

from .columns import Chosen
from .errors import DatasetArchived, DatasetNameTaken
from .models import Dataset, DatasetAddition, DatasetVersion
from .rows import NewRow, row_of_trace, store_rows
from .versions import make_version


def create_dataset(*, project: Project, by: User, name: str, description: str = "") -> Dataset:
    """An empty one, without a version. Raises DatasetNameTaken."""
    dataset = Dataset(
        project=project, created_by=by, name=clean_line(name), description=clean_text(description)
    )
    _save(dataset, Actor.person(by), "", force_insert=True)
    return dataset


def rename_dataset(*, dataset: Dataset, name: str, description: str, actor: Actor) -> None:
    """Raises DatasetNameTaken."""
    before = dataset.name
    dataset.name, dataset.description = clean_line(name), clean_text(description)
    _save(dataset, actor, before, update_fields=["name", "description"])


def _save(dataset: Dataset, actor: Actor, before: str, **how: Any) -> None:
    try:
        with transaction.atomic():
            dataset.save(**how)
            if dataset.name != before:
                named = ("dataset", dataset.pk, "name", before, dataset.name)
                record(change(dataset.project_id, actor, *named))
    except IntegrityError as error:
        if "dataset_name_unique" in str(error):
            raise DatasetNameTaken(dataset.name) from None
        raise


def archive_dataset(*, dataset: Dataset, archived: bool, actor: Actor) -> bool:
    """Hides a dataset, or shows it again; False where it was so already."""
    states = ("offered", "archived") if archived else ("archived", "offered")
    with transaction.atomic():
        mine = Dataset.objects.filter(pk=dataset.pk, archived_at__isnull=archived)
        if not mine.update(archived_at=sql.clock() if archived else None):
            return False
        record(change(dataset.project_id, actor, "dataset", dataset.pk, "archived", *states))
    dataset.refresh_from_db(fields=["archived_at"])
    return True


@dataclass(frozen=True)
class Added:
    """What adding did. `changed`: sources that were there with other content.

    `version` is None where everything was there already.
    """

    added: int
    changed: int
    already_there: int
    not_found: int
    version: DatasetVersion | None

    @property
    def counts(self) -> dict[str, Any]:
        """As JSON; `version` is its number."""
        number = self.version.number if self.version else None
        return vars(self) | {"version": number}


def start_addition(
    *,
    dataset: Dataset,
    by: User,
    columns: dict[str, Any],
    filter: dict[str, Any],
    not_found: int = 0,
) -> DatasetAddition:
    """`not_found`: what was asked for and cannot be added. Raises DatasetArchived."""
    if dataset.archived_at:
        raise DatasetArchived
    return DatasetAddition.objects.create(
        dataset=dataset, created_by=by, columns=columns, filter=filter, not_found=not_found
    )


@transaction.atomic
def add_some_traces(*, addition: DatasetAddition, trace_ids: list[UUID], chosen: Chosen) -> None:
    """Traces of the dataset's project, in the order given, wait for the addition's version."""
    payloads = load_payloads(addition.dataset.project, trace_ids)
    rows = [row_of_trace(payload, chosen) for payload in payloads]
    add_some_rows(addition=addition, rows=rows, not_found=len(trace_ids) - len(rows))


@transaction.atomic
def add_some_rows(*, addition: DatasetAddition, rows: Iterable[NewRow], not_found: int = 0) -> None:
    addition.found += store_rows(addition.dataset_id, addition.pk, rows)
    addition.not_found += not_found
    addition.save(update_fields=["found", "not_found"])


@atomic_retry
def finish_addition(*, addition: DatasetAddition, actor: Actor, note: str = "") -> Added:
    """One version of all rows that wait; none where the dataset's latest has them all.

    Raises DatasetArchived.
    """
    dataset = _locked(addition.dataset_id)
    made = make_version(dataset, addition=addition.pk, by=actor.user, note=note)
    DatasetAddition.objects.filter(pk=addition.pk).update(version=made)
    addition.waiting.all().delete()
    if made:
        _tell(dataset, made, actor)
    added, changed = (made.added, made.changed) if made else (0, 0)
    return Added(added, changed, addition.found - added - changed, addition.not_found, made)


@atomic_retry
def remove_rows(*, dataset: Dataset, row_ids: list[int], actor: Actor) -> DatasetVersion | None:
    """A version without these rows; None, and no version, where the latest has none of them.

    Raises DatasetArchived.
    """
    dataset = _locked(dataset.pk)
    made = make_version(dataset, without=row_ids, by=actor.user, note="")
    if made:
        _tell(dataset, made, actor)
    return made


def _locked(dataset_id: UUID) -> Dataset:
    """One change of a dataset at a time."""
    dataset = Dataset.objects.select_for_update(no_key=True).get(pk=dataset_id)
    if dataset.archived_at:
        raise DatasetArchived
    return dataset


def _tell(dataset: Dataset, made: DatasetVersion, actor: Actor) -> None:
    numbers = (made.number - 1 or "", made.number)
    record(change(dataset.project_id, actor, "dataset", dataset.pk, "version", *numbers))


def note_download(*, version: DatasetVersion, actor: Actor, format: str) -> None:
    """The event that says who takes a version away."""
    dataset, what = version.dataset, f"download {format}"
    with transaction.atomic():
        told = change(
            dataset.project_id, actor, "dataset", dataset.pk, what, "", "",
            reason=f"version {version.number}",
        )  # fmt: skip
        record(told)
