"""A config dir on disk, written with made-up records."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from world import encoded, flat

from cctop.book.snapshot import Detail, Session
from cctop.engine.reading import Reading, read_all
from cctop.engine.settings import Settings
from cctop.prices.rates import PICO


class Disk:
    """One config dir."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.projects = root / "projects"
        self.projects.mkdir(parents=True)

    def write(
        self, session: str, *records: Any, agent: str = "", slug: str = "-home-ada-web"
    ) -> Path:
        """Append records (or lists of them, or raw bytes) to a session's or a subagent's file."""
        below = f"{session}/subagents/agent-{agent}.jsonl" if agent else f"{session}.jsonl"
        return self.put(f"{slug}/{below}", b"".join(map(encoded, flat(records))))

    def put(self, below: str, data: bytes) -> Path:
        path = self.projects / below
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(data)
        return path

    @property
    def settings(self) -> Settings:
        return Settings(roots=(self.root,))

    def read(self, now: int) -> Reading:
        return read_all(self.settings, lambda: now)

    def sessions(self, now: int = 0) -> dict[str, Session]:
        return {session.id: session for session in self.read(now).snapshot.sessions}

    def detail(self, session: str, now: int = 0) -> Detail:
        return self.read(now).detail(session)


def usd(pico: int) -> Decimal:
    """An amount in USD, exactly."""
    return Decimal(pico) / PICO
