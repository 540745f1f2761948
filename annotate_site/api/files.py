"""A file in a request: in a form, or as the whole body. Read in pieces, never held whole."""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files import File
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from annotate_site.errors import TooLarge

from .errors import BadForm, Invalid, Packed

NO_FILE = "Send the file as the field “file” of a form, or as the body."
NO_NAME = "Say by ?filename= what the file is called."
_PIECE = 64 * 1024
_LONGEST_FIELD = 64 * 1024


@dataclass
class SentFile:
    """`fields` are those beside the file, of the form or of the address; `digest` is of all."""

    file: File[Any]
    name: str
    fields: Mapping[str, str]
    digest: str


@contextmanager
def sent_file(request: HttpRequest) -> Iterator[SentFile]:
    """Raises Invalid, BadForm, Packed and TooLarge."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Packed
    if request.content_type == "multipart/form-data":
        yield _of_form(request)
        return
    with tempfile.TemporaryFile() as spool:
        yield _of_body(request, File(spool))


def _of_form(request: HttpRequest) -> SentFile:
    try:
        file, fields = request.FILES.get("file"), request.POST.dict()
    except MultiPartParserError:
        raise BadForm from None
    if getattr(request, "upload_too_large", False):
        raise TooLarge(settings.UPLOAD_LIMIT)
    if file is None:
        raise Invalid([("file", NO_FILE)])
    fields = {**request.GET.dict(), **{key: str(value) for key, value in fields.items()}}
    return _sent(file, fields.get("filename") or file.name or "", fields)


def _of_body(request: HttpRequest, spool: File[Any]) -> SentFile:
    fields, size = request.GET.dict(), 0
    while piece := request.read(_PIECE):
        size += len(piece)
        if size > settings.UPLOAD_LIMIT:
            raise TooLarge(settings.UPLOAD_LIMIT)
        spool.write(piece)
    if not size:
        raise Invalid([("file", NO_FILE)])
    return _sent(spool, fields.get("filename", ""), fields)


def _sent(file: File[Any], name: str, fields: dict[str, str]) -> SentFile:
    if not name:
        raise Invalid([("filename", NO_NAME)])
    digest = hashlib.sha256(repr(sorted(fields.items())).encode())
    file.seek(0)
    while piece := file.read(_PIECE):
        digest.update(piece)
    file.seek(0)
    return SentFile(file, name, fields, digest.hexdigest())
