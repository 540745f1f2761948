"""Content that is a list of blocks, each of a kind: what several dialects read alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from traces.reading.conversation import Blob, File, Part, Text, Uri
from traces.reading.json_text import opened

from .base import Fields, stray
from .openai_parts import Besides, read_part

# None: the block is not as its type should be, so all of it is shown.
Reader = Callable[[Fields], list[Part] | None]
Attachment = Blob | Uri | File


class Blocks(Besides, ABC):
    """The blocks of one message, read one after the other."""

    @abstractmethod
    def reader(self, kind: str) -> Reader | None:
        """What reads blocks of this kind; None for types of OpenAI's chat, and unknown ones."""

    def kind_of(self, block: dict[str, Any]) -> Any:
        return block.get("type")

    def read(self, content: Any) -> list[Part]:
        """A text, a list of blocks, one block, or nothing."""
        blocks = content if isinstance(content, list) else [content]
        return [part for block in blocks if block is not None for part in self._parts(block)]

    def result(self, content: Any) -> tuple[Any, tuple[Attachment, ...]]:
        """What a tool gave back: its text, opened if it is JSON, and the files beside it. Where it
        holds anything else, all of it is JSON.
        """
        if not isinstance(content, list) and not self._is_block(content):
            return opened(content), ()
        inner = type(self)()
        parts = inner.read(content)
        if not all(isinstance(part, Text | Attachment) for part in parts):
            return content, ()
        self.keep(Fields(inner.more))
        texts = [part.text for part in parts if isinstance(part, Text)]
        beside = tuple(part for part in parts if isinstance(part, Attachment))
        return opened("\n".join(filter(None, texts))), beside

    def _is_block(self, value: Any) -> bool:
        kind = self.kind_of(value) if isinstance(value, dict) else None
        return isinstance(kind, str) and self.reader(kind) is not None

    def _parts(self, block: Any) -> list[Part]:
        if not isinstance(block, dict):
            return [stray(block)]
        kind = self.kind_of(block)
        read = self.reader(kind) if isinstance(kind, str) else None
        if read is None:
            return [read_part(block, self)]
        fields = Fields(block)
        fields.drop("type")
        parts = read(fields)
        if parts is None:
            return [stray(block)]
        self.keep(fields)
        return parts
