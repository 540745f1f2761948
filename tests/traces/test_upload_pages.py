from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from annotate_site.projects.models import Job, User
from annotate_site.projects.models.records import JobState
from tests.conftest import Cast
from traces.models import Upload

from .samples import MARKUP, conversation, flat, json_file, jsonl_file, own

pytestmark = pytest.mark.usefixtures("uploads")
Browser = Callable[[User], Client]


@pytest.fixture
def manager(cast: Cast, browser_of: Browser) -> Client:
    return browser_of(cast.manager)


def address(cast: Cast, name: str = "trace-upload", *args: Any) -> str:
    return reverse(f"traces:{name}", args=[cast.project.slug, *args])


def send(client: Client, cast: Cast, file: SimpleUploadedFile) -> str:
    """Uploads a file; the text of the page that shows what was understood."""
    response = client.post(address(cast), {"file": file}, follow=True)
    assert response.redirect_chain == [(address(cast, "upload-detail", latest().pk), 302)]
    return response.content.decode()


def latest() -> Upload:
    return Upload.objects.latest("created_at", "pk")


def start(client: Client, cast: Cast) -> str:
    """Imports it; the text of the job's page."""
    url = address(cast, "upload-import", latest().pk)
    return client.post(url, follow=True).content.decode()


def test_only_managers_upload(cast: Cast, browser_of: Browser) -> None:
    upload = Upload.objects.create(
        project=cast.project, created_by=cast.manager, filename="a", size=1, format="own"
    )
    pages = [
        ("get", address(cast)),
        ("post", address(cast)),
        ("get", address(cast, "upload-detail", upload.pk)),
        ("post", address(cast, "upload-detail", upload.pk)),
        ("post", address(cast, "upload-import", upload.pk)),
    ]
    for method, url in pages:
        for who, status in [("viewer", 403), ("member", 403), ("stranger", 404)]:
            answer = getattr(browser_of(getattr(cast, who)), method)(url)
            assert answer.status_code == status, (method, url, who)
        anonymous = getattr(Client(), method)(url)
        assert anonymous["Location"].startswith(reverse("account_login"))
    assert not Job.objects.exists()


def test_a_strangers_upload_is_404(cast: Cast, browser_of: Browser, manager: Client) -> None:
    send(manager, cast, json_file([own(1)]))
    theirs = browser_of(cast.other_manager)
    for method, name in [("get", "detail"), ("post", "detail"), ("post", "import")]:
        url = reverse(f"traces:upload-{name}", args=[cast.other_project.slug, latest().pk])
        assert getattr(theirs, method)(url).status_code == 404
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (
            json_file([conversation(1), conversation(2)], "a.json"),
            ["chat messages", "Order 1 was <strong>"],
        ),
        (jsonl_file([flat(1), flat(2)], "b.jsonl"), ["flat rows", "What the columns are"]),
        (json_file([own(1), own(2)], "c.json"), ["own format", "Question 1"]),
    ],
)
def test_a_file_shows_what_was_understood_and_is_not_imported_yet(
    cast: Cast, manager: Client, file: SimpleUploadedFile, words: list[str]
) -> None:
    text = send(manager, cast, file)
    assert "2 of 2 rows can be used." in text
    assert "Import 2 traces" in text
    assert all(word in text for word in words)
    assert not cast.project.traces.exists()


def test_the_first_three_traces_are_shown(cast: Cast, manager: Client) -> None:
    text = send(manager, cast, json_file([own(number) for number in range(5)]))
    assert [f"Question {number}" in text for number in range(5)] == [True] * 3 + [False] * 2


def test_the_import_ends_on_the_jobs_page_with_its_counts(cast: Cast, manager: Client) -> None:
    send(manager, cast, jsonl_file([own(1), "{broken", own(2)]))
    text = start(manager, cast)
    assert "2 of 3 rows" in text
    assert "It is not valid JSON: column 2" in text
    assert reverse("traces:trace-list", args=[cast.project.slug]) in text
    assert "hx-trigger" not in text.split("<main")[1]
    assert cast.project.traces.count() == 2
    again = manager.get(address(cast, "upload-detail", latest().pk))
    assert again["Location"] == reverse(
        "projects:job-detail", args=[cast.project.slug, Job.objects.get().pk]
    )


def test_a_second_click_on_import_leads_to_the_same_job(cast: Cast, manager: Client) -> None:
    send(manager, cast, json_file([own(1)]))
    start(manager, cast)
    start(manager, cast)
    assert Job.objects.count() == 1


def test_a_large_file_says_that_it_waits_for_a_worker(
    cast: Cast, manager: Client, settings: Settings
) -> None:
    settings.UPLOAD_AT_ONCE = 10
    text = send(manager, cast, json_file([own(1)]))
    assert "imported by a worker" in text
    text = start(manager, cast)
    assert "This is waiting for a worker." in text
    assert 'hx-trigger="every 1s"' in text


def test_of_a_large_file_only_the_beginning_is_previewed(
    cast: Cast, manager: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_AT_ONCE = 10
    monkeypatch.setattr("traces.ingest.file_preview.SAMPLE", 2)
    text = send(manager, cast, json_file([own(number) for number in range(5)]))
    assert "2 of the first 2 rows can be used." in text
    assert "Import all traces" in text


def test_a_running_job_shows_how_far_it_is_and_asks_again(cast: Cast, manager: Client) -> None:
    job = Job.objects.create(
        project=cast.project, kind="import_traces", title="Import of a.json",
        created_by=cast.manager, state=JobState.RUNNING, done=200, total=1319,
    )  # fmt: skip
    url = reverse("projects:job-detail", args=[cast.project.slug, job.pk])
    text = manager.get(url, headers={"hx-request": "true"}).content.decode()
    assert text.lstrip().startswith(f'<div id="job-{job.pk}"')
    assert 'hx-trigger="every 1s"' in text
    assert '<progress class="job" max="1319" value="200">' in text
    assert "200 of 1,319 rows" in text
    Job.objects.update(total=None)
    text = manager.get(url, headers={"hx-request": "true"}).content.decode()
    assert '<progress class="job"></progress>' in text
    assert "200 rows so far" in text


def test_columns_can_mean_something_else(cast: Cast, manager: Client) -> None:
    send(manager, cast, jsonl_file([flat(1)]))
    url = address(cast, "upload-detail", latest().pk)
    chosen = {"role-0": "ignored", "role-1": "input", "role-2": "ignored"}
    part = manager.post(url, chosen, headers={"hx-request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="understood"')
    assert "ground_truth" in part
    assert "What is 1 + 1?" not in part
    assert manager.post(url, chosen)["Location"] == url
    assert '<option value="ignored" selected>' in manager.get(url).content.decode()


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        (("attribute",) * 3, "Choose at least one column as input or output."),
        (("id", "id", "input"), "Only one column can be the id."),
        (("input", "input", "nonsense"), "Choose a meaning for every column."),
        (("input",), "Choose a meaning for every column."),
    ],
)
def test_a_meaningless_choice_is_told_and_kept_in_the_form(
    cast: Cast, manager: Client, roles: tuple[str, ...], sentence: str
) -> None:
    send(manager, cast, jsonl_file([flat(1)]))
    url = address(cast, "upload-detail", latest().pk)
    before = latest().mapping
    chosen = {f"role-{index}": role for index, role in enumerate(roles)}
    response = manager.post(url, chosen)
    assert response.status_code == 422
    text = response.content.decode()
    assert sentence in text
    assert "Import 1 trace" not in text
    if "attribute" in roles:
        assert text.count('<option value="attribute" selected>') == 3
    assert latest().mapping == before


def test_hostile_rows_and_names_are_text_in_the_preview(cast: Cast, manager: Client) -> None:
    rows = [flat(1, **{MARKUP: MARKUP, "items": MARKUP, "question": MARKUP}), {MARKUP: 1}]
    text = send(manager, cast, json_file(rows, "<b>x.json"))
    assert "<script>alert" not in text
    assert "<b>x" not in text
    assert "&lt;script&gt;alert(1)" in text
