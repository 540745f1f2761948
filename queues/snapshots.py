"""What annotators may see of a source, frozen when it is added."""

from dataclasses import dataclass
from typing import Any

from traces.ingest.paths import pick
from traces.ingest.preview import preview_of
from traces.payloads import Payload


@dataclass(frozen=True)
class Snapshot:
    """`content`: {"inputs": ..., "outputs": ..., "model": ...}, only what was chosen."""

    content: dict[str, Any]
    preview: str


def snapshot_of(payload: Payload, display: dict[str, list[str]], hidden: list[str]) -> Snapshot:
    """`display`: {"inputs": [paths], "outputs": [paths]}; a missing key shows nothing of it."""
    inputs = pick(payload.inputs, display.get("inputs", []))
    outputs = pick(payload.outputs, display.get("outputs", []))
    content: dict[str, Any] = {"inputs": inputs, "outputs": outputs}
    if "model" not in hidden and payload.trace.model:
        content["model"] = payload.trace.model
    return Snapshot(content, preview_of(inputs, speaker="user") or preview_of(outputs))
