"""The tokens of a project: managers see all of them, others who may have some see their own."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate_site import sql
from annotate_site.errors import Refused

from .access import Access, Can, ProjectRequest, member, scopes_of
from .events import Actor
from .models import ApiToken
from .token_actions import create_token, revoke_token
from .token_forms import TokenForm

MOST_ENDED = 50


def _visible_to(access: Access) -> QuerySet[ApiToken]:
    tokens = access.project.api_tokens.select_related("user").order_by("-pk")
    return tokens if Can.MANAGE in access else tokens.filter(user=access.user)


@member(Can.OWN_TOKENS)
@require_safe
def token_list(request: ProjectRequest) -> HttpResponse:
    now, tokens = sql.clock(), _visible_to(request.access)
    unrevoked, revoked = tokens.filter(revoked_at=None), tokens.exclude(revoked_at=None)
    context = {
        "nav": "tokens",
        "tokens": [(token, token.ended(now)) for token in unrevoked],
        "revoked": revoked.order_by("-revoked_at")[:MOST_ENDED],
    }
    return render(request, "projects/token_list.html", context)


@member(Can.OWN_TOKENS)
@require_http_methods(["GET", "HEAD", "POST"])
def token_new(request: ProjectRequest) -> HttpResponse:
    """The answer to POST is the only place that ever shows the secret."""
    access = request.access
    form = TokenForm(request.POST or None, scopes=scopes_of(access.role))
    if form.is_valid():
        try:
            token, secret = create_token(
                project=access.project,
                user=request.user,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                lasting=form.lasting,
                actor=Actor.person(request.user),
            )
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            made = {"nav": "tokens", "token": token, "secret": secret}
            return render(request, "projects/token_made.html", made)
    status = 422 if request.method == "POST" else 200
    context = {"nav": "tokens", "form": form}
    return render(request, "projects/token_new.html", context, status=status)


@member(Can.OWN_TOKENS)
@require_POST
def token_revoke(request: ProjectRequest, api_token: int) -> HttpResponse:
    found = get_object_or_404(_visible_to(request.access), pk=api_token)
    if revoke_token(token=found, actor=Actor.person(request.user)):
        messages.success(request, f"{found.name} is revoked. Programs can't use it any more.")
    else:
        messages.error(request, f"{found.name} was already revoked. Nothing was changed.")
    return redirect("projects:token-list", project=request.access.project.slug)
