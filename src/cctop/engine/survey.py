"""What a scout does: reads the files of some sessions, and tells of each what is in it."""

from collections.abc import Collection, Iterator, Sequence

from cctop.engine.jobs import LARGEST, Outcome, Piece
from cctop.engine.kept import Standing
from cctop.events import Origin, TranscriptEvent
from cctop.sources.transcripts.decode import Decoder, told
from cctop.sources.transcripts.discover import Found
from cctop.sources.transcripts.document import Whole
from cctop.sources.transcripts.follow import Follower
from cctop.sources.transcripts.layout import Kind
from cctop.sources.transcripts.tail import Batch, Tail
from cctop.store import packing

_File = tuple[Origin, Found]


def survey(
    roots: Sequence[str], named: Collection[str], share: int, count: int
) -> Iterator[Outcome]:
    """Yield what was read of one of `count` shares of the files of the sessions that are `named`,
    the newest first; but for the largest.

    Their numbers mean nothing elsewhere: what a piece is of, the path in its standing says.
    """
    follower = Follower(roots)
    follower.scan()
    sessions = follower.untouched().items()
    files = [
        (origin, found)
        for session, files in sessions
        if session in named
        for origin, found in files
        if found.size <= LARGEST
    ]
    for origin, found in shared(files, count)[share]:
        try:
            events, standing = read_whole(origin, found)
            yield Outcome(origin.session, (Piece(origin.file, standing, packing.events(events)),))
        except (OSError, *packing.UNKEEPABLE):
            continue  # whoever sent the scout reads it, and says what is wrong


def shared(files: Sequence[_File], count: int) -> list[list[_File]]:
    """Deal files out, so that all shares have about the same size; each keeps the order."""
    shares: list[list[_File]] = [[] for _ in range(count)]
    sizes = [0] * count
    to: dict[str, int] = {}
    for _, found in sorted(files, key=lambda file: -file[1].size):
        to[found.path] = least = sizes.index(min(sizes))
        sizes[least] += found.size
    for origin, found in files:
        shares[to[found.path]].append((origin, found))
    return shares


def read_whole(origin: Origin, found: Found) -> tuple[list[TranscriptEvent], Standing]:
    """Read a file of which nothing was read before. Raises OSError."""
    is_document = found.layout.kind is Kind.META
    source = Whole(found, origin) if is_document else Tail(found, origin)
    decoder = Decoder(origin)
    events: list[TranscriptEvent] = []
    for item in source.read():
        if isinstance(item, Batch):
            events += decoder.decode(item.data, item.base_offset)
        else:
            events += told(item)
    bookmark = source.bookmark if isinstance(source, Tail) else None
    return events, (source.read_as, source.origin.session, bookmark, decoder.memory)
