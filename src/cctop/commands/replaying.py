"""Opens the session that the command line names."""

from cctop.commands.fault import FAILED, Fault
from cctop.engine.settings import Settings
from cctop.replay.open import Candidate, ReplayError, open_replay
from cctop.replay.player import Player
from cctop.report.times import local
from cctop.text import clean


def replay_of(settings: Settings, wanted: str) -> Player:
    """Return the replay of a session. Raises `Fault` for an unknown one, with those near it."""
    try:
        return open_replay(settings, wanted)
    except ReplayError as error:
        near = [_line(one) for one in error.candidates]
        raise Fault(FAILED, f"{error}{':' if near else ''}", *near) from error


def _line(one: Candidate) -> str:
    return f"  {clean(one.id, 255)}  {local(one.at):16}  {clean(one.slug, 60)}"
