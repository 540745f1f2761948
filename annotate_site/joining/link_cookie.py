"""How the secret of a link leaves the address: into a short cookie, then a clean page.

The address with the secret is asked for once and answered with a redirect, so it stands in no
Referer, no page and no bookmark. The cookie is signed for one purpose and good for ten minutes
after each page shown; looking at a link writes nothing.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

SECONDS = 600


def _cookie(purpose: str) -> str:
    return f"__Host-{purpose}" if settings.SESSION_COOKIE_SECURE else purpose


def set_token(response: HttpResponse, purpose: str, token: str) -> None:
    response.set_cookie(
        _cookie(purpose),
        signing.dumps(token, salt=f"annotate.link.{purpose}"),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    response.headers["Cache-Control"] = "no-store, private"


def read_token(request: HttpRequest, purpose: str) -> str:
    """The token; "" where there is none, or it is too old, or meant for something else."""
    try:
        token: str = signing.loads(
            request.COOKIES.get(_cookie(purpose), ""),
            salt=f"annotate.link.{purpose}",
            max_age=SECONDS,
        )
    except signing.BadSignature:
        return ""
    return token


def delete_token(response: HttpResponse, purpose: str) -> None:
    response.delete_cookie(_cookie(purpose), samesite="Lax")
    response.headers["Cache-Control"] = "no-store, private"


def to_clean_page(purpose: str, token: str, page: str) -> HttpResponse:
    """What the address with the secret answers, whatever the secret is worth."""
    response = HttpResponseRedirect(page)
    set_token(response, purpose, token)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
