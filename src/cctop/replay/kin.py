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
_COPIED = 60_000  # ms: a line that is older than its file by more was not just written
_OVERLAP = _LONGEST + 20
_id = re.compile(rb'"(?:id|uuid)"\s*:\s*"([^"\\]{1,200})"')


class Kin:
    """What the lines of a family are known by."""

    def __init__(self) -> None:
        self.makers: set[str] = set()  # sessions that copied lines name as theirs
        self.keys: list[tuple[str, ...]] = []  # of the entries, as the store knows them
        self._ids: set[bytes] = set()
        self._searched: dict[str, int] = {}  # path → bytes

    def meet(self, events: Iterable[TranscriptEvent], written: int) -> None:
        """Learn from events of a member, in a file that was `written` to at that time, ms."""
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
            if event.at < written - _COPIED:
                self._searched.clear()

    def shares(self, path: str, size: int) -> Iterator[bool]:
        """Look through what is new in a file of `size` bytes, piece by piece: yield whether it
        shares a line, until it does. What a stranger copies, it copies after it was written: so
        once a file was looked through, it need not be again, unless a member copies.
        """
        start = self._searched.get(path, 0)
        start = start if start <= size else 0
        try:
            with open(path, "rb", buffering=0) as file:
                file.seek(max(0, start - _OVERLAP))
                end = b""
                while data := file.read(_CHUNK):
                    found = not self._ids.isdisjoint(_id.findall(end + data))
                    yield found
                    if found:
                        return
                    end = data[-_OVERLAP:]
                self._searched[path] = file.tell()
        except OSError:
            return

    def grow(self) -> None:
        """Take in that the family has a new member: strangers may share lines with that one."""
        self._searched.clear()
