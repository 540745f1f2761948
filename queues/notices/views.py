"""A person's notices, what they want to be told, and the link in a mail that stops such mails."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotate_site.projects.access import anyone, signed_in
from annotate_site.projects.models import Notice, User

from .actions import choose, mark_all_read, mark_read, stop_mail
from .choices import choices_of
from .kinds import KINDS
from .listing import address_of, shown
from .mail.unsubscribing import read_stop

PAGE = 50


@signed_in
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """The latest first."""
    assert isinstance(request.user, User)
    mine = Notice.objects.shown_to(request.user).order_by("-at", "-pk")
    page = Paginator(mine, PAGE).get_page(request.GET.get("page"))
    rows = shown(request.user, page.object_list)
    context = {"nav": "notices", "page": page, "rows": rows, "mails": bool(settings.EMAIL_HOST)}
    return render(request, "notices/notice_list.html", context)


def of_mine(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view gets the notice; one of somebody else is not found, whatever is asked of it."""

    @wraps(view)
    def found(request: HttpRequest, notice: int) -> HttpResponseBase:
        mine = Notice.objects.select_related("project").filter(user=request.user.pk)
        return view(request, get_object_or_404(mine, pk=notice))

    return found


@signed_in
@of_mine
@require_POST
def notice_open(request: HttpRequest, notice: Notice) -> HttpResponseBase:
    """Reads it and leads to where one acts on it."""
    mark_read(notice=notice)
    slug = notice.project.slug
    return redirect(address_of(notice.kind, slug=slug, queue_id=notice.queue_id))


@signed_in
@of_mine
@require_POST
def notice_read(request: HttpRequest, notice: Notice) -> HttpResponseBase:
    mark_read(notice=notice)
    return redirect("notices:notice-list")


@signed_in
@require_POST
def all_read(request: HttpRequest) -> HttpResponseBase:
    assert isinstance(request.user, User)
    mark_all_read(user=request.user)
    return redirect("notices:notice-list")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponseBase:
    """Each kind, in the page and by mail; without a mail server what was chosen of mails stays."""
    assert isinstance(request.user, User)
    mails, now = bool(settings.EMAIL_HOST), choices_of(request.user)
    if request.method == "POST":
        in_page, by_mail = request.POST.getlist("page"), request.POST.getlist("mail")
        wanted = {
            kind: (kind in in_page, kind in by_mail if mails else now[kind][1]) for kind in KINDS
        }
        choose(user=request.user, wanted=wanted)
        messages.success(request, "Saved.")
        return redirect("notices:settings")
    rows = [(kind, told, *now[kind]) for kind, told in KINDS.items()]
    context = {"nav": "notices", "rows": rows, "mails": mails}
    return render(request, "notices/settings.html", context)


@csrf_exempt  # a mail program posts it for its user, with the link's signature and no page of ours
@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def mail_stop(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: a button on GET, done on POST, signed in or not."""
    stop = read_stop(token)
    if stop is None:
        return render(request, "notices/mail_stop_unknown.html", status=404)
    if request.method == "POST":
        stop_mail(user=stop.user, kind=stop.kind)
    context = {"label": KINDS[stop.kind].label, "done": request.method == "POST"}
    return render(request, "notices/mail_stop.html", context)
