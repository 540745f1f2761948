"""Pictures, sounds and files inside messages: data URLs, and what of them may be shown."""

from __future__ import annotations

import re

from traces.reading.conversation import Blob, Modality

# What a page may show as a picture: no SVG, which can hold scripts.
SHOWN_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")
SHOWN_AUDIO = re.compile(r"data:audio/(?:wav|mp3|mpeg|ogg|webm|flac|mp4);base64,[A-Za-z0-9+/]+=*")
_MODALITIES: dict[str, Modality] = {"image": "image", "audio": "audio", "video": "video"}


def data_url_of(mime_type: str, data: str) -> str:
    """Base64 with its type as a data URL; one that is there already as it is."""
    return data if data.startswith("data:") else f"data:{mime_type};base64,{data}"


def blob_of(modality: Modality, url: str, name: str = "") -> Blob | None:
    """A data URL as content; None for an address elsewhere."""
    return Blob(modality, url, name) if url.startswith("data:") else None


def modality_of(mime_type: str) -> Modality:
    return _MODALITIES.get(mime_type.partition("/")[0], "document")
