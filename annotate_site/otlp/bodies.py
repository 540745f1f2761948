"""The body of a request: unpacked piece by piece into a file, never beyond its limit."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import SEEK_END
from mmap import ACCESS_READ, mmap
from tempfile import SpooledTemporaryFile
from typing import IO

from django.conf import settings
from django.http import HttpRequest

from annotate_site.errors import TooLarge
from annotate_site.rpc_status import TYPES

from .errors import BadBody, NotOtlp, TooLargeUnpacked
from .wire import Buffer

PIECE = 256 * 1024
IN_MEMORY = 4 * 1024 * 1024  # a larger body is in a file
NO_GZIP = "The body is not valid gzip."
_GZIP = 31  # of zlib: a gzip header is wanted


@contextmanager
def opened_body(request: HttpRequest) -> Iterator[IO[bytes]]:
    """The body, unpacked. Raises NotOtlp, BadBody, TooLarge and TooLargeUnpacked."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if request.content_type not in TYPES or encoding not in ("", "identity", "gzip"):
        raise NotOtlp
    with SpooledTemporaryFile(IN_MEMORY) as file:
        pieces = _pieces(request)
        for piece in _inflated(pieces) if encoding == "gzip" else pieces:
            file.write(piece)
            if file.tell() > settings.OTLP_UNPACKED_LIMIT:
                raise TooLargeUnpacked(settings.OTLP_UNPACKED_LIMIT)
        file.seek(0)
        yield file


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    read = 0
    while piece := request.read(PIECE):
        read += len(piece)
        if read > settings.OTLP_LIMIT:
            raise TooLarge(settings.OTLP_LIMIT)
        yield piece


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Never more than PIECE bytes at once, however much a few of them stand for."""
    unpacking = zlib.decompressobj(_GZIP)
    try:
        for piece in pieces:
            while piece:
                if unpacking.eof:
                    unpacking = zlib.decompressobj(_GZIP)  # one gzip file may follow another
                yield unpacking.decompress(piece, PIECE)
                piece = unpacking.unused_data if unpacking.eof else unpacking.unconsumed_tail
            while not unpacking.eof and (more := unpacking.decompress(b"", PIECE)):
                yield more
    except zlib.error:
        raise BadBody(NO_GZIP) from None
    if not unpacking.eof:
        raise BadBody(NO_GZIP)


@contextmanager
def mapped(file: IO[bytes]) -> Iterator[Buffer]:
    """The body as bytes; what is in a file is read there, piece by piece."""
    size = file.seek(0, SEEK_END)
    file.seek(0)
    if size <= IN_MEMORY:
        yield file.read()
        return
    with mmap(file.fileno(), size, access=ACCESS_READ) as body:
        yield body
