"""Holds once somebody has them: kept, ended, lapsed, and those of reviewers."""

from .ending import release_hold, release_review_hold, skip_item
from .expiry import reap
from .keeping import own_hold_time, park_hold, renew
from .reviewing import next_review, open_review, release_review, renew_review

__all__ = [
    "next_review",
    "open_review",
    "own_hold_time",
    "park_hold",
    "reap",
    "release_hold",
    "release_review",
    "release_review_hold",
    "renew",
    "renew_review",
    "skip_item",
]
