"""What a job did, in words: from the counts of its result, whichever app the job is of."""

from typing import Any, NamedTuple

from django.db.models.fields.json import KeyTextTransform

from .models import Job

LABELS = {
    "added": "Added", "changed": "Changed", "already_there": "Already there",
    "duplicates": "Already there", "refused": "Refused", "not_found": "Not found",
    "bound": "Places assigned", "applied": "Items changed", "passed_over": "Items passed over",
    "removed": "Removed",
    "held": "Left where somebody holds them", "version": "Version",
    "deleted": "Traces deleted", "items": "Items erased", "rows": "Dataset rows erased",
    "uploads": "Uploaded files deleted", "others": "Log records and waiting scores deleted",
}  # fmt: skip
ONLY_IF_ANY = {"changed", "held", "items", "rows", "uploads", "others"}
COUNTED = {
    "import_traces": "rows", "add_to_queue": "traces", "add_sample": "traces",
    "add_to_dataset": "traces", "tag_traces": "traces", "delete_traces": "traces",
    "expire_traces": "traces", "erase_person": "traces",
}  # fmt: skip


class Fact(NamedTuple):
    label: str
    text: str


def noun_of(job: Job) -> str:
    """What its total counts. Of its parameters, which may be megabytes, one word is read."""
    words = KeyTextTransform("words", "params")
    told: str | None = Job.objects.filter(pk=job.pk).values_list(words, flat=True).get()
    return told or COUNTED.get(job.kind, "items")


def facts_of(job: Job, noun: str) -> list[Fact]:
    """In the order of LABELS; [] for a job that has not ended well."""
    found = ((key, job.result[key]) for key in LABELS if key in job.result)
    shown = ((key, value) for key, value in found if value or key not in ONLY_IF_ANY)
    return [Fact(LABELS[key], _text(job, key, value, noun)) for key, value in shown]


def _text(job: Job, key: str, value: Any, noun: str) -> str:
    if key == "version":
        return str(value or "no new one was needed")
    if key == "added" and job.total:
        return f"{value:,} of {job.total:,} {noun}"
    return f"{value:,}, on {job.total:,} items" if key == "bound" and job.total else f"{value:,}"
