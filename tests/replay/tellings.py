"""A story on disk, and the same as a replay has to show it: a plain fold of what was up to then."""

import os
from collections.abc import Iterator
from pathlib import Path

from families import Story, Thread
from msgspec.structs import replace
from scribe import HOUR, START, line

from cctop.book.book import Book
from cctop.book.snapshot import Detail, Session
from cctop.engine.opening import open_book
from cctop.engine.painter import Painter
from cctop.engine.settings import Settings
from cctop.events import AgentMeta, Malformed, SpoolEvent, TranscriptEvent
from cctop.replay.births import copied
from cctop.replay.scene import Scene

META_NAMES = {
    "type": "agentType",
    "description": "description",
    "tool_use_id": "toolUseId",
    "parent_agent": "parentAgentId",
    "finished": "finished",
}
LATER = (START + 30 * 24 * HOUR) / 1000
"""When all was written, in seconds: long after it happened, whatever the time is here."""
Timed = tuple[int, TranscriptEvent]


def path_of(thread: Thread) -> str:
    """Where a thread's file lies below `projects`."""
    session = thread.session
    below = f"{session}/subagents/agent-{thread.agent}" if thread.agent else session
    return f"{thread.slug}/{below}.jsonl"


def put(story: Story, root: Path, data: dict[str, bytes] | None = None) -> Settings:
    """Write all files of a story below a config dir, or as much of them as `data` has."""
    for thread in story.threads:
        path = path_of(thread)
        write(root, path, thread.data if data is None else data[path])
    for (session, agent), told in story.metas.items():
        record = {META_NAMES[name]: value for name, value in told.items()}
        below = f"{session}/subagents/agent-{agent}.meta.json"
        write(root, f"-home-ada-web/{below}", line(record))
    return Settings(roots=(root,))


def write(root: Path, below: str, data: bytes) -> Path:
    """Append to a file below `projects`."""
    path = root / "projects" / below
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(data)
    os.utime(path, (LATER, LATER))
    return path


def scene_of(settings: Settings, session: str, heard: list[SpoolEvent] | None = None) -> Scene:
    """A session's scene with all of it read; `heard` is what hooks told."""
    scene = Scene(settings, session)
    scene._spool = Told(heard or [])  # type: ignore[assignment]
    while not scene.complete:
        scene.read(60)
    return scene


class Told:
    """A spool that has said it all at once."""

    def __init__(self, events: list[SpoolEvent]) -> None:
        self._events = events

    def read(self) -> list[SpoolEvent]:
        events, self._events = self._events, []
        return events


class Prefix:
    """Folds exactly what had happened by a time, file by file, from nothing."""

    def __init__(
        self, settings: Settings, session: str, heard: list[SpoolEvent] | None = None
    ) -> None:
        self.session = session
        self._settings = settings
        self._heard = heard or []
        self.reader, _ = open_book(settings)
        self.reader.look()
        files: dict[int, list[TranscriptEvent]] = {}
        for item in self.reader.follower.read():
            for event in self.reader._decode(item):
                files.setdefault(event.origin.file, []).append(event)
        self._spans = self._spans_of(files)
        self.end = max(
            (s[1] for (whose, _), s in self._spans.items() if whose == session), default=0
        )
        self.files = [list(self._timed(events)) for events in files.values()]
        self._let_forks_be_born(files)
        own = (at for file in self.files for at, e in file if e.origin.session == session)
        self.times = sorted(set(own))

    def _let_forks_be_born(self, files: dict[int, list[TranscriptEvent]]) -> None:
        """What a fork copied is as of its birth."""
        book = Book(self.reader.prices)
        for events in files.values():
            book.apply(events)
        book.apply_spool(self._heard)
        book.settle()
        for file in self.files:
            events = [event for _, event in file]
            if isinstance(events[0], AgentMeta) or events[0].origin.agent:
                continue
            session = book.sessions[events[0].origin.session]
            count = copied(book, session, events)
            file[:count] = [(max(at, session.born), event) for at, event in file[:count]]

    @staticmethod
    def _spans_of(
        files: dict[int, list[TranscriptEvent]],
    ) -> dict[tuple[str, str], tuple[int, int]]:
        spans = {}
        for events in files.values():
            times = [event.at for event in events if event.at]
            if times:
                spans[events[0].origin.session, events[0].origin.agent] = times[0], max(times)
        return spans

    def _timed(self, events: list[TranscriptEvent]) -> Iterator[Timed]:
        if isinstance(events[0], AgentMeta):
            key = events[0].origin.session, events[0].origin.agent
            first, last = self._spans.get(key, (self.end, self.end))
            yield first, replace(events[0], finished=False)
            yield last, events[0]
            return
        last = 0
        first = next((event.at for event in events if event.at), self.end)
        for event in events:
            last = event.at or (isinstance(event, Malformed) and last) or first
            yield last, event

    def picture(self, at: int) -> tuple[Session, Detail] | None:
        """The session's line and details at a time."""
        book = Book(self.reader.prices)
        for file in self.files:
            book.apply(event for when, event in file if when <= at)
        book.apply_spool(event for event in self._heard if event.at <= at)
        settings = self._settings
        paths = self.reader.follower.path_of
        painter = Painter(book, paths, settings.rule, settings.windows)
        lines = [s for s in painter.paint(at).sessions if s.id == self.session]
        detail = painter.detail(self.session, at)
        if not lines or detail is None:
            return None
        return plain(lines[0], detail)


def plain(session: Session, detail: Detail) -> tuple[Session, Detail]:
    """The same without the counters of changes."""
    line = replace(session, version=0, transcript_gone=False)
    return line, replace(detail, session=line)


def shown(scene: Scene, at: int) -> tuple[Session, Detail] | None:
    """What a scene shows at a time."""
    picture = scene.picture(at)
    assert picture.at == at
    if not picture.sessions or picture.detail is None:
        return None
    assert picture.detail.session is picture.sessions[0]
    return plain(picture.sessions[0], picture.detail)


def difference(
    one: tuple[Session, Detail] | None, other: tuple[Session, Detail] | None
) -> list[str]:
    """What two pictures show differently, field by field."""
    if one is None or other is None:
        return [] if one is other else [f"{one and 'something'} != {other and 'something'}"]
    return [
        f"{name}: {getattr(a, name)} != {getattr(b, name)}"
        for a, b in zip(one, other, strict=True)
        for name in a.__struct_fields__
        if name != "session" and getattr(a, name) != getattr(b, name)
    ]
