"""What is no request, too large, or not allowed: each with its status, in the sender's encoding."""

import gzip
import json
import zlib
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError
from django.test import Client

from annotate_site.projects.models import ApiToken
from tests import factories
from tests.conftest import Cast
from traces.models import Trace

from .conftest import Make
from .sending import JSON, PROTOBUF, Sender, refused, request, span

pytestmark = pytest.mark.django_db
GZIP = {"Content-Encoding": "gzip"}


def status_of(response: Any) -> tuple[int, int, str]:
    """HTTP's status, google.rpc's code and the message, whose encoding is the request's."""
    if response.headers["Content-Type"] == JSON:
        told = response.json()
        return response.status_code, told["code"], told["message"]
    from google.protobuf.internal.decoder import _DecodeVarint

    assert response.headers["Content-Type"] == PROTOBUF
    data = response.content
    assert data[0:1] + data[2:3] == b"\x08\x12"
    size, at = _DecodeVarint(data, 3)
    assert len(data) == at + size
    return response.status_code, data[1], data[at:].decode()


@pytest.mark.parametrize("kind", [PROTOBUF, JSON])
@pytest.mark.parametrize("secret", ["", "x" * 48, "short"])
def test_without_a_token_that_works_it_is_401(db: None, kind: str, secret: str) -> None:
    response = Sender(secret, kind).send(request(span(1)))
    status, code, message = status_of(response)
    assert (status, code) == (401, 16)
    assert "token" in message
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert not Trace.objects.exists()


@pytest.mark.parametrize("scope", ["read", "annotate"])
def test_another_scope_is_403(sender: Make, scope: str) -> None:
    assert status_of(sender(scope).send(request(span(1))))[:2] == (403, 7)
    assert not Trace.objects.exists()


@pytest.mark.parametrize("scope", ["ingest", "write"])
def test_these_scopes_may_send(sender: Make, scope: str) -> None:
    assert refused(sender(scope).send(request(span(1)))) == (0, "")


@pytest.mark.parametrize("role", ["viewer", "member"])
def test_an_owner_who_may_no_longer_send_is_403(cast: Cast, role: str) -> None:
    user = factories.make_user("Ada Osei")
    membership = factories.join(cast.project, user, "manager")
    _, secret = factories.make_secret_token(cast.project, user, "ingest")
    membership.role = role
    membership.save()
    assert status_of(Sender(secret).send(request(span(1))))[:2] == (403, 7)
    membership.delete()
    assert status_of(Sender(secret).send(request(span(1))))[:2] == (401, 16)


def test_a_token_that_has_expired_is_401(cast: Cast, sender: Make) -> None:
    asking = sender()
    ApiToken.objects.update(expires_at="2020-01-01T00:00Z")
    assert status_of(asking.send(request(span(1))))[0] == 401


def test_a_session_opens_nothing(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.manager)
    response = browser.post("/v1/traces", b"", PROTOBUF)
    assert response.status_code == 401


def test_traces_go_to_the_project_of_the_token_alone(cast: Cast, sender: Make) -> None:
    factories.make_trace(cast.other_project, trace_id=f"{1:032x}")
    assert refused(sender().send(request(span(1)))) == (0, "")
    assert cast.project.traces.get().spans.count() == 1
    assert not cast.other_project.traces.get().spans.filter(name="step 1").exists()


def test_too_many_requests_are_429_with_a_time(sender: Make, settings: LazySettings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    asking = sender()
    asking.send(request(span(1)))
    response = asking.send(request(span(1)))
    assert status_of(response)[:2] == (429, 8)
    assert 1 <= int(response.headers["Retry-After"]) <= 60


@pytest.mark.parametrize("kind", [PROTOBUF, JSON])
def test_a_database_that_is_busy_is_503_and_to_be_repeated(
    sender: Make, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LockNotAvailable(Exception):
        sqlstate = "55P03"

    def busy(**_: Any) -> None:
        raise OperationalError from LockNotAvailable()

    monkeypatch.setattr("annotate_site.otlp.views.store_spans", busy)
    response = sender(kind=kind).send(request(span(1)))
    assert status_of(response)[:2] == (503, 14)
    assert response.headers["Retry-After"] == "1"


@pytest.mark.parametrize("kind", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_another_kind_of_body_is_415(sender: Make, kind: str) -> None:
    assert status_of(sender(kind=kind).send(b"x"))[:2] == (415, 3)


@pytest.mark.parametrize("encoding", ["deflate", "zstd", "br", "gzip, gzip"])
def test_another_compression_is_415(sender: Make, encoding: str) -> None:
    response = sender().send(request(span(1)), **{"Content-Encoding": encoding})
    assert status_of(response)[:2] == (415, 3)


WHOLE = request(span(1)).SerializeToString()
PACKED = gzip.compress(WHOLE, mtime=0)


@pytest.mark.parametrize(
    "body",
    [b"\xff", b"{}", WHOLE[:-1], WHOLE + b"\x0a", b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
     b"\x0b", b"\x08\x01", b"\x00\x00", b"\x0a\x02\x0a\x05", b"\x80" * 20],
)  # fmt: skip
def test_what_is_no_protobuf_is_400(sender: Make, body: bytes) -> None:
    assert status_of(sender().send(body))[:2] == (400, 3)
    assert not Trace.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1", b"\xff\xff", b'{"resourceSpans": [{"scopeSpans": [{"spans": [}']
)
def test_what_is_no_json_is_400(sender: Make, body: bytes) -> None:
    assert status_of(sender(kind=JSON).send(body))[:2] == (400, 3)
    assert not Trace.objects.exists()


@pytest.mark.parametrize(
    "body",
    [b"", b"x", PACKED[:-9], PACKED[:-2], zlib.compress(WHOLE),
     PACKED + b"x", b"\x1f\x8b\x08\x00" + b"\xff" * 30],
)  # fmt: skip
def test_broken_gzip_is_400(sender: Make, body: bytes) -> None:
    status, code, message = status_of(sender().send(body, **GZIP))
    assert (status, code, message) == (400, 3, "The body is not valid gzip.")


def test_two_gzip_members_are_one_body(cast: Cast, sender: Make) -> None:
    body = gzip.compress(WHOLE[:50]) + gzip.compress(WHOLE[50:])
    assert refused(sender().send(body, **GZIP)) == (0, "")
    assert cast.project.traces.count() == 1


def test_a_bomb_is_413_and_never_unpacked_beyond_the_limit(
    sender: Make, settings: LazySettings
) -> None:
    settings.OTLP_UNPACKED_LIMIT = 1_000_000
    packing = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packing.compress(bytes(1_000_000)) for _ in range(200)) + packing.flush()
    status, code, message = status_of(sender().send(bomb, **GZIP))
    assert (status, code) == (413, 3)
    assert "Unpacked it is larger" in message


@pytest.mark.parametrize("packed", [True, False])
def test_a_body_larger_than_the_limit_is_413(
    sender: Make, settings: LazySettings, packed: bool
) -> None:
    settings.OTLP_LIMIT = 10
    assert status_of(sender(packed=packed).send(request(span(1))))[:2] == (413, 3)


def test_a_body_larger_than_that_of_a_page_is_taken(cast: Cast, sender: Make) -> None:
    many = [span(number, {"text": "x" * 3_000_000}) for number in (1, 2, 3)]
    assert refused(sender().send(request(*many))) == (0, "")
    assert cast.project.traces.get().span_count == 3


def test_millions_of_empty_spans_are_refused_at_once(sender: Make) -> None:
    def inside(data: bytes, tag: bytes) -> bytes:
        size, left = b"", len(data)
        while left > 127:
            size, left = size + bytes([left & 127 | 128]), left >> 7
        return tag + size + bytes([left]) + data

    body = inside(inside(b"\x12\x00" * 2_000_000, b"\x12"), b"\x0a")
    status, _, message = status_of(sender().send(body))
    assert (status, message) == (400, "It holds more than 50,000 spans.")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_method_is_405(sender: Make, method: str) -> None:
    headers = {"Authorization": f"Bearer {sender().secret}", "Content-Type": JSON}
    response = Client().generic(method, "/v1/traces", headers=headers)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


def test_an_address_that_leads_nowhere_is_404_in_the_encoding(sender: Make) -> None:
    assert status_of(sender().send(WHOLE, path="/v1/metrics"))[:2] == (404, 5)
    response = sender(kind=JSON).send(json.dumps({}).encode(), path="/v1/metrics")
    assert status_of(response)[:2] == (404, 5)
