"""What the store keeps of files, read beside the one who writes it: from any thread."""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from cctop.events import Origin, TranscriptEvent
from cctop.store import wire
from cctop.store.faults import sound
from cctop.store.readonly import open_read_only


def told_by(path: Path, file: int, origin: Origin) -> Iterator[Sequence[TranscriptEvent]]:
    """Yield what a file said, piece by piece, as events of `origin`; `file` is the number of its
    row. Raises `StoreError`.
    """
    with sound(path), closing(open_read_only(path)) as store:
        query = "SELECT events FROM chunk WHERE file = ? ORDER BY id"
        for (chunk,) in store.execute(query, (file,)):
            yield wire.unpack(zlib.decompress(chunk), origin)
