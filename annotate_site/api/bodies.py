"""The body of a request: JSON, and a sentence where it is none."""

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

from annotate_site.errors import TooLarge
from traces.ingest.cleaning import DECODER, TOO_DEEP

from .errors import BadJson, NotJson


def read_json(request: HttpRequest) -> Any:
    """Parsed, and not yet clean. Raises NotJson, BadJson and TooLarge."""
    charset = request.content_params.get("charset", "utf-8") if request.content_params else "utf-8"
    packed = request.headers.get("Content-Encoding", "identity").lower() != "identity"
    is_json = request.content_type == "application/json"
    if packed or not is_json or charset.lower() not in ("utf-8", "utf8"):
        raise NotJson
    try:
        return DECODER.decode(request.body.decode())
    except RequestDataTooBig:
        raise TooLarge(settings.DATA_UPLOAD_MAX_MEMORY_SIZE) from None
    except UnicodeDecodeError:
        raise BadJson("The body is not valid UTF-8.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise BadJson(f"The body is not valid JSON: {place}: {error.msg}.") from None
    except RecursionError:
        raise BadJson(TOO_DEEP) from None
