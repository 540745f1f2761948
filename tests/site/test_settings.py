"""The settings of a production site: what is missing or weak stops it with a sentence."""

import os
import runpy
import subprocess
import sys
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from annotate_site import settings

STRONG = "".join(
    Random(8).choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789_-", k=60)
)
PRODUCTION = {
    "ANNOTATE_ENV": "production",
    "SECRET_KEY": STRONG,
    "ALLOWED_HOSTS": "annotate.example.org",
    "DATABASE_URL": "postgresql://annotate@db.example.org/annotate",
    "REDIS_URL": "redis://redis.example.org",
}


@pytest.fixture(autouse=True)
def nothing_else_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name.startswith(
            ("HSTS_", "DATABASE_", "EMAIL_", "SITE_", "SSL_", "SECRET_", "ALLOWED_")
        ):
            monkeypatch.delenv(name)


def read(monkeypatch: pytest.MonkeyPatch, **more: str) -> dict[str, Any]:
    """The settings that a production site has with these variables."""
    for name, value in (PRODUCTION | more).items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(settings.BASE_DIR / "annotate_site/settings.py"))


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("django-insecure-" + STRONG, "insecure example that Django writes"),
        ("annotate" * 10, "too weak"),
        ("correct horse battery staple " * 3, "too weak"),
        ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "too weak"),
        ("ab" * 40, "too weak"),
        (STRONG[:49], "too weak"),
        ("", "too weak"),
    ],
)
def test_a_guessable_secret_key_is_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, key: str, sentence: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=sentence) as refused:
        read(monkeypatch, SECRET_KEY=key)
    assert "secrets.token_urlsafe(60)" in str(refused.value)


@pytest.mark.parametrize(
    ("characters", "length"),
    [
        ("0123456789abcdef", 64),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 50),
    ],
)
def test_random_secret_keys_are_taken(
    monkeypatch: pytest.MonkeyPatch, characters: str, length: int
) -> None:
    chance = Random(1)
    for _ in range(20):
        key = "".join(chance.choices(characters, k=length))
        assert read(monkeypatch, SECRET_KEY=key)["SECRET_KEY"] == key


@pytest.mark.parametrize("hosts", ["*", "annotate.example.org, *", "*.example.org"])
def test_a_site_that_would_answer_to_any_name_is_refused(
    monkeypatch: pytest.MonkeyPatch, hosts: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match="must name the site's hosts"):
        read(monkeypatch, ALLOWED_HOSTS=hosts)


def test_a_site_that_would_answer_to_nobody_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="Set ALLOWED_HOSTS"):
        read(monkeypatch, ALLOWED_HOSTS=" ,")
    found = read(monkeypatch, ALLOWED_HOSTS="a.example.org, .example.net")
    assert found["ALLOWED_HOSTS"] == ["a.example.org", ".example.net"]


def hsts(found: dict[str, Any]) -> tuple[int, bool, bool]:
    return (
        found["SECURE_HSTS_SECONDS"],
        found["SECURE_HSTS_INCLUDE_SUBDOMAINS"],
        found["SECURE_HSTS_PRELOAD"],
    )


def test_hsts_can_be_turned_off_for_subdomains_and_for_preload(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    year = 365 * 24 * 3600
    assert hsts(read(monkeypatch)) == (year, True, True)
    assert hsts(read(monkeypatch, HSTS_PRELOAD="0")) == (year, True, False)
    monkeypatch.delenv("HSTS_PRELOAD")
    assert hsts(read(monkeypatch, HSTS_SUBDOMAINS="0")) == (year, False, False)
    assert hsts(read(monkeypatch, HSTS_SECONDS="300", HSTS_PRELOAD="")) == (300, False, False)


@pytest.mark.parametrize("chosen", [{"HSTS_SUBDOMAINS": "0"}, {"HSTS_SECONDS": "0"}])
def test_the_deployment_check_has_no_complaint_about_a_choice(chosen: dict[str, str]) -> None:
    environment = os.environ | PRODUCTION | chosen
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # of the browser tests
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["HSTS_SUBDOMAINS", "HSTS_PRELOAD", "SSL_REDIRECT"])
def test_a_flag_is_one_or_nothing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"{name} must be one of 1, 0, not 'yes'"):
        read(monkeypatch, **{name: "yes"})


def test_mail_needs_somebody_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="Set EMAIL_FROM"):
        read(monkeypatch, EMAIL_HOST="mail.example.org")
    sender = {"EMAIL_HOST": "mail.example.org", "EMAIL_FROM": "Annotate <a@example.org>"}
    found = read(monkeypatch, **sender)
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (
        587,
        True,
        False,
    )
    found = read(monkeypatch, **sender, EMAIL_SECURITY="tls", EMAIL_PORT="465")
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (
        465,
        False,
        True,
    )


def test_links_in_mails_lead_to_the_first_host_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert read(monkeypatch, ALLOWED_HOSTS=".example.org,b.example")["SITE_URL"] == (
        "https://example.org"
    )
    told = "https://annotate.example.org:8443"
    assert read(monkeypatch, SITE_URL=told)["SITE_URL"] == told
    for wrong in ("annotate.example.org", "https://example.org/", "ftp://example.org", "https://"):
        with pytest.raises(ImproperlyConfigured, match="SITE_URL must be"):
            read(monkeypatch, SITE_URL=wrong)


def test_without_a_pooler_each_session_brings_its_timeouts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database = read(monkeypatch)["DATABASES"]["default"]
    assert "-c lock_timeout=3s" in database["OPTIONS"]["options"]
    assert database["OPTIONS"]["prepare_threshold"] == 3


def test_a_pooler_is_named_by_its_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it does is tried with PgBouncer itself in test_pgbouncer."""
    with pytest.raises(ImproperlyConfigured, match="DATABASE_POOLER must be one of"):
        read(monkeypatch, DATABASE_POOLER="session")
    database = read(monkeypatch, DATABASE_POOLER="transaction")["DATABASES"]["default"]
    assert "options" not in database["OPTIONS"]
    assert database["OPTIONS"]["prepare_threshold"] is None
    assert database["DISABLE_SERVER_SIDE_CURSORS"]
