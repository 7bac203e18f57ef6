from collections.abc import Sequence

import pytest
from stage import Stage, on_stage, refreshes, trimmed
from textual.message import Message

from cctop.ui.widgets.feed import Feed, Items
from cctop.ui.widgets.parts import Part, Parts


class Numbers:
    """A log of numbers that notes which of them were looked at."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked: list[int] = []

    def __len__(self) -> int:
        return self.count

    def line(self, index: int, width: int) -> Sequence[Part]:
        self.asked.append(index)
        return [("line ", "dim"), (str(index), "")]


def items(count: int) -> Items:
    return Items(tuple((("line ", "dim"), (str(index), "")) for index in range(count)))


def numbers(feed: Feed) -> list[int]:
    return [int(line.split()[1]) for line in trimmed(feed) if line.startswith("line")]


def told(stage: Stage, kind: type[Message]) -> list[int]:
    return [
        message.index
        for message in stage.messages
        if type(message) is kind and isinstance(message, Feed.RowHighlighted)
    ]


async def test_a_long_log_is_looked_at_only_where_it_shows() -> None:
    source = Numbers(100_000)
    feed = Feed(source)
    async with on_stage(feed, size=(30, 6)):
        assert numbers(feed) == [99_995, 99_996, 99_997, 99_998, 99_999]
        assert trimmed(feed)[5] == "99995 above"
        assert set(source.asked) == set(range(99_995, 100_000))


async def test_a_feed_follows_its_newest_item() -> None:
    feed = Feed(items(3))
    async with on_stage(feed, size=(30, 4)) as (stage, pilot):
        assert numbers(feed) == [0, 1, 2]
        feed.show(items(9))
        await pilot.pause()
        assert numbers(feed) == [6, 7, 8]
        assert (feed.following, feed.index) == (True, 8)
        assert told(stage, Feed.RowHighlighted) == [2, 8]


async def test_the_cursor_stops_the_following_and_resumes_it() -> None:
    feed = Feed(items(9))
    async with on_stage(feed, size=(30, 4)) as (stage, pilot):
        feed.focus()
        await pilot.press("k")
        assert (feed.following, feed.index) == (False, 7)
        feed.show(items(20))
        await pilot.pause()
        assert (numbers(feed), feed.index) == ([6, 7, 8], 7)
        assert trimmed(feed)[3] == "6 above · 11 more below"
        await pilot.press("G")
        assert feed.following
        feed.show(items(21))
        await pilot.pause()
        assert numbers(feed) == [18, 19, 20]
        await pilot.press("enter")
        assert told(stage, Feed.RowSelected) == [20]


async def test_the_newest_can_come_first() -> None:
    feed = Feed(items(9), newest_first=True)
    async with on_stage(feed, size=(30, 4)) as (_, pilot):
        assert numbers(feed) == [8, 7, 6]
        feed.show(items(10))
        await pilot.pause()
        assert (numbers(feed), feed.index) == ([9, 8, 7], 9)
        feed.focus()
        await pilot.press("j", "j", "j")
        assert (numbers(feed), feed.index) == ([8, 7, 6], 6)
        feed.show(items(14))
        await pilot.pause()
        assert (numbers(feed), feed.index) == ([8, 7, 6], 6)
        assert trimmed(feed)[3] == "5 above · 6 more below"
        await pilot.press("g")
        assert feed.following


@pytest.mark.parametrize("newest_first", [False, True])
async def test_a_view_scrolled_away_stays(newest_first: bool) -> None:
    feed = Feed(items(20), newest_first=newest_first)
    async with on_stage(feed, size=(30, 4)) as (_, pilot):
        away = 3 if newest_first else -3
        assert feed.scroll_rows(away)
        before = numbers(feed)
        feed.show(items(25))
        await pilot.pause()
        assert (feed.following, numbers(feed), feed.index) == (False, before, 19)
        while feed.scroll_rows(-away):
            pass
        feed.show(items(26))
        await pilot.pause()
        assert (feed.following, feed.index) == (True, 25)
        assert 25 in numbers(feed)


async def test_another_log_starts_at_its_newest() -> None:
    feed = Feed(items(20))
    async with on_stage(feed, size=(30, 4)) as (_, pilot):
        feed.focus()
        await pilot.press("g")
        feed.show(items(9), fresh=True)
        await pilot.pause()
        assert (feed.following, numbers(feed)) == (True, [6, 7, 8])


async def test_a_log_that_shrank_keeps_the_cursor_within() -> None:
    feed = Feed(items(20), empty="no failures")
    async with on_stage(feed, size=(30, 4)) as (_, pilot):
        feed.focus()
        await pilot.press("k")
        feed.show(items(5))
        await pilot.pause()
        assert (feed.index, numbers(feed)) == (4, [2, 3, 4])
        feed.show(items(0))
        await pilot.pause()
        assert (feed.index, trimmed(feed)) == (None, ["no failures", "", "", ""])
        await pilot.press("enter", "j")
        feed.show(items(9))
        assert (feed.following, feed.index) == (True, 8)


async def test_the_same_lines_are_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = Feed(items(20))
    async with on_stage(feed, size=(30, 4)) as (_, pilot):
        await pilot.pause()
        noted = refreshes(feed, monkeypatch)
        feed.show(items(20))
        assert noted == []


async def test_a_long_line_is_cut() -> None:
    line: Parts = (("12:01:22 ", "dim"), ("Bash", "alarm"), (" exit 1  npm test", ""))
    feed = Feed(Items((line,)))
    async with on_stage(feed, size=(20, 2)):
        assert trimmed(feed) == ["12:01:22 Bash exit …", ""]


async def test_a_feed_keeps_its_end_in_view_when_resized() -> None:
    feed = Feed(items(20))
    async with on_stage(feed, size=(30, 8)) as (_, pilot):
        await pilot.resize_terminal(30, 4)
        await pilot.pause()
        assert numbers(feed) == [17, 18, 19]
