"""Files that exist only in memory, and the book that is made of them."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace
from scribe import START, line

from cctop.book.book import Book
from cctop.book.calls import Prices
from cctop.book.milestones import Rule
from cctop.book.snapshot import Detail, Session, Snapshot
from cctop.engine.painter import Painter
from cctop.events import (
    AgentMeta,
    Gone,
    Live,
    Liveness,
    Origin,
    Registry,
    Reset,
    TranscriptEvent,
    Usage,
)
from cctop.prices.rates import Cost, Rates, price
from cctop.sources.transcripts.decode import Decoder
from cctop.text import Clean

ROOT = "/home/ada/.claude"
SLUG = "-home-ada-web"

RATES = Rates(4_000_000, 20_000_000, 200_000, 5_000_000, 8_000_000)
LONG = Rates(*(5 * rate for rate in (4_000_000, 20_000_000, 200_000, 5_000_000, 8_000_000)))


class PlainPrices:
    """One price for all, dearer for long prompts; models called "unheard-of" have none."""

    def cost(self, model: str, at: int, usage: Usage, speed: str, geo: str) -> Cost | None:
        if model.startswith("unheard-of"):
            return None
        return price(usage, LONG if usage.prompt > 100_000 else RATES)


class File:
    """One file, its decoder, and how much was written to it."""

    def __init__(self, origin: Origin, path: str) -> None:
        self.origin = origin
        self.path = path
        self.restart()

    def restart(self) -> None:
        self.decoder = Decoder(self.origin)
        self.size = 0

    def decode(self, data: bytes) -> list[TranscriptEvent]:
        events = self.decoder.decode(data, self.size)
        self.size += len(data)
        return events


class World:
    """A book, and the files that feed it."""

    def __init__(
        self,
        prices: Prices | None = None,
        rule: Rule | None = None,
        windows: dict[str, int] | None = None,
    ) -> None:
        prices = prices or PlainPrices()
        self.book = Book(prices)
        self.files: list[File] = []
        self._by_path: dict[str, File] = {}
        self.painter = Painter(self.book, self.path_of, rule or Rule(), windows or {})

    def path_of(self, file: int) -> str:
        return self.files[file].path

    def file(self, session: str, agent: str = "", root: str = ROOT, slug: str = SLUG) -> File:
        path = f"{root}/projects/{slug}/{session}{f'/{agent}' if agent else ''}.jsonl"
        known = self._by_path.get(path)
        if known is None:
            origin = Origin(len(self.files), session, agent, root, slug)
            known = self._by_path[path] = File(origin, path)
            self.files.append(known)
        return known

    def feed(self, session: str, *records: Any, **where: str) -> list[TranscriptEvent]:
        """Write records (or lists of them, or raw bytes) to a session's file."""
        return self.feed_bytes(b"".join(map(encoded, flat(records))), self.file(session, **where))

    def feed_bytes(self, data: bytes, file: File) -> list[TranscriptEvent]:
        events = file.decode(data)
        self.book.apply(events)
        return events

    def reset(self, file: File) -> None:
        """The file is read from its start again."""
        file.restart()
        self.book.apply([Reset(file.origin, 0, 0)])

    def lose(self, file: File) -> None:
        """The file was deleted."""
        self.book.apply([Gone(file.origin, 0, 0)])

    def tell(self, session: str, agent: str, *, file: str = "meta", **told: Any) -> None:
        """Write a subagent's `.meta.json`."""
        origin = self.file(session, f"{agent}.{file}").origin
        fields: dict[str, Any] = {"type": "", "description": "", "tool_use_id": "", "model": ""}
        self.book.apply([AgentMeta(replace(origin, agent=agent), 0, 0, **(fields | told))])

    def run(self, **statuses: str) -> None:
        """Say which sessions run now."""
        self.book.apply_registry(Registry(tuple(live(id, word) for id, word in statuses.items())))

    def paint(self, now: int = START, focus: str | None = None) -> Snapshot:
        return self.painter.paint(now, focus)

    def session(self, id: str, now: int = START) -> Session:
        return next(session for session in self.paint(now).sessions if session.id == id)

    def detail(self, id: str, now: int = START) -> Detail:
        self.paint(now)
        detail = self.painter.detail(id, now)
        assert detail is not None
        return detail

    def picture(self, now: int) -> dict[str, tuple[Session, Detail]]:
        """All that can be seen at one time, without the counters of changes."""
        return picture(self.painter, now)


def picture(painter: Painter, now: int) -> dict[str, tuple[Session, Detail]]:
    seen = {}
    for session in painter.paint(now).sessions:
        detail = painter.detail(session.id, now)
        assert detail is not None
        assert detail.session == session
        plain = replace(session, version=0)
        seen[session.id] = plain, replace(detail, session=plain)
    return seen


def differences(
    one: dict[str, tuple[Session, Detail]], other: dict[str, tuple[Session, Detail]]
) -> list[str]:
    """What two pictures show differently, field by field."""
    found = [f"only in one: {id}" for id in one.keys() ^ other.keys()]
    for id in one.keys() & other.keys():
        for a, b in zip(one[id], other[id], strict=True):
            for name in a.__struct_fields__:
                was, became = getattr(a, name), getattr(b, name)
                if name != "session" and was != became:
                    found.append(f"{id[:8]}.{name}: {was} != {became}")
    return found


def live(session: str, word: str, since: int = START, **more: Any) -> Live:
    fields: dict[str, Any] = {"root": ROOT, "pid": 7, "cwd": Clean("/home/ada/web")}
    fields |= {"name": Clean(""), "status": Liveness(word), "since": since}
    return Live(session=session, **(fields | more))


def flat(records: Iterable[Any]) -> Iterator[Any]:
    for record in records:
        if isinstance(record, list):
            yield from flat(record)
        else:
            yield record


def encoded(record: Any) -> bytes:
    return record if isinstance(record, bytes) else line(record)
