"""Rules that feed queues: listed, made, changed, deleted, tried out."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from annotate_site.projects.idempotency import Outcome
from queues.actions.rules import change_rule, create_rule, delete_rule
from queues.forms.adding import MOST_PATHS, taking
from queues.forms.rules import MOST_CAP
from queues.models import Queue, Rule
from queues.queries.dry_run import dry_run_of
from queues.queries.rules import RuleRow, latest_runs, rule_row
from queues.sampling import LONGEST_SEED
from traces.filters import TraceFilter
from traces.paths import is_path

from .errors import Invalid
from .guard import ApiRequest, Token
from .paging import OLDEST, PageQuery, read_rows
from .repeats import answer_once

router = Router(tags=["rules"])
RULES, RULE = "/projects/{slug:project}/rules", "/projects/{slug:project}/rules/{uuid:rule}"
Name = Annotated[str, Field(min_length=1, max_length=80)]
Rate = Annotated[float, Field(gt=0, le=1)]
Cap = Annotated[int, Field(ge=1, le=MOST_CAP)] | None


class Display(Schema):
    """Paths of inputs and outputs that annotators see; `steps`: the spans as a tree."""

    inputs: list[str] = []
    outputs: list[str] = []
    steps: bool = False


class RuleIn(Schema):
    """`filter`: rows as the address of the page of traces has them. `rate`: the share that is
    drawn. `cap`: how many of its items the queue has at most. Without a `seed` one is made.
    """

    name: Name
    queue: UUID
    filter: list[str] = []
    display: Display
    rate: Rate = 1.0
    cap: Cap = None
    seed: Annotated[str, Field(max_length=LONGEST_SEED)] = ""


class RuleChanges(Schema):
    name: Name | None = None
    rate: Rate | None = None
    cap: Cap = None
    enabled: bool | None = None


class RuleOut(Schema):
    """`present`: its items in the queue now; `looked`: at how many traces, in the kept runs."""

    id: UUID
    name: str
    queue: UUID
    filter: list[str]
    display: Display
    rate: float
    cap: int | None
    seed: str
    enabled: bool
    since: datetime
    created_at: datetime
    present: int
    looked: int


class RunOut(Schema):
    """Where each of the traces `looked` at ended; the other numbers add up to it."""

    at: datetime
    looked: int
    added: int
    not_matching: int
    not_drawn: int
    there: int
    removed: int
    over_cap: int
    passed_over: int


class RuleDetail(RuleOut):
    """`runs`: the latest 50, the last first."""

    runs: list[RunOut]


class RulePage(Schema):
    items: list[RuleOut]
    next_cursor: str | None


class Example(Schema):
    id: UUID
    trace_id: str
    name: str


class DryRunOut(Schema):
    """`exact` false: only the latest `matching` were looked at. `added`: as far as the cap goes."""

    window: str
    matching: int
    exact: bool
    drawn: int
    added: int
    examples: list[Example]


class Window(Schema):
    window: Literal["day", "week", "all"] = "week"


@router.get(RULES, auth=Token(Can.READ_RESULTS), response=RulePage, url_name="rules")
def list_rules(request: ApiRequest, project: str, page: Query[PageQuery]) -> dict[str, Any]:
    """In the order in which they were made."""
    of = f"rules {request.access.project.pk}"
    rows, cursor = read_rows(_rules(request), OLDEST, page, of=of)
    return {"items": [_told(rule_row(rule)) for rule in rows], "next_cursor": cursor}


@router.post(RULES, auth=Token(Can.MANAGE), response={201: RuleOut}, url_name="rules")
def add_rule(request: ApiRequest, project: str, body: RuleIn) -> Status[Outcome]:
    """It is on, and looks once at each trace that arrives from now on. With an `Idempotency-Key`
    a repeat answers as the first request did.
    """
    queue = _demand_right(request, body)
    return Status(201, answer_once(request, lambda: _create(request, queue, body)))


def _create(request: ApiRequest, queue: Queue, body: RuleIn) -> Outcome:
    rule = create_rule(
        queue=queue, name=body.name, filter=body.filter, display=body.display.dict(),
        rate=body.rate, cap=body.cap, seed=body.seed, actor=Actor.token(request.access.user),
    )  # fmt: skip
    return RuleOut(**_told(rule_row(rule))).model_dump(mode="json")


def _demand_right(request: ApiRequest, body: RuleIn) -> Queue:
    """The queue. Raises Invalid."""
    filter = TraceFilter.from_rows(body.filter)
    errors = [("body.filter", problem) for problem in filter.problems]
    paths = [*body.display.inputs, *body.display.outputs]
    if not paths or len(paths) > MOST_PATHS or not all(map(is_path, paths)):
        errors.append(("body.display", "Name the inputs or outputs that annotators see."))
    if not body.name.strip():
        errors.append(("body.name", "A rule has a name."))
    if not body.seed.isprintable():
        errors.append(("body.seed", "A seed is one line of letters, digits and signs."))
    queue = taking(request.access.project).filter(pk=body.queue).first()
    if queue is None:
        errors.append(("body.queue", "There is no such queue, or it is archived or closed."))
    if errors or queue is None:
        raise Invalid(errors)
    return queue


@router.get(RULE, auth=Token(Can.READ_RESULTS), response=RuleDetail, url_name="rule")
def read_rule(request: ApiRequest, project: str, rule: UUID) -> dict[str, Any]:
    """With its latest runs."""
    found = _find(request, rule)
    return _told(rule_row(found)) | {"runs": latest_runs(found)}


@router.patch(RULE, auth=Token(Can.MANAGE), response=RuleOut, url_name="rule")
def patch_rule(request: ApiRequest, project: str, rule: UUID, body: RuleChanges) -> dict[str, Any]:
    """Only what is given changes; a `cap` of null takes the limit away. A rule that is turned on
    again looks at what arrives from then on; another rate begins another batch.
    """
    changes = body.dict(exclude_unset=True)
    errors = [
        (f"body.{name}", "This can't be null.")
        for name, value in changes.items()
        if value is None and name != "cap"
    ]
    if errors:
        raise Invalid(errors)
    actor = Actor.token(request.access.user)
    changed = change_rule(rule=_find(request, rule), changes=changes, actor=actor)
    return _told(rule_row(changed))


@router.delete(RULE, auth=Token(Can.MANAGE), response={204: None}, url_name="rule")
def remove_rule(request: ApiRequest, project: str, rule: UUID) -> Status[None]:
    """What it added stays in the queue."""
    delete_rule(rule=_find(request, rule), actor=Actor.token(request.access.user))
    return Status(204, None)


@router.get(
    f"{RULE}/dry-run", auth=Token(Can.READ_RESULTS), response=DryRunOut, url_name="rule-dry-run"
)
def try_rule(request: ApiRequest, project: str, rule: UUID, asked: Query[Window]) -> dict[str, Any]:
    """What it would have added of the traces that started in the last day or week, or of all."""
    dry = dry_run_of(_find(request, rule), asked.window)
    names = ("window", "matching", "exact", "drawn", "added", "examples")
    return {name: getattr(dry, name) for name in names}


def _rules(request: ApiRequest) -> Any:
    return Rule.objects.filter(project=request.access.project).select_related("queue", "project")


def _find(request: ApiRequest, pk: UUID) -> Rule:
    """Raises Http404."""
    found: Rule | None = _rules(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _told(row: RuleRow) -> dict[str, Any]:
    rule = row.rule
    names = (
        "id", "name", "filter", "display", "rate", "cap", "seed", "enabled", "since", "created_at",
    )  # fmt: skip
    told = {name: getattr(rule, name) for name in names}
    return told | {"queue": rule.queue_id, "present": row.present, "looked": row.looked}
