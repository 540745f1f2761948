"""Rules that feed queues: making and changing them, and running them."""

from .changing import change_rule, create_rule, delete_rule
from .feeding import feed, run_rule

__all__ = ["change_rule", "create_rule", "delete_rule", "feed", "run_rule"]
