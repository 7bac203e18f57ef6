"""A made-up day of Claude Code sessions: what has happened up to now, and how it goes on.

Ten sessions of today in seven projects and four of the days before. Open at the end of `history`:
one that is busy with subagents, one close to a compaction, one in a loop of failing tests, one that
waits for a permission and two that are idle. In the first two minutes of `live` a tool fails, a
milestone is reached, the permission is given, and the compaction comes.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from random import Random

from cctop.demo import improv, roles
from cctop.demo.bill import Account
from cctop.demo.feed import Feed
from cctop.demo.mind import Mind
from cctop.demo.pace import Pauses, duration, play, together
from cctop.demo.presence import Presence, Process
from cctop.demo.roles import Role
from cctop.demo.scenes import Open
from cctop.demo.writer import Session, World

Clock = Callable[[], int]
BUDGET_USD = 50  # for a day: such a one uses most of it
MINUTE = 60_000
_AT_WORK = 0.8  # share of its time in which a session works
_SLOWEST = 16.0
_MILESTONE = 100_000  # new tokens, which the billing session is about to reach


class Day:
    """Writes the day into the Claude config dir at `root`.

    `history` comes first and once; `live` then goes on where it stopped. The same `seed`, clock and
    `process` give the same bytes.
    """

    def __init__(self, root: Path, process: Process, seed: int = 7) -> None:
        self.world = World(root, seed=seed)
        self.presence = Presence(self.world.files, process)
        self.feed = Feed(self.world.files, self.world)
        self._seed = seed
        self._end = 0
        self._scenes: list[Pauses] = []

    def truth(self) -> dict[str, Account]:
        """What each session really used, by session id."""
        return self.world.truth()

    def history(self, clock: Clock) -> None:
        """Write all that happened until `clock()`, in ms since the epoch. Raises OSError."""
        self._end = clock()
        for role in (*roles.EARLIER, roles.SHOP_MORNING, roles.NOTES):
            self._past(role)[0].close()
        self._infra()
        for begin in (self._api, self._shop, self._billing, self._mobile, self._docs, self._etl):
            begin()
        self.world.now = self._end
        self.feed.tell(self.presence.sessions.values())
        self.world.flush()

    def live(self, clock: Clock) -> Iterator[float]:
        """Go on for ever: yields the seconds to wait before each next step. Raises OSError."""
        for pause in together(*self._scenes):
            self.feed.tell(self.presence.sessions.values())
            self.world.flush()
            yield pause / 1000
            self.world.now = clock()

    def _infra(self) -> None:
        session, _ = self._past(roles.INFRA)
        self.world.now += 4 * MINUTE
        session.switch_mode("acceptEdits")
        session.prompt("Write down in the runbook what we did")
        for attempt, wait_ms in enumerate((540, 1_130, 2_240, 4_700), 1):
            session.retry(529, "overloaded_error", "Overloaded", attempt, wait_ms)
            self.world.now += wait_ms
        session.give_up(529, "overloaded_error")
        self.world.now += MINUTE
        session.close()

    def _api(self) -> None:
        """Worked on all day: left and forked before lunch, resumed and compacted after it."""
        session, mind = self._past(roles.API_MORNING)
        session.close()
        self._at(roles.API_FORK.began)
        fork, twin = session.fork(), mind.copy(self._dice(roles.API_FORK))
        twin.growth = roles.API_FORK.growth
        self._spread(roles.API_FORK, fork, twin)
        fork.close()
        afternoon = roles.API_AFTERNOON
        self._at(afternoon.began)
        for pause in mind.compact(session, "manual"):
            self.world.now += pause
        mind.growth = afternoon.growth
        self._spread(afternoon, session, mind)
        place = self._open(afternoon, session, mind, 5.8, pace=20, growth=1_600)
        self._play(chain(place.work(roles.API_NOW), place.keep_working(roles.API_NEXT, 40_000)))

    def _shop(self) -> None:
        """Its window is full: the CLI compacts it before the next response."""
        session, mind = self._past(roles.SHOP)
        place = self._open(roles.SHOP, session, mind, 2.2, pace=16, growth=2_600)
        mind.extra = max(mind.fills_at - mind.size, 0)
        self._play(chain(place.work(roles.SHOP_NOW), place.keep_working(roles.SHOP.asks, 30_000)))

    def _billing(self) -> None:
        """Its tests go on failing, and a milestone is near."""
        session, mind = self._past(roles.BILLING)
        place = self._open(roles.BILLING, session, mind, 0.75, pace=8, growth=800)
        usage = session.account.usage
        mind.extra = max(_MILESTONE - usage.prompt + usage.cache_read - usage.output, 0)
        self._play(
            chain(place.work(roles.BILLING_NOW), place.keep_working(roles.BILLING.asks, 20_000))
        )

    def _mobile(self) -> None:
        """Has waited for a permission for a minute."""
        session, mind = self._past(roles.MOBILE)
        place = self._open(roles.MOBILE, session, mind, 2.24, pace=18, growth=1_500)
        self._play(place.keep_asking(roles.POD_INSTALL, roles.MOBILE.asks))

    def _docs(self) -> None:
        session, mind = self._past(roles.DOCS)
        place = self._open(roles.DOCS, session, mind, 0, pace=1, growth=900)
        self._play(place.keep_working(roles.DOCS_NEXT, 25_000))

    def _etl(self) -> None:
        session, mind = self._past(roles.ETL)
        place = self._open(roles.ETL, session, mind, 0, pace=2, growth=1_200)
        self._play(place.keep_working(roles.ETL_NEXT, 55_000))

    def _dice(self, role: Role) -> Random:
        """Dice of its own for each session, so that none depends on what others do."""
        return Random(f"{self._seed} {role.title} {role.began}")  # noqa: S311

    def _at(self, minutes: float) -> None:
        self.world.now = self._end - round(minutes * MINUTE)

    def _past(self, role: Role) -> tuple[Session, Mind]:
        """Everything a session was asked, from its beginning to its end."""
        self._at(role.began)
        session = self.world.session(
            role.project.cwd,
            role.model,
            branch=role.project.branch,
            entrypoint=role.entrypoint,
            mode=role.mode,
        )
        session.effort = role.effort
        mind = Mind(self._dice(role), role.growth, fills_at=role.fills_at)
        self._spread(role, session, mind)
        return session, mind

    def _spread(self, role: Role, session: Session, mind: Mind) -> None:
        """Play what the role is asked from now until it ends: mostly at work, with some rests."""
        turns = [improv.turn(mind.dice, role.project, ask) for ask in role.asks]
        begins = self.world.now
        window = self._end - round(role.ended * MINUTE) - begins
        natural = sum(duration(turn.beats) for turn in turns)
        mind.pace = min(max(_AT_WORK * window / natural, 1.0), _SLOWEST)
        lengths = [duration(turn.beats, mind.pace) for turn in turns]
        rest = max(window - sum(lengths), 0) // max(len(turns) - 1, 1)
        for turn, length in zip(turns, lengths, strict=True):
            self.world.now = max(self.world.now, begins)
            begins += length + rest
            for pause in play(session, mind, turn):
                self.world.now += pause
            if role.title and session.account.turns == 1:
                session.title(role.title)

    def _open(
        self, role: Role, session: Session, mind: Mind, minutes: float, *, pace: float, growth: int
    ) -> Open:
        """The session stays open: idle until so many minutes before now, and slower from then on.

        The day's cost is made in the past; what is played live should burn some 6 USD an hour.
        """
        place = Open(role.project, session, mind, self.presence)
        self.world.now = max(self.world.now, self._end - round(minutes * MINUTE))
        mind.pace, mind.growth = pace, growth
        return place

    def _play(self, scene: Pauses) -> None:
        """Play a scene up to the end of history; the rest of it is for `live`."""
        for pause in scene:
            ahead = self.world.now + pause - self._end
            if ahead > 0:
                self._scenes.append(chain((ahead,), scene))
                return
            self.world.now += pause
