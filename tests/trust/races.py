"""Every pair of actions that may meet at one item, and what must come of it by docs/rules.md.

A race is a scene, two plays, and a verdict on what both were told and on the rows afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass

from . import plays, scenes, verdicts
from .acting import Ground
from .puppets import Outcome, Play
from .scenes import Scene


@dataclass(frozen=True)
class Race:
    scene: Callable[[Ground], Scene]
    plays: tuple[Play, Play]
    verdict: Callable[[Scene, Outcome, Outcome], None]


RACES = {
    "submit against lapse": Race(
        scenes.lapsed_hold, (plays.first_submits, plays.sweep), verdicts.submit_wins_over_lapse
    ),
    "submit after a lapse against somebody else's claim": Race(
        scenes.lapsed_hold, (plays.first_submits, plays.second_claims), verdicts.one_of_two_gets_it
    ),
    "submit against pause": Race(
        scenes.one_hold, (plays.first_submits, plays.pause), verdicts.submitted_and_paused
    ),
    "two picks of one item": Race(
        scenes.nothing_held, (plays.first_picks, plays.second_picks), verdicts.one_pick_wins
    ),
    "two tabs of one person": Race(
        scenes.nothing_held,
        (plays.first_claims, plays.first_claims),
        verdicts.both_tabs_show_one_hold,
    ),
    "two tabs of one person, two items": Race(
        scenes.two_items, (plays.first_claims, plays.first_claims), verdicts.both_tabs_show_one_hold
    ),
    "submit after a lapse in one tab, next in the other": Race(
        scenes.lapsed_one_of_two,
        (plays.first_submits, plays.first_claims),
        verdicts.submitted_and_another_next,
    ),
    "submit after a release in one tab, pick in the other": Race(
        scenes.released_one_of_two,
        (plays.first_submits, plays.first_picks),
        verdicts.submitted_and_no_second_place,
    ),
    "sent back while its annotator asks": Race(
        scenes.in_review,
        (plays.first_rejects_then_claims, plays.second_claims),
        verdicts.comes_back_to_its_annotator,
    ),
    "double click": Race(
        scenes.one_hold,
        (plays.first_submits, plays.first_submits),
        verdicts.both_done_counted_once,
    ),
    "the last two items at once": Race(
        scenes.last_two, (plays.first_submits, plays.second_submits), verdicts.both_in_and_complete
    ),
    "submit X then next Y against submit Y then next X": Race(
        scenes.crossing,
        (plays.first_goes_on, plays.second_goes_on),
        verdicts.each_got_the_others_item,
    ),
    "annotator removed while submitting": Race(
        scenes.one_hold, (plays.first_submits, plays.remove_first), verdicts.in_or_turned_away
    ),
    "queue closed while submitting": Race(
        scenes.one_hold, (plays.first_submits, plays.close), verdicts.in_or_kept
    ),
    "queue archived while submitting": Race(
        scenes.one_hold, (plays.first_submits, plays.archive), verdicts.in_or_kept
    ),
    "item removed while submitting": Race(
        scenes.one_hold, (plays.first_submits, plays.take_out), verdicts.in_or_removed
    ),
    "queue closed while claiming": Race(
        scenes.nothing_held, (plays.first_claims, plays.close), verdicts.claimed_or_not_open
    ),
    "queue paused while claiming": Race(
        scenes.nothing_held, (plays.first_claims, plays.pause), verdicts.claimed_or_paused
    ),
    "annotator removed while claiming": Race(
        scenes.nothing_held, (plays.first_claims, plays.remove_first), verdicts.claimed_or_not_open
    ),
    "submit in one tab, skip in the other": Race(
        scenes.one_hold, (plays.first_submits, plays.first_skips), verdicts.skipped_or_submitted
    ),
    "submit against a manager's release": Race(
        scenes.one_hold, (plays.first_submits, plays.release), verdicts.both_done_counted_once
    ),
    "extend after a lapse against the sweep": Race(
        scenes.lapsed_hold, (plays.first_extends, plays.sweep), verdicts.extended_or_lapsed
    ),
    "extended in time against the sweep": Race(
        scenes.lapsed_hold,
        (plays.first_extended_in_time, plays.sweep),
        verdicts.kept_if_extended,
    ),
    "autosave after a lapse against somebody else's claim": Race(
        scenes.lapsed_hold, (plays.first_saves, plays.second_claims), verdicts.kept_in_any_case
    ),
    "the last submit against adding": Race(
        scenes.only_item_held, (plays.first_submits, plays.add_one), verdicts.awake_with_new_work
    ),
    "N lowered while held": Race(
        scenes.half_done, (plays.second_submits, plays.lower_to_one), verdicts.accepted_or_revoked
    ),
    "N raised while the last answer comes in": Race(
        scenes.one_hold, (plays.first_submits, plays.raise_to_two), verdicts.one_more_after_raise
    ),
    "N raised while a trace is added": Race(
        scenes.nothing_held, (plays.add_one, plays.raise_to_two), verdicts.all_want_two
    ),
    "approve against reject": Race(
        scenes.in_review, (plays.first_approves, plays.second_rejects), verdicts.one_decision
    ),
    "undo against a reviewer opening": Race(
        scenes.waiting_for_review,
        (plays.first_undoes, plays.first_opens),
        verdicts.undone_or_opened,
    ),
    "two undo the last answers of a queue": Race(
        scenes.just_completed,
        (plays.first_undoes, plays.second_undoes),
        verdicts.both_undone_and_active_once,
    ),
    "two people join at once": Race(
        scenes.one_member, (plays.third_joins, plays.fourth_joins), verdicts.each_has_a_place
    ),
    "two reviewers open one item": Race(
        scenes.waiting_for_review, (plays.first_opens, plays.second_opens), verdicts.one_reviewer
    ),
}
