from traces.ingest.detection import Format, Role
from traces.ingest.file_preview import preview_file
from traces.ingest.plan import CLEANED, SAMPLE, Plan, plan_for, read_traces
from traces.ingest.records import BadRow

from .samples import conversation, flat, json_file, jsonl_file, own, stream


def test_the_plan_tells_the_format_and_what_columns_mean() -> None:
    plan = plan_for(stream(json_file([conversation()])), "a.json")
    assert plan == Plan(Format.MESSAGES, {"task": Role.ATTRIBUTE})
    assert plan_for(stream(json_file([own()])), "a.json") == Plan(Format.OWN)
    plan = plan_for(stream(jsonl_file([flat(1), flat(2)])), "a.jsonl")
    assert plan.format is Format.FLAT
    assert plan.roles == {
        "question": Role.INPUT,
        "ground_truth": Role.ATTRIBUTE,
        "model_a": Role.OUTPUT,
    }


def test_a_column_without_a_name_or_with_an_endless_one_is_not_offered() -> None:
    file = stream(json_file([flat(1, **{"": 1, "x" * 201: 2})]))
    assert set(plan_for(file, "a.json").roles) == {"question", "ground_truth", "model_a"}


def test_a_bad_row_stands_between_good_ones_with_its_number_and_reason() -> None:
    file = stream(jsonl_file([flat(1), "{broken", flat(3)]))
    rows = list(read_traces(file, "a.jsonl", Plan(Format.FLAT, {"question": Role.INPUT})))
    assert [row.number for row in rows] == [1, 2, 3]
    assert [isinstance(row, BadRow) for row in rows] == [False, True, False]


def test_rows_without_a_name_are_named_after_the_file_and_their_number() -> None:
    rows = read_traces(stream(json_file([conversation()])), "runs.v2.json", Plan(Format.MESSAGES))
    assert [row.trace.name for row in rows if not isinstance(row, BadRow)] == ["runs.v2 1"]


def test_the_preview_counts_rows_problems_repeats_and_what_was_mended() -> None:
    rows = [own(1), own(1), {"inputs": 3, "spans": []}, own(2, name="a\x00b"), own(3)]
    found = preview_file(stream(json_file(rows)), "a.json", Plan(Format.OWN))
    assert (found.seen, found.usable, found.refused, found.repeats) == (5, 4, 1, 1)
    assert found.whole
    assert [trace.name for trace in found.first] == ["run 1", "a\ufffdb", "run 3"]
    assert [row.number for row in found.problems] == [3]
    assert found.notes == {CLEANED: 1}


def test_of_a_large_file_only_the_first_rows_are_looked_at() -> None:
    file = jsonl_file([flat(number) for number in range(SAMPLE + 1)])
    found = preview_file(stream(file), "a.jsonl", Plan(Format.FLAT, {"question": Role.INPUT}))
    assert (found.seen, found.whole) == (SAMPLE, False)
    long = [flat(number, note="x" * 100_000) for number in range(60)]
    found = preview_file(stream(json_file(long)), "a.json", Plan(Format.FLAT))
    assert (40 <= found.seen < 60, found.whole) == (True, False)
