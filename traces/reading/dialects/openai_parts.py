"""Parts of messages as OpenAI's interfaces have them, which most others read, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from traces.reading.conversation import Blob, File, Part, Reasoning, Text, Unknown, Uri
from traces.reading.json_text import opened

from .base import Fields, stray
from .media import blob_of, data_url_of

_TEXTS = {
    None: "text", "text": "text", "input_text": "text", "output_text": "text",
    "refusal": "refusal",
}  # fmt: skip
_PARTS = {*_TEXTS, "image_url", "input_image", "input_audio", "file", "input_file"}
OF_RESPONSES = {"input_text", "output_text", "input_image", "input_file"}  # not of its chat
_SAYS_NOTHING: tuple[Any, ...] = (
    {"type": "ephemeral"}, {"type": "direct"}, {"type": "default"}, {"enabled": True},
)  # fmt: skip


class Besides:
    """What the parts of a message say besides, is its `more`."""

    def __init__(self) -> None:
        self._besides: dict[str, list[Any]] = {}

    def keep(self, fields: Fields) -> None:
        for key, value in fields.left.items():
            if value not in _SAYS_NOTHING:
                self._besides.setdefault(key, []).append(value)

    @property
    def more(self) -> dict[str, Any]:
        """A key that several blocks have is there once, with a list."""
        return {
            key: values[0] if len(values) == 1 else _flat(values)
            for key, values in self._besides.items()
        }


def read_content(content: Any, besides: Besides) -> list[Part]:
    """The content of a message: a text, a list of parts, one part, or nothing."""
    if content is None:
        return []
    parts = content if isinstance(content, list) else [content]
    return [read_part(part, besides) for part in parts if part is not None]


def read_part(part: Any, besides: Besides) -> Part:
    kind = part.get("type") if isinstance(part, dict) else 0
    if not isinstance(kind, str | None):
        return stray(part)
    read = _READERS.get(kind)
    fields = Fields(part)
    fields.drop("type")
    found = read(fields) if read else _text(fields, _TEXTS[kind]) if kind in _TEXTS else None
    if found is None:
        return Unknown(part)
    besides.keep(fields)
    return found


def read_result(content: Any, besides: Besides) -> tuple[Any, tuple[Blob | Uri | File, ...]]:
    """A tool's result: its text, opened if it is JSON, and what is shown beside it; parts that are
    neither keep all of it JSON.
    """
    if not isinstance(content, list):
        return opened(content), ()
    inner = Besides()
    parts = read_content(content, inner)
    if any(isinstance(part, Unknown) for part in parts):
        return content, ()
    besides.keep(Fields(inner.more))
    texts = [part.text for part in parts if isinstance(part, Text)]
    beside = tuple(part for part in parts if isinstance(part, Blob | Uri | File))
    return opened("\n".join(filter(None, texts))), beside


def read_texts(fields: Fields, key: str, besides: Besides) -> list[str]:
    """The texts of a summary or of reasoning under a key; none where it has anything else."""
    value, inner = fields.peek(key), Besides()
    listed = value if isinstance(value, list) else [value]
    texts = [part.text for one in listed if isinstance(part := _plain(one, inner), Text)]
    if len(texts) < len(listed):
        return []
    fields.drop(key)
    besides.keep(Fields(inner.more))
    return texts


def _plain(part: Any, besides: Besides) -> Part:
    is_typed = isinstance(part, dict) and part.get("type") in ("summary_text", "reasoning_text")
    return read_part({**part, "type": "text"} if is_typed else part, besides)


def is_known_part(part: Any) -> bool:
    """Whether a part of a message's content is read, and says nothing besides its text."""
    if part is None or isinstance(part, str):
        return True
    if not isinstance(part, dict) or not isinstance(part.get("type"), str | None):
        return False
    kind = part.get("type")
    fields = Fields(part)
    fields.drop("type")
    return kind in _PARTS and (
        kind not in _TEXTS or (_text(fields, _TEXTS[kind]) is not None and not fields.left)
    )


def _text(fields: Fields, key: str) -> Text | None:
    return Text(fields.text(key)) if isinstance(fields.peek(key), str) else None


def _image(fields: Fields) -> Part | None:
    held = fields.object("image_url") if isinstance(fields.peek("image_url"), dict) else None
    url = fields.text("image_url") if held is None else held.text("url")
    if held is not None:
        held.drop("detail")
        fields.put_back("image_url", held)
    fields.drop("detail")
    if url:
        return blob_of("image", url) or Uri("image", url)
    file = fields.text("file_id")
    return File(file, modality="image") if file else None


def _audio(fields: Fields) -> Part | None:
    inner = fields.object("input_audio") if "input_audio" in fields.left else fields
    data, said = inner.text("data"), inner.text("transcript")
    url = data_url_of(f"audio/{inner.text('format') or 'wav'}", data) if data else ""
    if inner is not fields:
        fields.put_back("input_audio", inner)
    return Blob("audio", url, transcript=said) if url or said else None


def _file(fields: Fields) -> Part | None:
    inner = fields.object("file") if "file" in fields.left else fields
    name, data = inner.text("filename"), inner.text("file_data")
    found: Part | None = None
    if data:
        found = blob_of("document", data, name)
    elif url := inner.text("file_url"):
        found = Uri("document", url, name)
    elif file_id := inner.text("file_id"):
        found = File(file_id, name)
    if inner is not fields:
        fields.put_back("file", inner)
    return found


def _thinking(fields: Fields) -> Part | None:
    """A text or, as Mistral writes it, a list of parts that are texts."""
    inner = Besides()
    said = fields.text("thinking") or "\n".join(read_texts(fields, "thinking", inner))
    fields.leave(inner.more)
    return Reasoning(said) if said else None


def _document(fields: Fields) -> Part | None:
    url, name = fields.text("document_url"), fields.text("document_name")
    return blob_of("document", url, name) or Uri("document", url, name) if url else None


_READERS: dict[str | None, Callable[[Fields], Part | None]] = {
    "image_url": _image,
    "input_image": _image,
    "input_audio": _audio,
    "audio": _audio,
    "file": _file,
    "input_file": _file,
    "document_url": _document,
    "thinking": _thinking,
}


def _flat(values: list[Any]) -> list[Any]:
    if all(isinstance(value, list) for value in values):
        return [one for value in values for one in value]
    return values
