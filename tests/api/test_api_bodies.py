"""Bodies: JSON only, and nothing that is sent is an error of ours."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from annotate_site.projects.models import IdempotencyKey
from tests import factories
from traces.models import Trace

from .conftest import JSON, ROW, Make, Program

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "headers",
    [
        {"kind": "application/x-www-form-urlencoded"},
        {"kind": "text/plain"},
        {"kind": "multipart/form-data; boundary=x"},
        {"kind": "application/x-ndjson"},
        {"kind": "application/json; charset=utf-16"},
        {"kind": ""},
        {"kind": JSON, "Content-Encoding": "gzip"},
    ],
)
def test_what_is_not_json_is_415(program: Make, headers: dict[str, str]) -> None:
    response = program().traces("POST", "", [ROW], **headers)
    assert (response.status_code, response.json()["code"]) == (415, "not_json")
    assert not Trace.objects.exists()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b" ", "not valid JSON"),
        (b"{", "line 1, column 2"),
        (b'{"a":\n1,}', "line 2"),
        (b'["\xff"]', "not valid UTF-8"),
        (b"[" * 100_000, "levels deep"),
        (b'{"a":' * 50_000, "levels deep"),
    ],
)
def test_bad_json_is_400_with_a_sentence(program: Make, body: bytes, sentence: str) -> None:
    response = program().traces("POST", "", body)
    assert (response.status_code, response.json()["code"]) == (400, "bad_json")
    assert sentence in response.json()["title"]


HOSTILE = [
    "9" * 5000, "-" + "9" * 999, "1e999", "NaN", "-Infinity", '"\\u0000"', '"\\ud800"',
    "[" * 70 + "]" * 70, '{"__proto__": {"items": [null]}}', '"' + "x" * 300_000 + '"', "1e-400",
    '"2026-99-99"', '{"\\u0000": {"\\ud800": 1}}',
]  # fmt: skip
KEYS = [
    "trace_id", "name", "start", "end", "status", "tokens_in", "cost", "tags", "attributes",
    "inputs", "spans", "session_id", "model",
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_no_value_of_a_row_is_an_error_of_ours_in_or_out(program: Make, key: str) -> None:
    asking = program()
    for number, hostile in enumerate(HOSTILE):
        other = json.dumps(ROW | {"trace_id": f"x-{key}-{number}"})
        row = other[:-1] + f', "{key}": {hostile}}}'
        response = asking.traces("POST", "", f"[{row}, {row}, {json.dumps(ROW)}]".encode())
        assert response.status_code == 200, (hostile[:20], response.content[:300])
        for one in response.json()["results"]:
            assert one["result"] != "refused" or one["reason"]
            assert not one["id"] or asking.traces("GET", f"/{one['id']}").status_code == 200
    assert asking.traces("GET").status_code == 200


def test_a_body_larger_than_the_limit_is_413(program: Make) -> None:
    response = program().traces("POST", "", [ROW | {"inputs": {"a": "x" * 4_500_000}}])
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*KEYS, "messages", "role", "content", "x"]), inner)
    ),
    max_leaves=15,
)


class TestAnyJson(TestCase):
    @settings(max_examples=60)
    @given(VALUES)
    def test_any_json_is_taken_or_refused(self, value: Any) -> None:
        project, user = factories.make_project(), factories.make_user()
        factories.join(project, user, "manager")
        _, secret = factories.make_secret_token(project, user, "ingest")
        asking = Program(f"/projects/{project.slug}", secret)
        assert asking.traces("POST", "", json.dumps(value).encode()).status_code in (200, 422)


@pytest.mark.parametrize("key", ["", "x" * 65, "a\tb", "\u00e9"])
def test_a_key_that_cannot_be_stored_is_400(program: Make, key: str) -> None:
    response = program().traces("POST", "", [ROW], **{"Idempotency-Key": key})
    assert (response.status_code, response.json()["code"]) == (400, "bad_key")
    assert not Trace.objects.exists()


def test_a_repeat_answers_as_the_first_request_did(program: Make) -> None:
    asking, key = program(), {"Idempotency-Key": "import 7"}
    first = asking.traces("POST", "", [ROW], **key)
    again = asking.traces("POST", "", [ROW], **key)
    assert first.json()["added"] == 1
    assert again.json() == first.json()
    assert asking.traces("POST", "", [ROW]).json()["already_there"] == 1


def test_the_same_key_with_another_body_is_409_and_changes_nothing(program: Make) -> None:
    asking, key = program(), {"Idempotency-Key": "import 7"}
    asking.traces("POST", "", [ROW], **key)
    response = asking.traces("POST", "", [ROW | {"trace_id": "t-2"}], **key)
    assert (response.status_code, response.json()["code"]) == (409, "other_body")
    assert Trace.objects.count() == 1


def test_a_refusal_takes_no_key(program: Make) -> None:
    asking, key = program(), {"Idempotency-Key": "import 7"}
    assert asking.traces("POST", "", [5], **key).status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert asking.traces("POST", "", [ROW], **key).json()["added"] == 1
