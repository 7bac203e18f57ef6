"""What is packed changes nothing: a book that packs early says what one says that packs nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
from families import Story, families
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proofs import check
from scribe import HOUR, MINUTE
from test_book_property import Telling
from test_book_timeline import Watched
from test_proof_property import told, watched
from test_trace_property import live, traces
from troubles import Trouble, troubles
from world import differences

from cctop.book import shelf

chances = st.randoms(use_true_random=False)
sizes = st.tuples(st.integers(0, 3), st.integers(1, 3))
often = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def packing(size: tuple[int, int]) -> Iterator[None]:
    """Pack all but so many entries, so many at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "LIVE", size[0])
        patch.setattr(shelf, "BLOCK", size[1])
        yield


@often
@given(families, chances, sizes)
def test_what_is_packed_makes_no_difference(
    story: Story, chance: Random, size: tuple[int, int]
) -> None:
    straight = Telling(story).straight()
    with packing(size):
        crooked = Telling(story).crooked(chance)
        for now in (story.now + MINUTE, story.now + 24 * HOUR):
            assert differences(straight.picture(now), crooked.picture(now)) == []
            assert crooked.paint(now).fleet == straight.paint(now).fleet


@often
@given(troubles, chances, sizes)
def test_what_became_of_packed_failures_is_told(
    story: Trouble, chance: Random, size: tuple[int, int]
) -> None:
    straight = Telling(story).straight()
    with packing(size):
        crooked = Telling(story).crooked(chance)
        for ended in (True, False):
            assert traces(straight, ended=ended) == traces(crooked, ended=ended)
        assert live(straight) == live(crooked)
        now = story.now + HOUR
        assert differences(straight.picture(now), crooked.picture(now)) == []


@often
@given(families, chances, st.integers(0, 4), sizes)
def test_what_is_counted_as_it_comes_is_what_all_of_it_says(
    story: Story, chance: Random, tail: int, size: tuple[int, int]
) -> None:
    with packing(size):
        telling = Watched(story, tail)
        telling.crooked(chance)
        telling.world.paint(story.now + HOUR)
        telling.look()


@often
@given(families, chances, sizes)
def test_proofs_of_what_is_packed_hold(story: Story, chance: Random, size: tuple[int, int]) -> None:
    with packing(size):
        telling = watched(story)
        telling.crooked(chance)
        for session, proofs in told(telling).proofs(story.now + MINUTE):
            check(session, proofs)
