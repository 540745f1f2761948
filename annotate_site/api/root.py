"""The operations put together, and what their errors become."""

from datetime import datetime
from typing import Any, NoReturn, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.parser import Parser
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder
from ninja.types import DictStrAny

from annotate_site.errors import answer
from traces.ingest.cleaning import clean_json

from . import (
    datasets,
    fields,
    imports,
    jobs,
    me,
    queue_items,
    queues,
    rules,
    scores,
    traces,
    views,
    work,
)
from .errors import Invalid
from .guard import ApiRequest


class Clean(Parser):
    """What is asked, and the body that the guard has parsed, so that what it refuses has its own
    sentence; both as the database takes texts.
    """

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        value: DictStrAny = clean_json(cast(ApiRequest, request).json)[0]
        return value

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> DictStrAny:
        value: DictStrAny = clean_json(super().parse_querydict(data, list_fields, request))[0]
        return value


class Encoder(NinjaJSONEncoder):
    def default(self, o: Any) -> Any:
        """Times to the microsecond, as they are stored; Django's encoder cuts them."""
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


class Exact(JSONRenderer):
    encoder_class = Encoder


class Api(NinjaAPI):
    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        response = super().create_temporal_response(request)
        response.headers["Cache-Control"] = "no-store"
        return response


api = Api(
    title="Annotate", version="1", urls_namespace="api", parser=Clean(), renderer=Exact(),
    openapi_url=None, docs_url=None,
)  # fmt: skip
ROUTERS = (
    me.router, traces.router, imports.router, views.router, rules.router, scores.router,
    datasets.router, jobs.router, fields.router, queues.router, queue_items.router, work.router,
)  # fmt: skip
for router in ROUTERS:
    api.add_router("", router)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return answer(request, Invalid([(_path(one["loc"]), one["msg"]) for one in error.errors]))


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> NoReturn:
    raise error  # the middleware answers as for any address that leads nowhere


def _path(place: tuple[Any, ...]) -> str:
    """("query", "limit") → "limit"; ("body", "body", "scores", 3) → "body.scores[3]"."""
    named_twice = place[:2] == ("body", "body")
    inner = place[1:] if place[0] == "query" or named_twice else place
    path = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in inner)
    return path.lstrip(".")
