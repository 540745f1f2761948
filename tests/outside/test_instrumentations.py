"""Instrumentations of an OpenAI client and of an agent library, whose calls go to a stub model."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import openai
import pytest
from openinference.instrumentation.openai import OpenAIInstrumentor as OpenInference
from opentelemetry.instrumentation.openai import OpenAIInstrumentor as OpenLLMetry
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor as OpenTelemetry
from pydantic_ai import Agent
from pydantic_ai.capabilities.instrumentation import Instrumentation
from pydantic_ai.models.instrumented import InstrumentationSettings
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from .desk import Desk, in_order
from .sending import Providers, find, sending
from .site import Site
from .stub_model import ANSWER, MODEL, TOOL, running_model

RULES, QUESTION, SCANNED = "You help a shop.", "Where is my parcel?", "Scanned in Bergen"


@pytest.fixture(scope="module")
def model() -> Iterator[str]:
    with running_model() as url:
        yield url


@contextmanager
def instrumented(instrumentor: Any, **providers: Any) -> Iterator[None]:
    instrumentor.instrument(**providers)
    try:
        yield
    finally:
        instrumentor.uninstrument()


def ask(model: str, messages: list[Any], *, stream: bool) -> dict[str, Any]:
    """The message that the model answers."""
    completions = openai.OpenAI(base_url=model, api_key="none").chat.completions
    asked: dict[str, Any] = {"model": MODEL, "messages": messages, "tools": [TOOL]}
    if not stream:
        given: dict[str, Any] = completions.create(**asked).choices[0].message.to_dict()
        return given
    told: dict[str, Any] = {"role": "assistant", "content": "", "tool_calls": []}
    options = {"stream": True, "stream_options": {"include_usage": True}}
    for chunk in completions.create(**asked, **options):
        for choice in chunk.choices:
            told["content"] += choice.delta.content or ""
            for call in choice.delta.tool_calls or ():
                if call.id:
                    told["tool_calls"].append(call.to_dict())
                else:
                    begun = told["tool_calls"][-1]["function"]
                    begun["arguments"] += call.function.arguments
    return {key: value for key, value in told.items() if value}


def converse(model: str, providers: Providers, *, stream: bool) -> str:
    """A run of two calls of the model, with one of a tool between; gives the trace's id."""
    messages: list[Any] = [
        {"role": "system", "content": RULES}, {"role": "user", "content": QUESTION},
    ]  # fmt: skip
    with providers.spans.get_tracer("shop").start_as_current_span("support") as run:
        messages.append(ask(model, messages, stream=stream))
        call = messages[-1]["tool_calls"][0]["id"]
        messages.append({"role": "tool", "tool_call_id": call, "content": SCANNED})
        assert ask(model, messages, stream=stream)["content"] == ANSWER
    return f"{run.get_span_context().trace_id:032x}"


def is_readable(site: Site, desk: Desk, trace_id: str) -> None:
    """All of the run is in the workspace, in its order, with its tokens once."""
    trace = find(site, trace_id)["trace"]
    assert (trace["model"], trace["tokens_in"], trace["tokens_out"]) == (MODEL, 42, 18)
    page = desk.read(trace["id"])
    in_order(page, "System", RULES, "User", QUESTION, "Assistant", "track_parcel", "order: NS-44",
             SCANNED, "Assistant", ANSWER)  # fmt: skip
    assert "No result" not in page


each_way = pytest.mark.parametrize("stream", [False, True])


@each_way
def test_openinference_of_an_openai_client(
    site: Site, desk: Desk, model: str, stream: bool
) -> None:
    with (
        sending(site) as providers,
        instrumented(OpenInference(), tracer_provider=providers.spans),
    ):
        trace_id = converse(model, providers, stream=stream)
    is_readable(site, desk, trace_id)


@each_way
def test_opentelemetry_of_an_openai_client_with_its_content_in_log_events(
    site: Site, desk: Desk, model: str, stream: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "gen_ai_latest_experimental")
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "event_only")
    with (
        sending(site, twice=True) as providers,
        instrumented(
            OpenTelemetry(), tracer_provider=providers.spans, logger_provider=providers.logs
        ),
    ):
        trace_id = converse(model, providers, stream=stream)
    is_readable(site, desk, trace_id)


@each_way
def test_openllmetry_of_an_openai_client(site: Site, desk: Desk, model: str, stream: bool) -> None:
    with (
        sending(site) as providers,
        instrumented(OpenLLMetry(), tracer_provider=providers.spans),
    ):
        trace_id = converse(model, providers, stream=stream)
    is_readable(site, desk, trace_id)


def test_pydantic_ai(site: Site, desk: Desk, model: str) -> None:
    def track_parcel(order: str) -> str:
        """Where a parcel is."""
        return SCANNED

    with sending(site) as providers:
        provider = OpenAIProvider(base_url=model, api_key="none")
        settings = InstrumentationSettings(tracer_provider=providers.spans)
        agent = Agent(
            OpenAIChatModel(MODEL, provider=provider), instructions=RULES, tools=[track_parcel],
            capabilities=[Instrumentation(settings=settings)],
        )  # fmt: skip
        with providers.spans.get_tracer("shop").start_as_current_span("support") as run:
            assert agent.run_sync(QUESTION).output == ANSWER
    is_readable(site, desk, f"{run.get_span_context().trace_id:032x}")
