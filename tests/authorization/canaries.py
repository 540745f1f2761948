"""Strings that stand in the database, and who may ever be sent them.

Each is a single word, so that no escaping, quoting or wrapping can hide it.
"""

from django.http.response import HttpResponseBase

SECOND_NAME = "Zielinskacanary"  # the annotator whose work this is
SECOND_EMAIL = "secondcanary@example.org"
OPEN_ANSWER, OPEN_NOTE = "openanswercanary", "opennotecanary"
DONE_ANSWER, DONE_NOTE = "doneanswercanary", "donenotecanary"
DRAFT, SKIP_REASON, REMARK = "draftcanary", "skipreasoncanary", "remarkcanary"
# In the queue whose items are reviewed: waiting or sent back, approved, refused.
WAITING_ANSWER, APPROVED_ANSWER = "waitinganswercanary", "approvedanswercanary"
FINAL_ANSWER, REFUSED_ANSWER = "finalanswercanary", "refusedanswercanary"
REVIEW_DRAFT, SENT_BACK = "reviewwordscanary", "sentbackcanary"
DIRECT_ANSWER = "directanswercanary"  # of a trace whose items are open, without a queue
TRACE, OTHER_TRACE = "tracecanary", "othertracecanary"

# Not of the project, or not signed in.
_NOBODY: set[str] = set()
# `owner` manages both projects and annotates in every queue: others' answers of completed items.
MAY_SEE: dict[str, set[str]] = {
    OPEN_ANSWER: {"manager"},
    OPEN_NOTE: {"manager"},
    DONE_ANSWER: {"manager", "viewer", "reviewer", "owner"},
    DONE_NOTE: {"manager", "viewer", "reviewer", "owner"},
    DRAFT: _NOBODY,
    SKIP_REASON: {"manager"},
    REMARK: {"manager", "reviewer"},
    WAITING_ANSWER: {"manager", "reviewer"},
    APPROVED_ANSWER: {"manager", "viewer", "reviewer", "owner"},
    FINAL_ANSWER: {"manager", "viewer", "reviewer", "owner"},
    REFUSED_ANSWER: _NOBODY,
    REVIEW_DRAFT: {"reviewer"},
    SENT_BACK: {"manager", "reviewer"},
    DIRECT_ANSWER: {"manager", "viewer"},
    SECOND_NAME: {"manager", "viewer", "reviewer", "owner"},
    SECOND_EMAIL: {"manager", "viewer", "reviewer", "owner"},
    TRACE: {"manager", "viewer", "reviewer", "annotator", "owner"},
    OTHER_TRACE: {"other_manager", "owner"},
}


def leaks(actor: str, response: HttpResponseBase, body: str) -> list[str]:
    """The canaries in what was sent, headers too, that are not for this actor."""
    sent = body + "".join(f"\n{name}: {value}" for name, value in response.items())
    return [word for word, who in MAY_SEE.items() if word in sent and actor not in who]
