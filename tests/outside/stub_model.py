"""A model on loopback, with OpenAI's API of chats: it calls a tool, then says where a parcel is."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

MODEL = "stub-1"
ANSWER = "Your parcel is in Bergen since Monday."
ARGUMENTS = {"order": "NS-44"}
USAGE = {"prompt_tokens": 21, "completion_tokens": 9, "total_tokens": 30}
CALL = {"id": "call_1", "type": "function",
        "function": {"name": "track_parcel", "arguments": json.dumps(ARGUMENTS)}}  # fmt: skip
TOOL = {"type": "function",
        "function": {"name": "track_parcel", "description": "Where a parcel is.",
                     "parameters": {"type": "object", "required": ["order"],
                                    "properties": {"order": {"type": "string"}}}}}  # fmt: skip


@contextmanager
def running_model() -> Iterator[str]:
    """Gives the address for a client."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        tell = asked.get("tools") and asked["messages"][-1]["role"] != "tool"
        message: dict[str, Any] = {"role": "assistant", "content": None if tell else ANSWER}
        if tell:
            message["tool_calls"] = [CALL]
        if asked.get("stream"):
            self._send("text/event-stream", _events(message))
        else:
            body = _response("chat.completion", {"message": message}, _reason(message), USAGE)
            self._send("application/json", json.dumps(body))

    def _send(self, kind: str, body: str) -> None:
        data = body.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Nothing: pytest's output is for what fails."""


def _reason(message: dict[str, Any]) -> str:
    return "tool_calls" if "tool_calls" in message else "stop"


def _response(kind: str, choice: dict[str, Any], reason: str | None, usage: Any) -> dict[str, Any]:
    choices = [{"index": 0, "finish_reason": reason, **choice}] if choice else []
    return {"id": "chatcmpl-1", "object": kind, "created": 1_790_000_000, "model": MODEL,
            "choices": choices, "usage": usage}  # fmt: skip


def _events(message: dict[str, Any]) -> str:
    """The answer in three pieces, and the usage after it."""
    chunk, reason = "chat.completion.chunk", _reason(message)
    told = [_response(chunk, {"delta": delta}, None, None) for delta in _pieces(message)]
    told.append(_response(chunk, {"delta": {}}, reason, None))
    told.append(_response(chunk, {}, None, USAGE))
    return "".join(f"data: {json.dumps(one)}\n\n" for one in told) + "data: [DONE]\n\n"


def _pieces(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant"}
    for call in message.get("tool_calls", ()):
        text = call["function"]["arguments"]
        yield {
            "tool_calls": [{"index": 0, **call, "function": call["function"] | {"arguments": ""}}]
        }
        yield {"tool_calls": [{"index": 0, "function": {"arguments": text[:7]}}]}
        yield {"tool_calls": [{"index": 0, "function": {"arguments": text[7:]}}]}
    if message["content"]:
        yield {"content": message["content"][:7]}
        yield {"content": message["content"][7:]}
