"""Machines whose steps are done twice, by a model in plain Python and by the product's own action.

What each answers or refuses must be equal; subclasses say what must be so after every step.
"""

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine

from reviews.invariants import check

from .acting import REFUSALS, Ground, Site, refusal
from .model_state import No

# Telling which step is to blame takes longer than finding that one is.
PHASES = [Phase.explicit, Phase.generate, Phase.shrink]
EXAMPLES = int(os.environ.get("EXAMPLES", "3000"))  # of the soak


def tier(examples: int, steps: int) -> settings:
    """So many examples, each of so many steps; the same ones each time, but for the soak."""
    return settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
        report_multiple_bugs=False, derandomize=not os.environ.get("SOAK"), print_blob=True,
        suppress_health_check=list(HealthCheck), phases=PHASES,
    )  # fmt: skip


def attempt(act: Callable[[], Any]) -> tuple[Any, str]:
    """What it answers, and the code of its refusal or ""."""
    try:
        return act(), ""
    except No as no:
        return None, no.code
    except REFUSALS as error:
        return None, refusal(error)


class Machine(RuleBasedStateMachine):
    """An example leaves nothing behind; `world` is the model, `site` the product."""

    ground: Ground
    counts: Counter[str]
    world: Any
    site: Site

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self) -> None:
        try:
            assert check() == []
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def both(self, name: str, predict: Callable[[], Any], act: Callable[[], Any]) -> Any:
        """What both answer, or None where both refuse alike."""
        self.world.order += 1
        self.counts[name] += 1
        wanted, code = attempt(predict)
        got, refused = attempt(act)
        assert refused == code, f"{name}: the model says {code or wanted!r}"
        if code:
            self.counts[f"refused: {code}"] += 1
            return None
        return wanted, got
