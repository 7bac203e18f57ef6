"""Which sessions share lines with one: forks of it, and what it was forked from.

Of a line that several sessions hold, only one made the call; who, the fold finds out of all that
is known of them. So they have to be read, too. What makes lines one are their ids, which are
looked for in the bytes of the other sessions' files: that takes a second or two a gigabyte.
"""

import re
from collections.abc import Iterable, Iterator

from cctop.book import calls, claims
from cctop.events import ApiError, Compaction, Prompt, Response, TranscriptEvent

_CHUNK = 1 << 20  # bytes looked through at once
_LONGEST = 200  # bytes of an id
_OVERLAP = _LONGEST + 20
_id = re.compile(rb'"(?:id|uuid)"\s*:\s*"([^"\\]{1,200})"')


class Kin:
    """What the lines of a family are known by."""

    def __init__(self) -> None:
        self.makers: set[str] = set()  # sessions that copied lines name as theirs
        self.keys: list[tuple[str, ...]] = []  # of the entries, as the store knows them
        self._ids: set[bytes] = set()

    def meet(self, events: Iterable[TranscriptEvent]) -> None:
        """Learn from events of a member."""
        for event in events:
            if isinstance(event, Response):
                self.keys.append(calls.key_of(event))
                self._ids.add((event.message_id or event.uuid).encode("utf-8", "replace"))
            elif isinstance(event, Prompt | Compaction | ApiError):
                maker, agent = event.maker or event.origin.session, event.origin.agent
                self.keys.append(claims.key_of(event.uuid, maker, agent))
                self._ids.add(event.uuid.encode("utf-8", "replace"))
            else:
                continue
            if event.maker:
                self.makers.add(event.maker)

    def shares(self, path: str) -> Iterator[bool]:
        """Look through a file piece by piece: yield whether it shares a line, until it does."""
        end = b""
        try:
            with open(path, "rb", buffering=0) as file:
                while data := file.read(_CHUNK):
                    found = not self._ids.isdisjoint(_id.findall(end + data))
                    yield found
                    if found:
                        return
                    end = data[-_OVERLAP:]
        except OSError:
            return
