"""New versions of a field: one lineage, one that is offered, and what its page says."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from fields.actions import archive_field, new_version
from fields.differences import differences
from fields.errors import FieldNameTaken, NothingNew, VersionTaken
from fields.kinds import SettingsError
from fields.models import Field
from fields.queries import versions_of
from tests.conftest import Cast
from tests.factories import make_field, make_queue
from traces.score_names import judged_names

from .pages import fill
from .test_new_field import Page, text

SETTINGS = {"stars": 5, "low_label": "", "high_label": ""}


def next_of(field: Field, by: User, name: str = "", **more: Any) -> Field:
    settings = more.pop("settings", field.settings)
    return new_version(field=field, by=by, name=name or field.name, settings=settings, **more)


@pytest.fixture
def page(cast: Cast) -> Page:
    return Page(cast)


def address(field: Field, name: str = "version-create") -> str:
    return reverse(f"fields:{name}", args=[field.project.slug, field.pk])


def test_a_version_takes_the_place_of_the_one_before_it(cast: Cast) -> None:
    old = make_field(cast.project, "rating", name="Tone")
    queue = make_queue(cast.project, by=cast.manager, fields=[old])
    new = next_of(old, cast.manager, description="How *warm*?", settings={"stars": 7})
    old.refresh_from_db()
    assert old.archived_at is not None
    assert (new.name, new.kind, new.lineage, new.project) == (
        "Tone", "rating", old.lineage, cast.project,
    )  # fmt: skip
    assert new.settings["stars"] == 7
    assert "<em>warm</em>" in new.description_html
    versions = versions_of(old, cast.project)
    assert [(one.number, one.field) for one in versions] == [(2, new), (1, old)]
    assert [row.field for row in queue.queue_fields.all()] == [old]
    events = Event.objects.filter(object_type="field").order_by("id")
    assert [(one.object_id, one.to_value, one.reason) for one in events] == [
        (str(old.pk), "archived", ""), (str(new.pk), "offered", f"new version of {old.pk}"),
    ]  # fmt: skip


def test_only_the_latest_has_a_new_version(cast: Cast) -> None:
    old = make_field(cast.project, "rating")
    new = next_of(old, cast.manager, "Second")
    with pytest.raises(VersionTaken, match="“Second”"):
        next_of(old, cast.manager, "Third")
    assert next_of(new, cast.manager, "Third").lineage == old.lineage
    assert Field.objects.count() == 3


def test_an_archived_field_comes_back_as_a_new_version(cast: Cast) -> None:
    old = make_field(cast.project, "rating", name="Tone")
    archive_field(field=old, actor=SYSTEM)
    assert next_of(old, cast.manager, "Tone of voice").archived_at is None


def test_what_cannot_be_a_version_changes_nothing(cast: Cast) -> None:
    taken, old = make_field(cast.project, name="Taken"), make_field(cast.project, "rating")
    for refusal, more in (
        (NothingNew, {}), (FieldNameTaken, {"name": "taken"}), (SettingsError, {"name": "x" * 101}),
        (SettingsError, {"settings": {"stars": 11}}),
    ):  # fmt: skip
        with pytest.raises(refusal):
            next_of(old, cast.manager, **more)
    old.refresh_from_db()
    assert (old.archived_at, Event.objects.count()) == (None, 0)
    assert set(Field.objects.all()) == {taken, old}


def test_what_a_version_changes_is_said_in_words(cast: Cast) -> None:
    options = [{"value": value, "label": value.title()} for value in ("a", "b", "c")]
    old = make_field(cast.project, "category", name="Verdict", settings={"options": options})
    settings = {
        "options": [{"value": "c", "label": "See", "color": "red"}, options[0], {"label": "D"}]
    }
    new = next_of(old, cast.manager, "Outcome", description="Why?", settings=settings)
    assert differences(old, new) == [
        "Renamed from “Verdict”", "Description added", "Options added: “D”", "Options removed: “B”",
        "Options renamed: “See”", "Colours of options changed", "Options in another order",
    ]  # fmt: skip
    least = make_field(cast.project, "integer", settings={"min": 0, "unit": "calls"})
    more = next_of(least, cast.manager, settings={"min": 0, "max": 5})
    assert differences(least, more) == ["Unit: calls → none", "Largest value: none → 5"]


def test_the_database_offers_one_version_at_most(cast: Cast) -> None:
    old = make_field(cast.project)
    with pytest.raises(IntegrityError, match="field_version_unique"), transaction.atomic():
        make_field(cast.project, lineage=old.lineage)


@pytest.mark.django_db(transaction=True)
def test_of_two_managers_at_once_one_is_told_of_the_other_s_version(cast: Cast) -> None:
    old = make_field(cast.project, "rating", name="Tone")

    def make(name: str) -> str:
        try:
            return next_of(old, cast.manager, name).name
        except VersionTaken as refused:
            return str(refused)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first, second = sorted(pool.map(make, ["Warmth", "Kindness"]), key=len)
    assert f"“{first}”" in second
    assert [one.field.name for one in versions_of(old, cast.project)] == [first, "Tone"]


def test_traces_are_filtered_by_the_name_of_the_latest_version(cast: Cast) -> None:
    old = make_field(cast.project, "rating", name="Zest")
    make_queue(cast.project, by=cast.manager, fields=[old])
    next_of(old, cast.manager, "Energy")
    assert judged_names(cast.project) == {old.lineage: "Energy"}


def test_the_form_is_filled_in_like_the_field_and_keeps_its_kind(page: Page) -> None:
    old = make_field(page.project, "rating", name="Tone", description="How?")
    shown = page.browser.get(address(old))
    typed = shown.context["form"].data
    assert (typed["name"], typed["description"], typed["stars"]) == ("Tone", "How?", "5")
    assert "<legend>Kind of answer" not in text(shown)
    sent = fill("thumbs", name="Warmth", stars="7")
    made = page.browser.post(address(old), sent, follow=True)
    assert "“Warmth” is ready to use" in text(made)
    new = Field.objects.get(archived_at=None)
    assert (new.kind, new.settings["stars"], new.lineage) == ("rating", 7, old.lineage)
    assert address(new) in text(made)
    assert address(old, "field-detail") in text(made)
    assert "Renamed from “Tone”" in text(made)
    assert address(old) not in text(page.browser.get(address(old, "field-detail")))


def test_a_refused_version_keeps_what_was_typed(page: Page, cast: Cast) -> None:
    old = make_field(page.project, "rating", name="Tone", settings=SETTINGS)
    same = page.browser.post(address(old), fill("rating", stars="5"))
    assert (same.status_code, "Change something first" in text(same)) == (422, True)
    next_of(old, cast.manager, "Warmth")
    late = page.browser.post(address(old), fill("rating", name="Kindness", stars="6"))
    assert (late.status_code, "a newer version already, “Warmth”" in text(late)) == (422, True)
    assert "Kindness" in text(late)


def test_without_a_script_the_preview_stays_a_version(page: Page) -> None:
    old = make_field(page.project, "rating", name="Tone")
    sent = fill("rating", name="Warmth", stars="5", version_of=str(old.pk))
    shown = page.browser.post(reverse("fields:field-preview", args=[page.project.slug]), sent)
    assert f'action="{address(old)}"' in text(shown)
