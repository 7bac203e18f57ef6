"""A book opened: its reader, what makes pictures of it, and who reads the past for it."""

from typing import TYPE_CHECKING

from cctop.engine.painter import Painter
from cctop.engine.reader import Reader
from cctop.engine.settings import Settings
from cctop.store.faults import StoreError

if TYPE_CHECKING:
    from cctop.engine.crew import Crew
    from cctop.engine.scouts import Scouts

WORTHWHILE = 24 << 20  # bytes to read: for less, a worker is not worth its start


def open_book(
    settings: Settings,
    patience: float = 0.0,
    broken: StoreError | None = None,
    at: int | None = None,
) -> tuple[Reader, Painter]:
    """Return a reader with an empty book, and what makes pictures of it, or the only one at a time
    `at`, ms.

    `broken` is why an earlier one could not go on.
    """
    reader = Reader(settings, broken, at)
    paths = reader.follower.path_of
    painter = Painter(
        reader.book,
        paths,
        settings.rule,
        settings.windows,
        patience,
        settings.daily_budget,
        reader.history.gallery if reader.history is not None else None,
    )
    return reader, painter


def crew_for(
    reader: Reader, settings: Settings, now: int, nice: int = 0, scouts: "Scouts | None" = None
) -> "Crew | None":
    """Return workers for what is of the past, None where it is too little for them; `scouts` that
    are done may be among them.
    """
    if reader.follower.pending().bytes_left < WORTHWHILE:
        return None
    from cctop.engine.crew import hired  # noqa: PLC0415 - nearly every start does without

    return hired(reader, settings, now, nice, scouts)
