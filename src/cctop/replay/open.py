"""Which session is meant, and its replay."""

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from cctop.clock import now_ms
from cctop.engine.settings import Settings
from cctop.replay.places import last_time, mains, place_of
from cctop.replay.player import Player
from cctop.store.faults import StoreError
from cctop.store.past import Past
from cctop.text import clean

LATEST = "latest"
NEAREST = 5  # sessions that are named where none is meant
MOST = 10  # … where several are
_NEWEST = 8  # files among which the session that was active last is looked for


class Candidate(Struct, frozen=True):
    """A session that can be replayed. `at` is when it was last active, ms."""

    id: str
    at: int
    slug: str
    path: str = ""  # of its main transcript, "" where that is gone


class ReplayError(Exception):
    """No session is meant by what the user wrote. The text is clean.

    `candidates` are those that might be meant.
    """

    def __init__(self, message: str, candidates: Iterable[Candidate] = ()) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


def open_replay(settings: Settings, wanted: str, clock: Callable[[], int] = now_ms) -> Player:
    """Return the replay of a session, not started yet.

    `wanted` is its id, the beginning of it, "latest", or the path of a main transcript, wherever
    that lies. Raises `ReplayError` for an unknown one.
    """
    path = Path(wanted).expanduser() if _is_path(wanted) else None
    if path is not None:
        if not path.is_file():
            raise ReplayError(f"there is no file {clean(wanted, 500)}")
        try:
            session, place = place_of(path)
        except ValueError as error:
            said = f"{clean(path.name)} is a subagent's transcript: open the one of its session"
            raise ReplayError(said) from error
        # A copy elsewhere stands alone; below the roots it is the session that is there.
        if place.root not in {str(root) for root in settings.roots}:
            settings = replace(settings, roots=(Path(place.root),), store=None)
        return Player(settings, session, clock, [place])
    return Player(settings, find(candidates(settings), wanted).id, clock)


def candidates(settings: Settings) -> list[Candidate]:
    """Return the sessions below the roots and in the store, the newest first."""
    found: dict[str, Candidate] = {}
    for main in mains(str(root) for root in settings.roots):
        path = f"{main.place.folder}/{main.session}.jsonl"
        found.setdefault(main.session, Candidate(main.session, main.at, main.place.slug, path))
    for kept in _kept(settings):
        found.setdefault(kept.id, kept)
    return sorted(found.values(), key=lambda one: (one.at, one.id), reverse=True)


def find(known: list[Candidate], wanted: str) -> Candidate:
    """Return the session with the id `wanted`, or the only one whose id begins so, or the latest.

    Raises `ReplayError` where there is none or more than one.
    """
    if not known:
        raise ReplayError("there are no sessions")
    if wanted == LATEST:
        return max(known[:_NEWEST], key=_last_active)
    start = wanted.lower()
    found = [one for one in known if one.id.lower().startswith(start)] if start else []
    exact = [one for one in found if one.id.lower() == start]
    if len(exact or found) == 1:
        return (exact or found)[0]
    shown = repr(clean(wanted, 80))
    if found:
        raise ReplayError(f"{len(found)} sessions begin with {shown}", found[:MOST])
    raise ReplayError(f"no session begins with {shown}", _nearest(known, start))


def _is_path(wanted: str) -> bool:
    return wanted.endswith(".jsonl") or "/" in wanted or "\\" in wanted


def _last_active(one: Candidate) -> tuple[int, str]:
    """Return when a session was active: a file can be written to without anything happening."""
    return (last_time(one.path) if one.path else 0) or one.at, one.id


def _nearest(known: list[Candidate], start: str) -> list[Candidate]:
    def likeness(one: Candidate) -> tuple[bool, float, int]:
        alike = SequenceMatcher(None, start[:64], one.id[: len(start)].lower()).ratio()
        return start[:64] in one.slug.lower(), alike, one.at

    return sorted(known, key=likeness, reverse=True)[:NEAREST]


def _kept(settings: Settings) -> list[Candidate]:
    """Return the sessions of which the store knows, below the same roots."""
    if settings.store is None or not settings.store.is_file():
        return []
    roots = {clean(str(root), 1000) for root in settings.roots}
    try:
        with Past(settings.store) as past:
            kept = past.sessions()
    except StoreError:
        return []
    return [Candidate(one.id, one.at, one.slug) for one in kept if one.root in roots]
