"""What a program is refused, with the code it can act on."""

from annotate_site.errors import Refused

NO_PARAMETER = "There is no such parameter."


class NoToken(Refused):
    """None, or one that is not ours, expired, revoked, or whose owner has gone: the same words."""

    code = "no_token"
    status = 401

    def __init__(self, *, given: bool) -> None:
        super().__init__(
            "This token does not work. It may be mistyped, expired or revoked."
            if given
            else "Send a token in the header Authorization: Bearer <token>."
        )
        error = ', error="invalid_token"' if given else ""
        self.headers = {"WWW-Authenticate": f'Bearer realm="annotate"{error}'}


class Forbidden(Refused):
    code = "forbidden"
    status = 403


class TooMany(Refused):
    code = "too_many_requests"
    status = 429

    def __init__(self, limit: int, seconds: int) -> None:
        super().__init__(f"This token may ask {limit:,} times a minute. Try again in {seconds} s.")
        self.headers = {"Retry-After": str(seconds)}


class NotJson(Refused):
    code = "not_json"
    status = 415

    def __init__(self) -> None:
        super().__init__(
            "Send JSON in UTF-8, uncompressed, with the header Content-Type: application/json."
        )


class Packed(Refused):
    code = "packed"
    status = 415

    def __init__(self) -> None:
        super().__init__("Send the file as it is, without a Content-Encoding.")


class BadForm(Refused):
    code = "bad_form"
    status = 400

    def __init__(self) -> None:
        super().__init__("The body is not a readable multipart/form-data form.")


class BadJson(Refused):
    code = "bad_json"
    status = 400


class BadKey(Refused):
    code = "bad_key"
    status = 400


class Invalid(Refused):
    """`errors`: (path, sentence) of each; a path is `limit`, `body.traces[3].start`, ..."""

    code = "invalid"
    status = 422

    def __init__(self, errors: list[tuple[str, str]], **more: object) -> None:
        super().__init__(errors[0][1] if len(errors) == 1 else "Some values are not valid.")
        self.details = {"errors": [{"path": p, "message": m} for p, m in errors], **more}
