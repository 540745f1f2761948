"""Who asks."""

from datetime import datetime

from ninja import Router, Schema

from annotate_site.projects.access import Can

from .guard import ApiRequest, Token

router = Router(tags=["me"])


class Person(Schema):
    email: str
    name: str


class Project(Schema):
    slug: str
    name: str
    role: str


class TokenOut(Schema):
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None


class Me(Schema):
    user: Person
    project: Project
    token: TokenOut


@router.get("/me", auth=Token(Can.SEE_PROJECT), response=Me)
def me(request: ApiRequest) -> dict[str, object]:
    """The token's owner, its project, and what it may be used for."""
    access, token = request.access, request.token
    project = {"slug": access.project.slug, "name": access.project.name, "role": access.role}
    return {"user": access.user, "project": project, "token": token}
