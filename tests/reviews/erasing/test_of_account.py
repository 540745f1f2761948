"""An account goes, with every way in; what its person submitted stays, under no name."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from annotate_site.projects.actions import change_role
from annotate_site.projects.errors import LastManager
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from queues.models import Queue
from reviews.erasing.of_account import erase_account
from reviews.invariants import check
from reviews.models import Annotation, Score
from tests import factories
from tests.conftest import Cast
from tests.reviews.datasets.test_queue_dataset import choice, complete, send
from tests.reviews.datasets.test_queue_dataset import queue as queue
from tests.reviews.working import Worker
from traces.datasets.models import DatasetRow
from traces.models import SavedView

from .test_of_sender import everywhere

pytestmark = pytest.mark.django_db


def test_name_and_address_are_in_no_table_and_answers_stay(cast: Cast, queue: Queue) -> None:
    person = cast.annotator
    name, email, key = person.name, person.email, person.pk
    complete(queue, cast)
    send(queue, cast.manager, named="on", **choice(queue, "every", "every"))
    worker = Worker(queue, person)
    worker.save(worker.claim(), "true", "A draft of mine")
    SavedView.objects.create(project=cast.project, created_by=person, name="Mine", filter=[])
    factories.make_secret_token(cast.project, person, "annotate")
    browser = Client()
    browser.force_login(person)
    values = list(Score.objects.order_by("pk").values_list("value", flat=True))
    erase_account(user=person, reason="Left", actor=SYSTEM)
    for word in (name, email, "A draft of mine"):
        assert everywhere(word) == []
    assert list(Score.objects.order_by("pk").values_list("value", flat=True)) == values
    assert Annotation.objects.filter(annotator=key, state="submitted").count() == 1
    erased = User.objects.get(pk=key)
    assert (erased.name, erased.is_active) == (f"Erased person {key}", False)
    assert not erased.has_usable_password()
    assert browser.get("/").status_code == 302
    assert f"Right · {erased.email}" in DatasetRow.objects.get().annotations
    event = Event.objects.get(object_type="account")
    assert (event.object_id, event.reason) == (str(key), "Left")
    assert check() == []


def test_a_column_of_somebody_whose_address_ends_alike_keeps_its_name(
    cast: Cast, queue: Queue
) -> None:
    complete(queue, cast)
    send(queue, cast.manager, named="on", **choice(queue, "every", "every"))
    person = factories.make_user("Ana Reis")
    User.objects.filter(pk=person.pk).update(email=cast.annotator.email[1:])
    person.refresh_from_db()
    erase_account(user=person, reason="Left", actor=SYSTEM)
    assert f"Right · {cast.annotator.email}" in DatasetRow.objects.get().annotations


def test_the_only_manager_stays_until_there_is_another(cast: Cast) -> None:
    with pytest.raises(LastManager):
        erase_account(user=cast.manager, reason="Left", actor=SYSTEM)
    assert User.objects.get(pk=cast.manager.pk).name == cast.manager.name
    change_role(project=cast.project, user=cast.member, role="manager", actor=SYSTEM)
    erase_account(user=cast.manager, reason="Left", actor=SYSTEM)
    assert everywhere(cast.manager.email) == []


def test_the_command_counts_first(
    cast: Cast, queue: Queue, capsys: pytest.CaptureFixture[str]
) -> None:
    complete(queue, cast)
    words = ["erase", "account", cast.annotator.email, "--by", cast.manager.email]
    call_command(*words, "--reason", "Left", "--dry-run")
    told = capsys.readouterr().out
    assert "Would be erased" in told
    assert "1 annotations" in told
    assert User.objects.get(pk=cast.annotator.pk).is_active
    call_command(*words, "--reason", "Left")
    assert not User.objects.get(pk=cast.annotator.pk).is_active
    with pytest.raises(CommandError, match="nobody"):
        call_command(*words, "--reason", "Left")
