"""History: what is kept between two starts, and which sessions rest outside of the book.

A session that rests has ended, said nothing for some minutes, and copied from nobody who still
works: nothing in its picture moves with time any more but the trend of its last hour. It leaves the
book for the store, and comes back, whole and with its family, when a file of it grows, a process or
a hook names it, or another session turns out to hold lines of it.

A report keeps pictures of those that may still be at work, too: they doze. Such a picture holds for
some minutes, as long as nothing new is told of the session, and only for a later report: a screen
has all of them in its book.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from cctop.book.book import Book
from cctop.book.session import SessionState
from cctop.engine.gallery import Gallery
from cctop.engine.jobs import Outcome
from cctop.engine.keeper import Keeper
from cctop.engine.kept import NOBODY, Describe, found_in, keys_in, pictures_of
from cctop.engine.rest import Bedtime
from cctop.events import Gone, Live, Origin, SpoolEvent, StatusLine, TranscriptEvent
from cctop.sources.transcripts.files import Past
from cctop.sources.transcripts.follow import Follower
from cctop.store import packing
from cctop.store.faults import DamagedError, StoreError
from cctop.store.rows import Doze, FileRow, Resting
from cctop.store.store import Store
from cctop.text import Clean

if TYPE_CHECKING:
    from cctop.sources.transcripts.decode import Decoder

_BATCH = 50  # sessions that are put to rest at once

Events = Sequence[TranscriptEvent]


class History:
    """Keeps the book small and the store up to date. For the engine's thread alone. `at` is the
    time, ms, at which a report is made of it; without one nobody dozes.

    Raises `StoreError` at any time: then the store is of no use, and with it what rests. Who holds
    the book has to begin anew.
    """

    def __init__(
        self, store: Store, book: Book, roots: Iterable[str], at: int | None = None
    ) -> None:
        self._store = store
        self._book = book
        self._roots = frozenset(roots)
        self._rows = {row.path: row for row in store.files() if row.root in self._roots}
        sessions = {row.session for row in self._rows.values()}
        self.gallery = Gallery(store, book.minutes, at)
        frozen = self.gallery.frozen.keys()
        # Those whose picture is out of date, and those that never rested: of the latter it is not
        # known who is of their family, so that nobody may rest before they are back.
        self._stale = (store.outdated | self.gallery.lapsed) & sessions
        self._loose = sessions - frozen - self._stale
        self._away = frozen | self._stale | self._loose  # known, and not in the book
        self._restless: set[str] = set()  # sessions that cannot be kept as pictures
        self._returned: set[str] = set()
        self._is_pruned = False
        self._follower: Follower | None = None
        self._keeper: Keeper | None = None

    def past(self) -> dict[str, Past]:
        """What an earlier process read, by path."""
        return {
            path: Past(found_in(row), row.session, row.bookmark) for path, row in self._rows.items()
        }

    def remind(self, decoder: "Decoder", file: int) -> None:
        """Let a decoder know what an earlier one remembered of a file."""
        assert self._follower is not None
        source = self._follower.source(file)
        if source is not None and (row := self._rows.get(source.came_from)) is not None:
            decoder.resume(row.memory)

    def begin(self, follower: Follower, decoders: "dict[int, Decoder]") -> None:
        """Start with what `follower` has found by its first scan."""
        self._follower = follower
        self._keeper = Keeper(self._store, self._rows, follower, decoders)
        self.thaw(self._keeper.follow_moves())
        self.gallery.miss(tuple(self.gallery.frozen), self._keeper.is_gone)

    @property
    def notice(self) -> Clean:
        """What is wrong with the store, or ""."""
        return Clean(self._store.notice)

    def family_of(self, session: str) -> set[str]:
        """The session and those of a family with it, as far as they rest."""
        return self._family({session})

    def _family(self, sessions: set[str]) -> set[str]:
        # The store has forgotten a family of which another cctop was first to bring one back.
        return self._store.family(sessions) | self.gallery.family(sessions)

    def kept_of(self, sessions: Iterable[str]) -> list[FileRow]:
        """What is kept of the files of sessions, as far as it was read until now."""
        self.keep()
        rows = [row for session in sessions for row in self._store.files_of(session)]
        return [row for row in rows if row.root in self._roots]

    # Coming back.

    def thaw_next(self) -> bool:
        """Fold one family whose picture is out of date; say whether there was one."""
        for waiting in (self._loose, self._stale):
            if waiting:
                self.thaw([max(waiting)])
                return True
        return False

    def meet(self, origin: Origin, events: Events) -> bool:
        """Bring back whoever these events concern; say whether they are to be folded at all."""
        if not self._away:
            return True
        frozen = self.gallery.frozen
        if len(events) == 1 and isinstance(events[0], Gone) and origin.session in frozen:
            assert self._keeper is not None
            self.gallery.miss([origin.session], self._keeper.is_gone)
            return False
        hashes, concerned = keys_in(events)
        concerned |= {origin.session} | self._store.holders(hashes)
        if not concerned.isdisjoint(self._away):
            self.thaw(concerned)
        return True

    def thaw(self, sessions: Iterable[str]) -> None:
        """Bring sessions back into the book, with their families."""
        family = self._family(self._away.intersection(sessions)) & self._away
        self._away -= family
        taken = self.gallery.take(family)
        self._returned.update(frozen.summary.id for frozen in taken if frozen.heard)
        self._stale -= family
        self._loose -= family
        for id in sorted(family):
            for row in self._store.files_of(id):
                if row.root in self._roots:
                    self._refold(row)

    def hear(
        self, events: Sequence[SpoolEvent], live: Mapping[str, Live], dead: Iterable[str]
    ) -> list[SpoolEvent]:
        """Bring back the sessions that run, or of which a hook or status line tells something new;
        return what is to be folded, which is all but what pictures know. `dead` are those whose
        process is.
        """
        frozen = self.gallery.frozen
        if not frozen:
            return list(events)
        wanted = {e.session for e in events if e.session in frozen and self._is_news(e)}
        wanted |= self.gallery.wakened(live) | self.gallery.dozing.intersection(dead)
        if wanted:
            self.thaw(wanted)
        for id in self.gallery.dozing & live.keys() & self._book.sessions.keys():
            self._book.evict({self._book.sessions[id]})  # that it runs is all the book knows of it
        for event in events:
            if event.session in frozen and isinstance(event, StatusLine):
                self._book.limit(event)  # of the account, whoever was told
        return [event for event in events if event.session not in frozen]

    def recall(self, session: str, book: Book) -> tuple[list[str], set[str]]:
        """Fold a session that rests, and its family, into another book; return the paths of the
        files by the numbers they have in it, and the sessions.
        """
        family = self.family_of(session)
        paths: list[str] = []
        for id in sorted(family):
            for row in self._store.files_of(id):
                if row.root in self._roots:
                    origin = Origin(len(paths), row.session, row.agent, row.root, row.slug)
                    paths.append(row.path)
                    for events in self._store.events(row.id, origin):
                        book.apply(events)
        return paths, family

    def returned(self) -> set[str]:
        """Give, once each, the sessions that came back and of which hooks told before."""
        returned, self._returned = self._returned, set()
        return returned

    def _is_news(self, event: SpoolEvent) -> bool:
        return event.at > self.gallery.frozen[event.session].heard

    def _refold(self, row: FileRow) -> None:
        assert self._follower is not None
        assert self._keeper is not None
        source = self._keeper.source_at(row.path)
        if source is None and self._keeper.is_new(row.path) and os.path.lexists(row.path):
            return  # another cctop was faster: this one will read it, too
        origin = source.origin if source else self._follower.lost(found_in(row), row.session)
        for events in self._store.events(row.id, origin):
            # What stands here may concern others that rest.
            self.meet(origin, events)
            self._book.apply(events)
        if source is None:
            self._book.apply([Gone(origin, 0, 0)])

    @property
    def unfolded(self) -> set[str]:
        """The sessions that are neither in the book nor pictures, but still to come back."""
        return self._loose | self._stale

    def knows(self, session: str) -> bool:
        """Whether a session is known, and not in the book."""
        return session in self._away

    # Being kept.

    def welcome(self, outcomes: Iterable[Outcome]) -> list[Outcome]:
        """Keep what other processes read of sessions, and their pictures; return the outcomes
        whose events are to be folded here: those of sessions that move or do not stand alone.
        """
        assert self._keeper is not None
        outcomes = list(outcomes)
        moving, batch = [], []
        hashes: set[int] = set()
        for outcome in outcomes:
            if outcome.resting is None or not self._stands_alone(outcome, hashes):
                moving.append(outcome)
            else:
                hashes.update(outcome.resting.hashes)
                batch.append((outcome, outcome.resting))
        foreign = self._keeper.keep_read(piece for one in outcomes for piece in one.pieces)
        moving += [outcome for outcome, _ in batch if outcome.session in foreign]
        resting = [picture for outcome, picture in batch if outcome.session not in foreign]
        rested = self._store.rest(resting, self._is_behind) if resting else set()
        # Of others the events are kept, or will be read again: they can be left for later.
        waiting = {picture.frozen.summary.id for picture in resting} - rested
        self._away |= waiting
        self._loose |= waiting
        self._lay_down([one for one in resting if one.frozen.summary.id in rested])
        return moving

    def _is_behind(self, session: str) -> bool:
        """Whether another cctop has kept more of a session than was read here."""
        assert self._keeper is not None
        rows = self._store.files_of(session)
        return any(row.root in self._roots and self._keeper.is_behind(row) for row in rows)

    def _stands_alone(self, outcome: Outcome, others: set[int]) -> bool:
        """Whether nobody has lines of a session that another process read, nor told of it.

        `others` are the hashes of what is read besides it.
        """
        assert outcome.resting is not None
        id, book = outcome.session, self._book
        if not self._store.keeps or id in self._away or id in book.sessions or id in book.live:
            return False
        if not others.isdisjoint(outcome.resting.hashes) or book.counts(outcome.keys):
            return False
        return not self._store.holders(outcome.resting.hashes) - {id}

    def note(self, origin: Origin, events: Events) -> None:
        """Remember what was read of a file, to be kept soon."""
        assert self._keeper is not None
        self._keeper.note(origin, events)

    @property
    def is_full(self) -> bool:
        """Whether much waits to be kept."""
        return self._keeper is not None and self._keeper.is_full

    def keep(self) -> None:
        """Keep what was read."""
        assert self._keeper is not None
        self.thaw(self._keeper.follow_moves())
        self._keeper.keep()

    def rest(self, now: int, describe: Describe) -> int:
        """Let go whoever rests at `now`, ms; return how many did.

        `describe` gives a session's line and details, None where it has none to show.
        """
        assert self._follower is not None
        self.keep()
        if self._loose or not self._store.keeps:
            return 0
        if not self._is_pruned:  # once is enough: what rests now, a later start will see to
            self._is_pruned = True
            self.gallery.forget_minutes(now)
        self._book.settle()
        count = 0
        batch: list[Resting] = []
        for family in self._bedtime(now).families():
            batch += self._pictures(family, now, describe)
            if len(batch) >= _BATCH:
                count += self._put_to_rest(batch)
                batch = []
        return count + self._put_to_rest(batch)

    def doze(self, now: int, describe: Describe) -> None:
        """Keep pictures of `now`, ms, of those that may not rest, for a later report. `describe` as
        for `rest`, which is done before.
        """
        if self._loose or not self._store.keeps:
            return
        bedtime = self._bedtime(now)
        dozes = bedtime.dozes()
        batch: list[Resting] = []
        for family in bedtime.families(dozes):
            batch += self._pictures(family, now, describe, dozes)
        self._store.doze(batch)

    def _bedtime(self, now: int) -> Bedtime:
        assert self._follower is not None
        assert self._keeper is not None
        moving = self._follower.unread_sessions() | self._restless
        is_foreign = self._keeper.is_foreign
        return Bedtime(self._book, now, lambda id: id not in moving and not is_foreign(id))

    def _pictures(
        self,
        family: set[SessionState],
        now: int,
        describe: Describe,
        dozes: Mapping[SessionState, Doze] = NOBODY,
    ) -> list[Resting]:
        try:
            return pictures_of(family, now, describe, dozes)
        except packing.UNKEEPABLE:
            self._restless.update(one.id for one in family)
            return []

    def _put_to_rest(self, resting: list[Resting]) -> int:
        """Keep whole families in one transaction, which is what costs; return how many rest now."""
        rested = self._store.rest(resting, self._is_behind) if resting else set()
        if rested:
            self._book.evict({self._book.sessions[id] for id in rested})
            self._lay_down([one for one in resting if one.frozen.summary.id in rested])
        return len(rested)

    def _lay_down(self, resting: list[Resting]) -> None:
        """Know sessions as resting, that the store has and the book has not."""
        self._away.update(kept.frozen.summary.id for kept in resting)
        self.gallery.put(resting)

    def forget(self, sessions: Iterable[str]) -> bool:
        """Delete sessions from the store for good; say whether that took."""
        forgotten = self._store.forget(sessions)
        self._store.pack()
        return forgotten

    def close(self) -> str:
        """Keep what is left, and close the store; return what is wrong with it now, or ""."""
        try:
            self.keep()
        except StoreError as error:
            return self.fail(error)
        notice = self.notice
        self._store.close()
        return notice

    def abandon(self) -> None:
        """Close the store as it is."""
        self._store.close()

    def fail(self, error: StoreError) -> str:
        """Close the store after an error, and have a damaged one made anew; return what to say."""
        if isinstance(error, DamagedError):
            return self._store.replace(error)
        self._store.close()
        return str(error)
