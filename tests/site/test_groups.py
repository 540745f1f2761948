"""A run of several processes keeps its groups; a version of pytest has lost them without a word."""

import pytest


@pytest.mark.xdist_group("kept")
def test_a_group_is_known_to_whoever_hands_out_the_tests(request: pytest.FixtureRequest) -> None:
    in_groups = getattr(request.config.option, "loadgroup", False)
    assert request.node.nodeid.endswith("@kept") == in_groups
