"""What a sender is refused. After 400, 413 and 415 it drops its batch; after 503 it repeats it."""

from annotate_site.errors import Refused


class NotOtlp(Refused):
    code = "not_otlp"
    status = 415

    def __init__(self) -> None:
        super().__init__(
            "Send OTLP as application/x-protobuf or application/json, plain or with the header"
            " Content-Encoding: gzip."
        )


class BadBody(Refused):
    code = "bad_body"
    status = 400


class TooLargeUnpacked(Refused):
    code = "too_large"
    status = 413

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"Unpacked it is larger than {limit // 1024**2} MiB. Send fewer spans at a time."
        )
