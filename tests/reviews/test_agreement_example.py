"""The example of docs/statistics.md gives the figures of the site, from an export of the site."""

import subprocess
import sys
from pathlib import Path

import pytest

from annotate_site import settings
from fields.models import Field
from queues.models import Queue
from reviews.models import Score
from reviews.results.rated_fields import ratings_of
from reviews.results.statistics.agreement import agreement
from reviews.results.statistics.figures import Figure
from reviews.results.statistics.pairs import pair_matrix

from .. import factories
from ..conftest import Cast
from .test_export import answer, fetch

pytestmark = pytest.mark.django_db

EXAMPLE = settings.BASE_DIR / "docs" / "examples" / "agreement.py"
# What can be given, as the example is told, and what each of two people answers.
ASKED: dict[str, tuple[list[str], list[str], list[str]]] = {
    "boolean": (["true", "false"], ["true", "false"] * 5, ["true"] * 3 + ["false"] * 7),
    "rating": (list("12345"), list("1234512345"), list("1244512544")),
    "category": (["good", "bad", "unclear"], ["good", "bad"] * 5, ["good", "unclear"] * 5),
    "integer": ([], list("0123401234"), list("0123401230")),
    "date": ([], [f"2026-03-0{n}" for n in range(10)[1:]] * 2, ["2026-03-05"] * 9 + ["2026-03-01"]),
    "text": ([], ["same"] * 10, ["same"] * 4 + ["other"] * 6),
}


@pytest.fixture
def queue(cast: Cast) -> Queue:
    """Ten items that two people judged, by kinds for which the fields are named."""
    fields = [factories.make_field(cast.project, kind, name=kind) for kind in ASKED]
    queue = factories.make_queue(
        cast.project, by=cast.manager, fields=fields, annotators=[cast.annotator, cast.second],
        items=10, annotations_required=2,
    )  # fmt: skip
    for person, user in enumerate((cast.annotator, cast.second), 1):
        for item in range(10):
            answer(queue, user, 1, *(told[person][item] for told in ASKED.values()))
    return queue


@pytest.fixture
def file(cast: Cast, queue: Queue, tmp_path: Path) -> Path:
    path = tmp_path / "queue-long.jsonl"
    path.write_text(fetch(queue, cast.manager, shape="long"))
    return path


def run_example(file: Path, *words: str) -> dict[str, tuple[float, float, float]]:
    """{name: figure, low, high}."""
    command = [sys.executable, str(EXAMPLE), str(file), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = {}
    for line in done.stdout.splitlines():
        value, interval, name = line.split("\t")
        low, high = map(float, interval.split(" to "))
        found[name] = float(value), low, high
    return found


def of_the_site(kind: str) -> dict[str, Figure]:
    field = Field.objects.get(name=kind)
    scores = Score.objects.filter(field=field).values_list("item", "annotator__email", "value")
    ratings = ratings_of(kind, field.settings, scores)
    found = agreement(ratings)
    [pair] = pair_matrix(ratings)
    one, other = sorted((str(pair.one), str(pair.other)))
    figures = {
        "percent agreement": found.percent, "Krippendorff's alpha": found.alpha,
        "Fleiss' kappa": found.fleiss, "Gwet's coefficient": found.gwet,
        f"Cohen's kappa, {one}, {other}": pair.kappa,
    }  # fmt: skip
    return {name: figure for name, figure in figures.items() if isinstance(figure, Figure)}


def test_it_gives_the_figures_of_the_site(file: Path) -> None:
    for kind, (possible, *_) in ASKED.items():
        ours, theirs = of_the_site(kind), run_example(file, kind, *possible)
        assert ours
        assert len(ours) == (1 if kind == "text" else 5 if possible else 4)
        for name, figure in ours.items():
            value, low, high = theirs[name]
            assert value == pytest.approx(figure.value, abs=1e-6), (kind, name)
            assert (low, high) == pytest.approx((figure.low, figure.high), abs=0.2), (kind, name)


def test_it_is_short() -> None:
    assert len(EXAMPLE.read_text().splitlines()) <= 60
