from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import Cast
from traces.management.commands.import_traces import SHOWN_ROWS

from .samples import conversation, json_file, jsonl_file, own

pytestmark = pytest.mark.usefixtures("uploads")


def run(cast: Cast, path: Path, *more: str) -> str:
    out = StringIO()
    call_command("import_traces", cast.project.slug, str(path), *more, stdout=out)
    return out.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "given.jsonl"
    path.write_bytes(jsonl_file([own(1), "{broken", own(2)]).read())
    return path


def test_it_imports_and_prints_counts_and_bad_rows(cast: Cast, path: Path) -> None:
    lines = run(cast, path).splitlines()
    assert lines[0] == "2 added, 0 already there, 1 refused."
    assert lines[1].startswith("row 2: It is not valid JSON")
    assert cast.project.uploads.get().created_by == cast.manager
    assert run(cast, path).startswith("0 added, 2 already there, 1 refused.")


def test_by_names_a_manager_of_the_project(cast: Cast, path: Path) -> None:
    with pytest.raises(CommandError, match="is not a manager"):
        run(cast, path, "--by", cast.viewer.email)
    run(cast, path, "--by", cast.manager.email.upper())
    assert cast.project.traces.count() == 2


def test_it_fails_where_nothing_could_be_imported(cast: Cast, path: Path) -> None:
    path.write_bytes(json_file([own(1, inputs=3)]).read())
    with pytest.raises(CommandError, match="Nothing could be imported"):
        run(cast, path)


def test_it_says_what_is_wrong_with_file_or_project(cast: Cast, path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run(cast, path.with_name("absent.json"))
    path.write_bytes(b"")
    with pytest.raises(CommandError, match="This file is empty"):
        run(cast, path)
    with pytest.raises(CommandError, match="no project elsewhere"):
        call_command("import_traces", "elsewhere", str(path))


def test_a_column_may_name_the_traces_of_conversations(cast: Cast, path: Path) -> None:
    rows = [conversation(number, subject=f"Order {number}") for number in (1, 2)]
    path.write_bytes(jsonl_file(rows).read())
    with pytest.raises(CommandError, match="There is no column topic that could name"):
        run(cast, path, "--name", "topic")
    run(cast, path, "--name", "subject")
    assert set(cast.project.traces.values_list("name", flat=True)) == {"Order 1", "Order 2"}


def test_columns_can_be_mapped(cast: Cast, path: Path) -> None:
    path = path.with_suffix(".csv")
    path.write_text("question,answer,a=b\nWhy?,So.,x\n")
    for given, sentence in [
        ("topic=input", "There is no column topic that could be mapped"),
        ("question", "write COLUMN=ROLE"),
        ("question=nothing", "A column must be one of"),
    ]:
        with pytest.raises(CommandError, match=sentence):
            run(cast, path, "--map", given)
    run(cast, path, "--map", "question=output", "--map", "a=b=input", "--map", "answer=ignored")
    root = cast.project.traces.get().spans.get()
    assert (root.inputs, root.outputs) == ({"a=b": "x"}, {"question": "Why?"})


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_every_refused_row_can_be_written_to_a_file(cast: Cast, path: Path, kind: str) -> None:
    path.write_bytes(jsonl_file([own(1), *["{broken"] * (SHOWN_ROWS + 5)]).read())
    with pytest.raises(CommandError, match="must end in"):
        run(cast, path, "--refused", str(path.with_name("refused.txt")))
    target = path.with_name(f"refused.{kind}")
    text = run(cast, path, "--refused", str(target))
    assert "and 5 more; --refused FILE has all." in text
    assert target.read_text().count("{broken") == SHOWN_ROWS + 5
