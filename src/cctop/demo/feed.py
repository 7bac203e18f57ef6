"""What Claude Code tells the status lines of the open sessions: official cost, limits, cache.

`docs/spool.md` has the format of the files; they lie in the folder `spool` of the demo's root.
"""

from collections.abc import Iterable

from cctop.demo.bill import PICO
from cctop.demo.files import Files
from cctop.demo.writer import Session, World
from cctop.prices.models import context_window

SPOOL = "spool"
_HOUR = 3_600_000
_FIVE_HOURS, _WEEK = 5 * _HOUR, 7 * 24 * _HOUR


class Feed:
    """Writes a status line for each session that was billed since the last one."""

    def __init__(self, files: Files, world: World) -> None:
        self._files = files
        self._world = world
        self._told: dict[str, int] = {}

    def tell(self, sessions: Iterable[Session]) -> None:
        """Tell the status lines of `sessions`, which run now."""
        limits = self._limits()
        for session in sessions:
            if session.total_cost != self._told.get(session.id):
                self._told[session.id] = session.total_cost
                self._files.put(f"{SPOOL}/status/{session.id}.json", self._line(session, limits))

    def _line(self, session: Session, limits: dict[str, object]) -> dict[str, object]:
        now = self._world.now
        status = {
            "session_id": session.id,
            "cwd": session.who.cwd,
            "model": {"id": session.model},
            "cost": {"total_cost_usd": session.total_cost / PICO},
            "context_window": {"context_window_size": context_window(session.model)},
            "prompt_cache": {"expires_at": (now + _HOUR) // 1000},
            "rate_limits": limits,
        }
        return {"v": 1, "at": now, "samples": [], "status": status}

    def _limits(self) -> dict[str, object]:
        """The plan's limits: made up, and the fuller the more the day has cost."""
        usd = sum(account.cost for account in self._world.truth().values()) / PICO
        now = self._world.now
        told = (
            ("five_hour", min(99.0, usd * 0.6), _FIVE_HOURS),
            ("seven_day", min(99.0, 55 + usd / 5), _WEEK),
        )
        return {
            name: {"used_percentage": round(used, 1), "resets_at": _end(now, length) // 1000}
            for name, used, length in told
        }


def _end(now: int, length: int) -> int:
    """When the window of that `length` that `now` lies in ends, ms."""
    return (now // length + 1) * length
