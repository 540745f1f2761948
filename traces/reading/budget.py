"""How much of one trace or item a page shows, so that no content makes it slow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from traces.reading.tree import MOST_NODES, Node, json_tree, walk

MOST_CHARACTERS = 500_000  # of texts, keys and values together
LONGEST_TEXT = 200_000
LONGEST_VALUE = 20_000  # of a string inside a tree
MOST_PARTS = 2_000  # messages, tool calls and sections together
ALL_NODES = 10_000  # of all trees together
MOST_IMAGES = 8_000_000  # characters of their data URLs


@dataclass
class Budget:
    """What may still be shown. `cut` is set once something has been left out."""

    characters: int = MOST_CHARACTERS
    parts: int = MOST_PARTS
    nodes: int = ALL_NODES
    images: int = MOST_IMAGES
    cut: bool = False

    def part(self) -> bool:
        """Whether one more message, call or section may be shown."""
        if self.parts <= 0 or self.characters <= 0:
            self.cut = True
            return False
        self.parts -= 1
        return True

    def text(self, text: str, longest: int = LONGEST_TEXT) -> str:
        """The beginning of a text that may be shown: mostly all of it."""
        shown = text[: max(0, min(longest, self.characters))]
        self.characters -= len(shown)
        self.cut = self.cut or len(shown) < len(text)
        return shown

    def tree(self, value: Any) -> Node:
        """The tree of a value, with as many nodes and as much text as may be shown."""
        root = json_tree(value, max_nodes=max(1, min(MOST_NODES, self.nodes)))
        for node in walk(root):
            self.nodes -= 1
            self.characters -= len(node.key)
            if node.kind in ("object", "array"):
                self.cut = self.cut or node.truncated
            else:
                whole, node.text = node.text, self.text(node.text, LONGEST_VALUE)
                node.truncated = len(node.text) < len(whole)
        return root

    def image(self, url: str) -> bool:
        """Whether an image may be shown."""
        if len(url) > self.images:
            self.cut = True
            return False
        self.images -= len(url)
        return True
