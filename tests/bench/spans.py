"""Spans by OpenTelemetry's protocol, until they can be read, beside COPY of the same rows."""

import http.client
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import Any

from django.db import connection
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from annotate_site import sql
from annotate_site.projects.models import Project
from tests import factories

from .ground import HOST
from .telling import budget

SPANS, OF_A_BATCH, OF_A_TRACE = 20_480, 512, 8
SENDERS = (1, 4)
BYTES = 4096
LEAST, LEAST_SHARE = 3750, 0.25
NOON = 1_767_268_800_000_000_000
WORDS = [
    "the", "order", "was", "packed", "in", "Bergen", "and", "left", "on", "the", "evening", "ferry",
]  # fmt: skip
COLUMNS = """
span_id, parent_id, name, kind, start, "end", status, inputs, outputs, attributes, events, model,
tokens_in, tokens_out, cost, told, ends
"""
COPY_OUT = f"""
copy (select project_id, trace_id, {COLUMNS} from traces_span where project_id = '%s'
       order by id) to stdout
"""
COPY_IN = f"copy traces_span (project_id, trace_id, {COLUMNS}) from stdin"
EMPTY = "delete from traces_span where project_id = %s"


def measure(port: int) -> None:
    """Prints both and their ratio, for one sender and for several at once."""
    by = factories.make_user("Sender")
    bodies = [one.SerializeToString() for one in islice(_requests(), SPANS // OF_A_BATCH + 1)]
    size = len(bodies[1]) / OF_A_BATCH
    print(f"\n{SPANS:,} spans of {size:,.0f} bytes, {OF_A_TRACE} a trace, {OF_A_BATCH} a request")
    for senders in SENDERS:
        project = factories.make_project(f"Spans by {senders}")
        factories.join(project, by, "manager")
        _, secret = factories.make_secret_token(project, by, "ingest")
        by_otlp = _sent(port, secret, project, bodies, senders)
        by_copy = _copied(project)
        least = max(LEAST, LEAST_SHARE * by_copy)
        print(f"  {'raw COPY of these rows, spans/s':34}{by_copy:>22,.0f}")
        told = f"OTLP, {senders} at once, spans/s"
        budget(told, f"{by_otlp:,.0f}", f"at least {least:,.0f}", by_otlp >= least)


def _sent(port: int, secret: str, project: Project, bodies: list[bytes], senders: int) -> float:
    """Spans a second: what is answered with 200 can be read, as the list of traces says then."""
    post = partial(_post_all, port, secret)
    post(bodies[:1])  # loads what a process needs
    # As autovacuum does within a minute: without, foreign keys are checked by a bad plan.
    sql.run("analyze")
    began = time.perf_counter()
    with ThreadPoolExecutor(senders) as pool:
        list(pool.map(post, (bodies[1 + number :: senders] for number in range(senders))))
    took = time.perf_counter() - began
    stored = project.traces.filter(span_count=OF_A_TRACE).count()
    assert stored == len(bodies) * OF_A_BATCH // OF_A_TRACE, stored
    return SPANS / took


def _post_all(port: int, secret: str, bodies: list[bytes]) -> None:
    sender = http.client.HTTPConnection(HOST, port, timeout=60)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/x-protobuf"}
    for body in bodies:
        sender.request("POST", "/v1/traces", body, headers)
        response = sender.getresponse()
        answer = response.read()
        assert (response.status, answer) == (200, b""), (response.status, answer)


def _copied(project: Project) -> float:
    """The same rows again, in batches as large."""
    with connection.cursor() as cursor:
        with cursor.copy(COPY_OUT % project.pk) as copying:
            rows = [bytes(row) for row in copying]
        sql.run(EMPTY, [project.pk])
        took = 0.0
        for start in range(0, len(rows), OF_A_BATCH):
            part = b"".join(rows[start : start + OF_A_BATCH])
            began = time.perf_counter()
            with cursor.copy(COPY_IN) as copying:
                copying.write(part)
            took += time.perf_counter() - began
    return len(rows) / took


def _requests() -> Iterator[ExportTraceServiceRequest]:
    number = 0
    while True:
        request = ExportTraceServiceRequest()
        group = request.resource_spans.add()
        group.resource.attributes.append(_pair("service.name", "shop"))
        inner = group.scope_spans.add()
        inner.scope.name = "bench"
        for _ in range(OF_A_BATCH):
            _add(inner.spans.add(), number)
            number += 1
        yield request


def _add(span: Any, number: int) -> None:
    trace, place = divmod(number, OF_A_TRACE)
    span.trace_id = (trace + 1).to_bytes(16, "big")
    span.span_id = (number + 1).to_bytes(8, "big")
    if place:
        span.parent_span_id = (trace * OF_A_TRACE + 1).to_bytes(8, "big")
    span.name = "invoke_agent helper" if not place else "chat small-1"
    span.start_time_unix_nano = NOON + number * 1_000_000
    span.end_time_unix_nano = span.start_time_unix_nano + 900_000
    asked = _messages("user", number, BYTES // 2 - 350)
    answered = _messages("assistant", number + 7, BYTES // 2 - 350)
    given = {
        "gen_ai.operation.name": "chat" if place else "invoke_agent",
        "gen_ai.provider.name": "example",
        "gen_ai.request.model": "small-1",
        "gen_ai.response.id": f"response-{number}",
        "gen_ai.conversation.id": f"talk-{trace % 50}",
        "gen_ai.input.messages": asked,
        "gen_ai.output.messages": answered,
        "server.address": "models.example.org",
        "shop.basket": f"basket {number % 97}",
    }
    span.attributes.extend(_pair(key, value) for key, value in given.items())
    for key, count in (("input", 310 + number % 9), ("output", 290)):
        value = AnyValue(int_value=count)
        span.attributes.append(KeyValue(key=f"gen_ai.usage.{key}_tokens", value=value))


def _messages(role: str, seed: int, size: int) -> str:
    words = [
        f"{WORDS[(seed * step) % len(WORDS)]}{seed * step % 1000}" for step in range(size // 8)
    ]
    text = " ".join(words)[:size]
    return f'[{{"role": "{role}", "parts": [{{"type": "text", "content": "{text}"}}]}}]'


def _pair(key: str, value: str) -> KeyValue:
    return KeyValue(key=key, value=AnyValue(string_value=value))
