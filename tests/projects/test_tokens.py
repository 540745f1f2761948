"""Tokens of programs: shown once, kept as a hash, never more than their owner may do."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from annotate_site.errors import Refused
from annotate_site.http import bearer_token
from annotate_site.projects.access import Can
from annotate_site.projects.actions import change_role, remove_member, set_active
from annotate_site.projects.errors import NotInProject
from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import ApiToken, Event, User
from annotate_site.projects.token_access import find_token
from annotate_site.projects.token_actions import MOST_TOKENS, create_token, revoke_token
from annotate_site.projects.tokens import hash_token

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db


def make(cast: Cast, user: User, *scopes: str, **more: timedelta) -> tuple[ApiToken, str]:
    return create_token(
        project=cast.project, user=user, name="Nightly import", scopes=scopes,
        lasting=more.get("lasting"), actor=Actor.person(user),
    )  # fmt: skip


def test_only_the_hash_of_the_secret_is_stored(cast: Cast) -> None:
    _, secret = make(cast, cast.manager, "read", "ingest")
    kept = [str(value) for row in ApiToken.objects.values_list() for value in row]
    kept += [str(value) for row in Event.objects.values_list() for value in row]
    assert bearer_token(f"Bearer {secret}") == secret
    assert not [value for value in kept if secret in value]
    assert ApiToken.objects.get().token_hash == hash_token(secret)


def test_making_and_revoking_leave_events_and_work_once(cast: Cast) -> None:
    token, secret = make(cast, cast.manager, "read")
    assert find_token(secret)
    assert revoke_token(token=token, actor=Actor.person(cast.manager))
    assert not revoke_token(token=token, actor=Actor.person(cast.manager))
    assert find_token(secret) is None
    events = cast.project.events.filter(object_type="token", object_id=str(token.pk))
    told = list(events.order_by("id").values_list("from_value", "to_value", "reason"))
    assert told == [("", "open", "read"), ("open", "revoked", "")]


def test_rights_are_the_scopes_and_the_owners_right_now(cast: Cast) -> None:
    another = factories.make_user("Ada Osei")
    factories.join(cast.project, another, "manager")
    _, secret = make(cast, another, "write", "read")
    found = find_token(secret)
    assert found
    assert found.access.can >= {Can.MANAGE, Can.INGEST, Can.READ_TRACES}
    assert not {Can.OWN_TOKENS, Can.ANNOTATE} & found.access.can
    by = Actor.person(cast.manager)
    change_role(project=cast.project, user=another, role="viewer", actor=by)
    found = find_token(secret)
    assert found
    assert found.access.can >= {Can.READ_TRACES}
    assert not {Can.MANAGE, Can.INGEST} & found.access.can


def test_a_removed_owners_token_is_dead_for_good(cast: Cast) -> None:
    _, secret = make(cast, cast.viewer, "read")
    remove_member(project=cast.project, user=cast.viewer, actor=SYSTEM)
    assert find_token(secret) is None
    factories.join(cast.project, cast.viewer, "manager")
    assert find_token(secret) is None


def test_a_deactivated_owners_token_is_dead_until_they_are_back(cast: Cast) -> None:
    _, secret = make(cast, cast.viewer, "read")
    set_active(user=cast.viewer, active=False, actor=SYSTEM)
    assert find_token(secret) is None
    set_active(user=cast.viewer, active=True, actor=SYSTEM)
    assert find_token(secret)


def test_a_membership_that_is_gone_kills_a_token_that_nobody_revoked(cast: Cast) -> None:
    _, secret = make(cast, cast.viewer, "read")
    cast.project.memberships.filter(user=cast.viewer).delete()
    assert find_token(secret) is None


def test_an_expired_token_is_dead(cast: Cast) -> None:
    token, secret = make(cast, cast.viewer, "read", lasting=timedelta(days=1))
    assert find_token(secret)
    ApiToken.objects.filter(pk=token.pk).update(expires_at="2020-01-01T00:00Z")
    assert find_token(secret) is None


@pytest.mark.parametrize("who", ["viewer", "member"])
@pytest.mark.parametrize("scopes", [["write"], ["read", "ingest"], [], ["admin"], ["a" * 99]])
def test_a_scope_of_which_the_owner_has_no_use_is_refused(
    cast: Cast, who: str, scopes: list[str]
) -> None:
    with pytest.raises(Refused):
        make(cast, getattr(cast, who), *scopes)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "deactivated", "other_manager"])
def test_only_active_members_have_tokens(cast: Cast, who: str) -> None:
    with pytest.raises(NotInProject):
        make(cast, getattr(cast, who), "read")


def test_nobody_has_more_tokens_than_anybody_can_oversee(cast: Cast) -> None:
    for _ in range(MOST_TOKENS):
        token, _ = make(cast, cast.viewer, "read")
    with pytest.raises(Refused, match="Revoke one"):
        make(cast, cast.viewer, "read")
    revoke_token(token=token, actor=SYSTEM)
    assert make(cast, cast.viewer, "read")


def test_the_database_takes_no_other_scopes(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="api_token_scopes"):
        ApiToken.objects.create(
            project=cast.project, user=cast.manager, name="x", scopes=["root"], token_hash="x"
        )


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("create_token", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_prints_the_token_alone_on_its_last_line(cast: Cast) -> None:
    told = run(
        cast.project.slug, "--by", cast.manager.email.upper(), "--scope", "ingest", "--scope",
        "write", "--name", "Collector", "--expires", "30",
    )  # fmt: skip
    token = ApiToken.objects.get()
    assert hash_token(told[-1]) == token.token_hash
    assert (token.name, sorted(token.scopes)) == ("Collector", ["ingest", "write"])
    assert token.expires_at
    assert (token.expires_at - token.created_at).days == 30
    assert not [line for line in told[:-1] if told[-1] in line]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["no-such", "--by", "x@example.org"], "There is no project no-such"),
        (["{project}", "--by", "x@example.org"], "There is nobody with the e-mail"),
        (["{project}", "--by", "{stranger}"], "is not an active member"),
        (["{project}", "--by", "{viewer}"], "A viewer can have these scopes: read, annotate"),
        (["{project}", "--by", "{manager}", "--expires", "0"], "after 1 to 3,650 days"),
        (["{project}", "--by", "{manager}", "--name", " \x00 "], "A token needs a name"),
    ],
)
def test_the_command_refuses_in_a_sentence(cast: Cast, arguments: list[str], sentence: str) -> None:
    people = {name: getattr(cast, name).email for name in ("stranger", "viewer", "manager")}
    given = [text.format(project=cast.project.slug, **people) for text in arguments]
    with pytest.raises(CommandError, match=sentence):
        run(*given, "--scope", "ingest")
    assert not ApiToken.objects.exists()
