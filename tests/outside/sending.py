"""OpenTelemetry's own SDK and exporters, set up to send to the site."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from .site import Site


class Providers(NamedTuple):
    spans: TracerProvider
    logs: LoggerProvider


@contextmanager
def sending(
    site: Site, compression: Compression = Compression.Gzip, *, twice: bool = False
) -> Iterator[Providers]:
    """Everything is with the site once the block has ended. `twice`: each batch is sent again, as
    by a sender that did not hear the answer.
    """
    resource = Resource.create({"service.name": "shop"})
    told: dict[str, Any] = {
        "headers": {"Authorization": f"Bearer {site.token}"},
        "compression": compression,
    }
    spans, logs = TracerProvider(resource=resource), LoggerProvider(resource=resource)
    for _ in range(2 if twice else 1):
        span_exporter = OTLPSpanExporter(f"{site.url}/v1/traces", **told)
        spans.add_span_processor(BatchSpanProcessor(span_exporter))
        log_exporter = OTLPLogExporter(f"{site.url}/v1/logs", **told)
        logs.add_log_record_processor(BatchLogRecordProcessor(log_exporter))
    try:
        yield Providers(spans, logs)
    finally:
        spans.shutdown()
        logs.shutdown()


def find(site: Site, trace_id: str) -> dict[str, Any]:
    """The one trace with the sender's id, as the API tells it."""
    found: dict[str, Any] = site.api("GET", f"traces/{trace_id}").json
    return found
