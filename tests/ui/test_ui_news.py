"""What is told when it happens, once, and never of what happened before."""

from factory import NOW, session, snapshot, usd
from msgspec.structs import replace

from cctop.book.snapshot import Fleet, Milestone, Progress, Snapshot, Status
from cctop.text import clean
from cctop.ui.news import News, Word


def picture(tokens: int = 0, at: int = 0, today: float = 0, **changes: object) -> Snapshot:
    reached = Milestone(tokens, at, usd(1.5)) if tokens else None
    listed = (replace(session(1, "web", Status.BUSY), milestone=reached),)
    return snapshot(sessions=listed, fleet=Fleet(today_cost=usd(today)), **changes)


def test_a_milestone_is_told_once() -> None:
    news = News(NOW, 0)
    assert news.of(picture()) == []
    assert news.of(picture(500_000, NOW + 5)) == [Word("web: 500k tokens, $1.50")]
    assert news.of(picture(500_000, NOW + 5)) == []
    assert news.of(picture(2_000_000, NOW + 9)) == [Word("web: 2M tokens, $1.50")]


def test_of_many_milestones_at_once_the_number_is_told() -> None:
    news = News(NOW, 0)
    reached = Milestone(5_000, NOW + 5, usd(0.1))
    listed = tuple(replace(session(n, "web", Status.BUSY), milestone=reached) for n in range(1, 51))
    assert news.of(snapshot(sessions=listed[:2])) == [Word("web: 5k tokens, $0.10")] * 2
    assert news.of(snapshot(sessions=listed)) == [Word("48 sessions reached a milestone")]
    assert news.of(snapshot(sessions=listed)) == []


def test_history_is_no_news() -> None:
    news = News(NOW, 0)
    assert news.of(picture(25_000, NOW - 5)) == []
    assert news.of(picture(50_000, NOW - 1)) == []


def test_nothing_is_told_while_history_loads() -> None:
    news = News(NOW, usd(10))
    reading = Progress(1, 2, 10, 20)
    assert news.of(picture(25_000, NOW + 5, 9, progress=reading)) == []
    assert news.of(picture(25_000, NOW + 5, 9)) == [Word("web: 25k tokens, $1.50")]


def test_every_quarter_of_the_budget_is_told_once() -> None:
    news = News(NOW, usd(10))
    assert news.of(picture(today=3)) == []
    assert news.of(picture(today=4.9)) == []
    half = Word("50 % of today's budget: $5.00 of $10.00")
    assert news.of(picture(today=5)) == [half]
    assert news.of(picture(today=5.1)) == []
    assert news.of(picture(today=10)) == [
        Word("100 % of today's budget: $10.00 of $10.00", urgent=True)
    ]
    assert news.of(picture(today=0.1)) == []  # a new day
    assert news.of(picture(today=5)) == [half]


def test_notices_are_told_once_even_while_history_loads() -> None:
    news = News(NOW, 0)
    noted = picture(notices=(clean("no watches left"),), progress=Progress(1, 2, 10, 20))
    assert news.of(noted) == [Word("no watches left")]
    assert news.of(noted) == []
