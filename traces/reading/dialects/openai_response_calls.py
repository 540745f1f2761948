"""Calls among the items of OpenAI's Responses API, and what they gave back."""

from __future__ import annotations

from typing import Any

from traces.reading.conversation import Blob, File, Part, ToolCall, ToolResponse, Uri
from traces.reading.json_text import opened

from .base import Fields
from .media import blob_of, data_url_of
from .openai_parts import Besides, read_part, read_result

# Those that the model's host runs have their results in the same item.
_SERVER = {
    "web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call",
    "mcp_call", "tool_search_call", "hosted_tool_call",
}  # fmt: skip
_CLIENT = {
    "function_call", "custom_tool_call", "computer_call", "local_shell_call", "shell_call",
    "apply_patch_call",
}  # fmt: skip
CALLS = _SERVER | _CLIENT
OUTPUTS = {f"{call}_output" for call in _CLIENT} | {"function_call_result"}
_ARGUMENTS = ("arguments", "input", "action", "actions", "operation")
_NAMED_ARGUMENTS = ("code", "queries", "revised_prompt")
_RESULTS = ("results", "outputs", "output", "result", "error")

Media = tuple[Blob | Uri | File, ...]


def read_item_call(kind: str, fields: Fields) -> list[Part]:
    """A call, and its result if it has one; a call's name is that of its item, if it has none."""
    is_server = kind in _SERVER
    call_id = fields.text("call_id", "callId", "id")
    name = fields.text("name") or kind.removesuffix("_call")
    arguments = opened(fields.take(*_ARGUMENTS))
    if arguments is None:
        named = {key: fields.take(key) for key in _NAMED_ARGUMENTS if fields.peek(key)}
        arguments = named or None
    call = ToolCall(call_id, name, arguments, is_server)
    given = {key: fields.take(key) for key in _RESULTS if fields.peek(key) is not None}
    if not given:
        return [call]
    response, beside = _ran(kind, given, fields)
    return [call, ToolResponse(call_id, name, response, beside, "error" in given)]


def read_item_output(fields: Fields, besides: Besides) -> ToolResponse:
    call_id = fields.text("call_id", "callId", "id")
    output = fields.take("output")
    if isinstance(output, dict) and output.get("type") == "computer_screenshot":
        shown = read_part({**output, "type": "input_image"}, besides)
        if isinstance(shown, Blob | Uri | File):
            return ToolResponse(call_id, "", "", (shown,))
    is_part = isinstance(output, dict) and isinstance(output.get("type"), str)
    response, beside = read_result([output] if is_part else output, besides)
    return ToolResponse(call_id, fields.text("name"), response, beside)


def _ran(kind: str, given: dict[str, Any], fields: Fields) -> tuple[Any, Media]:
    """What a server's call gave back, with its pictures."""
    if len(given) > 1 or "error" in given:
        return given, ()
    (result,) = given.values()
    if kind == "image_generation_call" and isinstance(result, str) and result:
        kept = fields.text("output_format") or "png"
        return "", (Blob("image", data_url_of(f"image/{kept}", result)),)
    if kind == "code_interpreter_call" and isinstance(result, list):
        return read_logs(result)
    return opened(result), ()


def read_logs(outputs: list[Any]) -> tuple[Any, Media]:
    """What code printed and drew; as it is if it is anything else."""
    texts, drawn = [], []
    for output in outputs:
        fields = Fields(output if isinstance(output, dict) else {"other": output})
        kind = fields.take("type")
        said, url = fields.text("logs"), fields.text("url")
        if fields.left or kind not in ("logs", "image"):
            return outputs, ()
        texts += [said] if said else []
        drawn += [blob_of("image", url) or Uri("image", url)] if url else []
    return opened("\n".join(texts)), tuple(drawn)
