"""What is packed changes nothing: a book that packs early says what one says that packs nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
from families import Story, families
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proofs import check
from scribe import HOUR, MINUTE, START, Json, answer, result, tool_use, usage
from test_book_property import Telling
from test_book_timeline import Watched
from test_proof_property import told, watched
from test_trace_property import live, traces
from troubles import Trouble, troubles
from world import PlainPrices, World, differences

from cctop.book import shelf, spoken
from cctop.book.column import Column
from cctop.book.course import POINTS
from cctop.book.shelf import BLOCK, LIVE
from cctop.events import Usage
from cctop.prices.rates import Cost

chances = st.randoms(use_true_random=False)
sizes = st.tuples(st.integers(0, 3), st.integers(1, 3))
often = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def packing(size: tuple[int, int]) -> Iterator[None]:
    """Pack all but so many entries, so many at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "LIVE", size[0])
        patch.setattr(shelf, "BLOCK", size[1])
        patch.setattr(spoken, "LIVE", size[0])
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


def said(number: int, output: int = 20) -> list[Json]:
    """A response that asks for a tool: one a second."""
    return answer(
        START + 1000 * number,
        usage(10, output, 1_000),
        [tool_use("Read", f"toolu_{number:020}", file_path=f"/home/ada/web/{number % 7}.py")],
        id=f"msg_01{number:022}",
        request=None,
        stop="tool_use",
    )


def answered(number: int) -> Json:
    return result(START + 1000 * number + 500, f"toolu_{number:020}")


def tell(world: World, numbers: range, *, answers: bool = True) -> None:
    for first in numbers[::250]:
        some = numbers[first - numbers[0] :][:250]
        world.feed("s", [said(n) for n in some], [answered(n) for n in some if answers])


@pytest.mark.parametrize("answers", [True, False])
def test_of_a_long_session_only_the_newest_are_kept_as_they_are(answers: bool) -> None:
    world = World()
    for part in range(3):
        tell(world, range(4_000 * part, 4_000 * (part + 1)), answers=answers)
        session = world.book.sessions["s"]
        for one, of in ((session.calls, world.book._calls), (session.tools.of, world.book._tools)):
            assert len(one) == 4_000 * (part + 1)
            assert len(one.live) <= LIVE + 2 * BLOCK
            assert of.live.keys() == {entry.key for entry in one.live}
        assert len(session.tools._open.get("", {})) <= LIVE + 2 * BLOCK
        shown = world.detail("s", START + HOUR)
        assert (shown.session.api_calls, shown.session.tool_calls) == (len(one), len(one))
        assert len(shown.points) <= POINTS
        newest, count = session.tools.open_since("", 0)
        assert count == (0 if answers else len(one))
        assert (newest is None) is answers


def test_a_late_line_finds_the_call_that_is_packed() -> None:
    world = World()
    tell(world, range(3_000))
    before = world.session("s", START + HOUR)
    session = world.book.sessions["s"]
    packed = sum(block.count for block in session.calls.blocks)
    world.feed("s", [said(n) for n in range(0, 3_000, 10)])
    world.feed("copy", [said(n) for n in range(200)], said(9_999))
    again = world.session("s", START + HOUR)
    assert (again.api_calls, again.tokens, again.cost) == (3_000, before.tokens, before.cost)
    world.feed("s", said(7, output=21), answered(7))
    grown = world.session("s", START + HOUR)
    assert (grown.api_calls, grown.tokens.output) == (3_000, before.tokens.output + 1)
    # What others hold stays as it is; the rest is packed again as the session goes on.
    tell(world, range(3_000, 6_000))
    assert sum(block.count for block in session.calls.blocks) >= packed
    assert world.session("copy", START + HOUR).api_calls == 1


class Beyond(PlainPrices):
    """A response of 999 tokens costs more than 64 bits hold."""

    def cost(self, model: str, at: int, usage: Usage, speed: str, geo: str) -> Cost | None:
        if usage.output == 999:
            return Cost(output=1 << 70)
        return super().cost(model, at, usage, speed, geo)


def test_what_cannot_be_packed_stays_as_it_is() -> None:
    world = World(Beyond())
    world.feed("s", said(0, output=999))
    tell(world, range(1, 4_000))
    session = world.book.sessions["s"]
    assert len(session.calls) == 4_000
    assert session.calls.blocks
    assert world.session("s", START + HOUR).cost > 1 << 70
    assert world.detail("s", START + HOUR).points[-1].cost == session.meter.cost


def test_a_family_that_leaves_takes_the_packed_along() -> None:
    world = World()
    tell(world, range(3_000))
    world.book.evict({world.book.sessions["s"]})
    assert not world.book._calls.live
    tell(world, range(3_000))
    assert world.session("s", START + HOUR).api_calls == 3_000


@given(st.lists(st.integers(-(1 << 70), 1 << 70)))
def test_a_column_holds_any_numbers(numbers: list[int]) -> None:
    column = Column()
    for number in sorted(numbers):
        column.append(number)
    assert list(column.of) == sorted(numbers)
    assert [column.place(number) for number in sorted(set(numbers))] == [
        sorted(numbers).index(number) for number in sorted(set(numbers))
    ]
