from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import Cast

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
