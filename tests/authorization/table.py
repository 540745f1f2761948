"""The authorization matrix: one line for each route, the whole of what each actor gets there.

A cell is "ok" (the page, or the thing done), "idle" (the same, but there was nothing to do),
"login" (sent to sign in), or a status. Where a route does not take a method, those who would not be
turned away get "405".
"""

from dataclasses import dataclass

OUTSIDERS = ("stranger", "staff", "superuser", "other_manager")
SIGNED_OUT = ("anonymous", "deactivated")
INSIDERS = ("member", "viewer", "annotator", "reviewer", "manager")
ACTORS = (*SIGNED_OUT, *OUTSIDERS, *INSIDERS)

TURNED_AWAY = ("login", "403", "404")
API = "api/v1/"
PROGRAMS = (API, "v1/")  # know no sessions

Who = dict[str, str]


def only(*may: str) -> Who:
    """In a project: those named may, other members get 403, strangers 404."""
    return (
        dict.fromkeys(SIGNED_OUT, "login")
        | dict.fromkeys(OUTSIDERS, "404")
        | dict.fromkeys(INSIDERS, "403")
        | dict.fromkeys(may, "ok")
    )


ANYONE: Who = dict.fromkeys(ACTORS, "ok")
BY_TOKEN: Who = dict.fromkeys(ACTORS, "401")  # no session opens the API: tests/api
NOBODY: Who = dict.fromkeys(ACTORS, "404")
SIGNED_IN: Who = ANYONE | dict.fromkeys(SIGNED_OUT, "login")
MANAGERS = only("manager")
READERS = only("manager", "viewer")
MEMBERS = only(*INSIDERS)
IN_QUEUE = only("manager", "viewer", "annotator", "reviewer")
ANNOTATORS = only("annotator")
REVIEWERS = only("reviewer")
DECIDERS = only("manager", "viewer", "reviewer")
# Those who have it already get nothing new by a link; a superuser sees answers in the admin, so no
# link makes an annotator of one.
INVITED: Who = ANYONE | dict.fromkeys(INSIDERS, "idle")
# Who was added to a queue by somebody else has a notice of it; that of the ids is the reviewer's.
TOLD: Who = SIGNED_IN | dict.fromkeys(
    ("stranger", "staff", "superuser", "member", "viewer", "manager"), "idle"
)
REVIEWERS_OWN: Who = SIGNED_IN | dict.fromkeys((*OUTSIDERS, *INSIDERS), "404") | {"reviewer": "ok"}
JOINERS: Who = ANYONE | {"annotator": "idle", "superuser": "422"}


@dataclass(frozen=True)
class Row:
    """`get` and `post`: who may; None where the route does not take the method.

    `writes`: whether a POST that is ok leaves something in the database.
    """

    get: Who | None
    post: Who | None
    writes: bool = True

    def cell(self, method: str, actor: str) -> tuple[str, bool]:
        """What the actor gets, and whether it leaves something in the database."""
        who, other = (self.get, self.post) if method == "GET" else (self.post, self.get)
        if who is not None:
            got = who[actor].replace("idle", "ok")
            return got, method == "POST" and who[actor] == "ok" and self.writes
        turned_away = other is not None and other[actor] in TURNED_AWAY
        return (other[actor] if other and turned_away else "405"), False


def reads(who: Who) -> Row:
    return Row(who, None)


def acts(who: Who) -> Row:
    return Row(None, who)


def both(who: Who) -> Row:
    return Row(who, who)


def shows(who: Who) -> Row:
    """A POST that only answers."""
    return Row(None, who, writes=False)


PUT_OR_PATCH = Row(None, None)  # by a program, as tests/api has it

PROJECT = "p/<slug:project>/"
TRACES, FIELDS = f"{PROJECT}traces/", f"{PROJECT}annotate/fields/"
TOKENS = f"{PROJECT}tokens/"
DATASETS = f"{PROJECT}datasets/"
DATASET = f"{DATASETS}<uuid:dataset>/"
API_DATASETS = f"{API}projects/<slug:project>/datasets"
API_FIELDS = f"{API}projects/<slug:project>/fields"
API_QUEUE = f"{API}projects/<slug:project>/queues/<uuidstr:queue>"
API_ITEM = f"{API_QUEUE}/items/<uuidstr:item>"
API_DATASET = f"{API_DATASETS}/<uuidstr:dataset>"
PEOPLE, QUEUES = f"{PROJECT}people/", f"{PROJECT}annotate/queues/"
QUEUE = f"{QUEUES}<uuid:queue>/"
ITEM = f"{QUEUE}items/<uuid:item>/"
# A mail program posts it for its user (RFC 8058), with no page of ours before it.
MAIL_STOP = "notices/off/<str:token>/"

TABLE: dict[str, Row] = {
    "": reads(SIGNED_IN),
    "my-work/": reads(SIGNED_IN),
    "projects/": reads(SIGNED_IN),
    "signed-in/": reads(SIGNED_IN),
    "healthz": Row(ANYONE, ANYONE, writes=False),
    "readyz": Row(ANYONE, ANYONE, writes=False),
    "metrics": Row(NOBODY, NOBODY, writes=False),  # for Prometheus alone: test_metrics
    # links
    "sign-in/<str:token>/": both(ANYONE),
    "invite/<str:token>/": reads(ANYONE),
    "invite/": Row(ANYONE, INVITED),
    "confirm-email/<str:token>/": reads(ANYONE),
    "set-password/<str:token>/": reads(ANYONE),
    "set-password/": both(ANYONE),
    "join/<str:token>/": reads(ANYONE),
    "join/": Row(ANYONE, JOINERS),
    # notices
    "notices/": reads(SIGNED_IN),
    "notices/read/": acts(TOLD),
    "notices/<int:notice>/open/": acts(REVIEWERS_OWN),
    "notices/<int:notice>/read/": acts(REVIEWERS_OWN),
    "notices/settings/": both(SIGNED_IN),
    MAIL_STOP: both(ANYONE),
    # traces
    TRACES: reads(READERS),
    f"{TRACES}count/": reads(READERS),
    f"{TRACES}over-time/": reads(READERS),
    f"{TRACES}values/": reads(READERS),
    f"{TRACES}filter-row/": reads(READERS),
    f"{TRACES}views/new/": both(READERS),
    f"{TRACES}views/<uuid:view>/": both(MANAGERS),  # a view that a manager has shared
    f"{TRACES}tag/": both(MANAGERS),
    f"{TRACES}delete/": both(MANAGERS),
    f"{TRACES}export/": both(MANAGERS),
    f"{TRACES}columns/": acts(READERS),
    f"{TRACES}keeping/": both(MANAGERS),
    f"{PROJECT}erasing/": both(MANAGERS),
    f"{TRACES}upload/": both(MANAGERS),
    f"{TRACES}uploads/<uuid:upload>/": both(MANAGERS),
    f"{TRACES}uploads/<uuid:upload>/import/": acts(MANAGERS),
    f"{TRACES}session/": reads(READERS),
    f"{TRACES}uploads/<uuid:upload>/refused.<str:format>": reads(MANAGERS),
    f"{TRACES}<uuid:trace>/": reads(READERS),
    f"{TRACES}<uuid:trace>/judgments/": reads(READERS),
    f"{TRACES}<uuid:trace>/judge/": both(MANAGERS),
    f"{TRACES}<uuid:trace>/judgments/<int:score>/withdraw/": acts(MANAGERS),
    f"{PROJECT}jobs/<uuid:job>/": reads(READERS),
    # tokens
    TOKENS: reads(READERS),
    f"{TOKENS}new/": both(READERS),
    f"{TOKENS}<int:api_token>/revoke/": acts(READERS),  # the viewer's own
    # datasets
    DATASETS: reads(READERS),
    f"{DATASETS}new/": both(MANAGERS),
    f"{DATASETS}add/": both(MANAGERS),
    DATASET: reads(READERS),
    f"{DATASET}rename/": both(MANAGERS),
    f"{DATASET}archive/": acts(MANAGERS),
    f"{DATASET}remove/": acts(MANAGERS),
    f"{DATASET}differences/": reads(READERS),
    f"{DATASET}download/": acts(READERS),
    f"{DATASET}rows/<int:row>/": reads(READERS),
    # programs
    f"{API}me": reads(BY_TOKEN),
    f"{API}projects/<slug:project>/traces": both(BY_TOKEN),
    f"{API}projects/<slug:project>/traces/<trace_id>": reads(BY_TOKEN),
    f"{API}projects/<slug:project>/imports": acts(BY_TOKEN),
    f"{API}projects/<slug:project>/imports/<uuidstr:upload>": reads(BY_TOKEN),
    f"{API}projects/<slug:project>/imports/<uuidstr:upload>/refused": reads(BY_TOKEN),
    f"{API}projects/<slug:project>/jobs/<uuidstr:job>": reads(BY_TOKEN),
    API_DATASETS: both(BY_TOKEN),
    API_DATASET: reads(BY_TOKEN),
    f"{API_DATASET}/versions": both(BY_TOKEN),
    f"{API_DATASET}/versions/<int:number>/rows": reads(BY_TOKEN),
    f"{API_DATASET}/versions/<int:number>/download": reads(BY_TOKEN),
    f"{API_DATASET}/diff": reads(BY_TOKEN),
    f"{API}projects/<slug:project>/scores": both(BY_TOKEN),
    f"{API}projects/<slug:project>/scores/<int:score_id>": reads(BY_TOKEN),
    f"{API}projects/<slug:project>/views": both(BY_TOKEN),
    f"{API}projects/<slug:project>/rules": both(BY_TOKEN),
    f"{API}projects/<slug:project>/rules/<uuidstr:rule>": reads(BY_TOKEN),
    f"{API}projects/<slug:project>/rules/<uuidstr:rule>/dry-run": reads(BY_TOKEN),
    API_FIELDS: both(BY_TOKEN),
    f"{API_FIELDS}/<uuidstr:field>": reads(BY_TOKEN),
    f"{API_FIELDS}/<uuidstr:field>/archive": acts(BY_TOKEN),
    f"{API_FIELDS}/<uuidstr:field>/versions": acts(BY_TOKEN),
    f"{API}projects/<slug:project>/queues": both(BY_TOKEN),
    API_QUEUE: reads(BY_TOKEN),
    f"{API_QUEUE}/status": acts(BY_TOKEN),
    f"{API_QUEUE}/members": reads(BY_TOKEN),
    f"{API_QUEUE}/export": reads(BY_TOKEN),
    f"{API_QUEUE}/items": both(BY_TOKEN),
    API_ITEM: reads(BY_TOKEN),
    f"{API_ITEM}/restore": acts(BY_TOKEN),
    f"{API_QUEUE}/next": acts(BY_TOKEN),
    f"{API_ITEM}/reservation": acts(BY_TOKEN),
    f"{API_ITEM}/reservation/extend": acts(BY_TOKEN),
    f"{API_ITEM}/reservation/park": acts(BY_TOKEN),
    f"{API_ITEM}/draft": PUT_OR_PATCH,
    f"{API_ITEM}/submit": acts(BY_TOKEN),
    f"{API_ITEM}/skip": acts(BY_TOKEN),
    f"{API_ITEM}/undo": acts(BY_TOKEN),
    f"{API_ITEM}/annotation": PUT_OR_PATCH,
    f"{API}openapi.json": reads(ANYONE),
    "v1/traces": acts(BY_TOKEN),  # likewise: tests/otlp
    "v1/logs": acts(BY_TOKEN),
    # fields
    FIELDS: reads(READERS),
    f"{FIELDS}new/": both(MANAGERS),
    f"{FIELDS}preview/": shows(MANAGERS),
    f"{FIELDS}<uuid:field>/": reads(READERS),
    f"{FIELDS}<uuid:field>/schema.json": reads(READERS),
    f"{FIELDS}<uuid:field>/values/": reads(READERS),
    f"{FIELDS}<uuid:field>/new-version/": both(MANAGERS),
    f"{FIELDS}<uuid:field>/share/": acts(MANAGERS),
    f"{FIELDS}<uuid:field>/unshare/": acts(MANAGERS),
    f"{FIELDS}<uuid:field>/archive/": acts(MANAGERS),
    # people
    PEOPLE: reads(MANAGERS),
    f"{PEOPLE}<int:person>/role/": acts(MANAGERS),
    f"{PEOPLE}<int:person>/remove/": acts(MANAGERS),
    f"{PEOPLE}invitations/new/": both(MANAGERS),
    f"{PEOPLE}invitations/<int:invitation>/revoke/": acts(MANAGERS),
    # queues
    QUEUES: reads(MEMBERS),
    f"{QUEUES}new/": both(MANAGERS),
    f"{QUEUES}new/part/": shows(MANAGERS),
    f"{QUEUES}preview/": shows(MANAGERS),
    f"{QUEUES}add/": both(MANAGERS),
    f"{PROJECT}annotate/rules/new/": both(MANAGERS),
    QUEUE: reads(IN_QUEUE),
    f"{QUEUE}sources/": reads(READERS),
    f"{QUEUE}rules/<uuid:rule>/": both(MANAGERS),
    f"{QUEUE}rules/<uuid:rule>/delete/": acts(MANAGERS),
    f"{QUEUE}progress/": reads(IN_QUEUE),
    f"{QUEUE}guidelines/": Row(IN_QUEUE, only("annotator", "reviewer")),
    f"{QUEUE}attention/": reads(MANAGERS),
    f"{QUEUE}settings/": both(MANAGERS),
    f"{QUEUE}settings/part/": shows(MANAGERS),
    f"{QUEUE}versions/<uuid:field>/": both(MANAGERS),
    f"{QUEUE}duplicate/": acts(MANAGERS),
    f"{QUEUE}members/": reads(MANAGERS),
    f"{QUEUE}members/add/": acts(MANAGERS),
    f"{QUEUE}members/<int:person>/rights/": acts(MANAGERS),
    f"{QUEUE}members/<int:person>/remove/": acts(MANAGERS),
    f"{QUEUE}members/<int:person>/away/": acts(MANAGERS),
    f"{QUEUE}away/": acts(ANNOTATORS),
    f"{QUEUE}status/": both(MANAGERS),
    f"{QUEUE}links/": reads(MANAGERS),
    f"{QUEUE}links/new/": acts(MANAGERS),
    f"{QUEUE}links/<int:link>/revoke/": acts(MANAGERS),
    f"{QUEUE}export/": acts(READERS),
    f"{QUEUE}analytics/": reads(READERS),
    f"{QUEUE}analytics/export/": acts(READERS),
    f"{QUEUE}dataset/": both(MANAGERS),
    f"{QUEUE}items/bind/": both(MANAGERS),
    f"{QUEUE}refused/<int:reservation>/accept/": acts(MANAGERS),
    f"{QUEUE}items/priority/": both(MANAGERS),
    f"{QUEUE}items/remove/": both(MANAGERS),
    f"{QUEUE}items/release/": both(MANAGERS),
    f"{QUEUE}items/clear-skips/": both(MANAGERS),
    f"{QUEUE}items/reopen/": both(MANAGERS),
    f"{QUEUE}items/more/": both(MANAGERS),
    f"{ITEM}clear-skips/": acts(MANAGERS),
    f"{ITEM}priority/": acts(MANAGERS),
    f"{ITEM}remove/": acts(MANAGERS),
    f"{ITEM}restore/": acts(MANAGERS),
    ITEM: reads(READERS),
    f"{ITEM}history/": reads(IN_QUEUE),
    f"{ITEM}content.json": reads(IN_QUEUE),
    f"{ITEM}bind/": acts(MANAGERS),
    f"{ITEM}slots/<int:slot>/release/": acts(MANAGERS),
    f"{ITEM}slots/<int:slot>/unbind/": acts(MANAGERS),
    # annotating
    f"{ITEM}preview/": reads(ANNOTATORS),
    f"{QUEUE}workspace/": both(ANNOTATORS),
    f"{QUEUE}workspace/undo/": acts(ANNOTATORS),
    f"{QUEUE}workspace/past/": reads(ANNOTATORS),
    f"{QUEUE}mine/": reads(ANNOTATORS),
    f"{ITEM}mine/": reads(ANNOTATORS),
    f"{ITEM}correct/": both(ANNOTATORS),
    f"{ITEM}pick/": acts(ANNOTATORS),
    f"{ITEM}draft/": acts(ANNOTATORS),
    f"{ITEM}submit/": acts(ANNOTATORS),
    f"{ITEM}skip/": acts(ANNOTATORS),
    f"{ITEM}park/": acts(ANNOTATORS),
    f"{ITEM}extend/": acts(ANNOTATORS),
    f"{ITEM}time/": reads(ANNOTATORS),
    # reviewing
    f"{QUEUE}review/": reads(DECIDERS),
    f"{QUEUE}review/decided/": reads(DECIDERS),
    f"{QUEUE}review/next/": acts(REVIEWERS | {"reviewer": "idle"}),  # has one open already
    f"{QUEUE}review/approve/": acts(REVIEWERS),
    f"{ITEM}review/": both(REVIEWERS),
    f"{ITEM}review/draft/": acts(REVIEWERS),
    f"{ITEM}review/extend/": acts(REVIEWERS),
    f"{ITEM}review/release/": acts(REVIEWERS),
    f"{ITEM}review/end/": acts(MANAGERS),
    f"{ITEM}approve/": acts(REVIEWERS),
    f"{ITEM}reject/": acts(REVIEWERS),
    f"{ITEM}reopen/": acts(MANAGERS),
    f"{ITEM}clear-decision/": acts(MANAGERS),
}
# Routes that are not ours; tests/authorization/test_foreign.py says what they may do.
PREFIXES = ("admin/", "accounts/")
