"""What goes on in the sessions that are open now: scenes that play on, and some for ever."""

from collections.abc import Iterable
from itertools import cycle

from cctop.demo import acts, improv
from cctop.demo.cast import Project
from cctop.demo.improv import Ask
from cctop.demo.mind import Mind
from cctop.demo.pace import Pauses, perform, play
from cctop.demo.presence import Presence
from cctop.demo.roles import Request
from cctop.demo.writer import Session


class Open:
    """A session that is open in a terminal; its status stands in the registry."""

    def __init__(self, project: Project, session: Session, mind: Mind, presence: Presence) -> None:
        self._project = project
        self._session = session
        self._mind = mind
        self._presence = presence
        presence.enter(session)

    def work(self, ask: Ask) -> Pauses:
        """One turn: busy, then idle."""
        turn = improv.turn(self._mind.dice, self._project, ask)
        self._presence.set(self._session, "busy")
        yield from play(self._session, self._mind, turn)
        self._presence.set(self._session, "idle")

    def keep_working(self, asks: Iterable[Ask], rest_ms: int) -> Pauses:
        """One turn after the other, for ever, with a rest before each."""
        for ask in cycle(asks):
            yield rest_ms
            yield from self.work(ask)

    def keep_asking(self, request: Request, asks: Iterable[Ask]) -> Pauses:
        """For ever: a turn that needs a permission, then one that does not."""
        for ask in cycle(asks):
            yield from self.ask_permission(request)
            yield 45_000
            yield from self.work(ask)
            yield 30_000

    def ask_permission(self, request: Request) -> Pauses:
        """A turn that stops at a permission prompt until the user says yes."""
        session, mind = self._session, self._mind
        turn = improv.turn(mind.dice, self._project, request.ask)
        self._presence.set(session, "busy")
        session.prompt(turn.prompt)
        yield from perform(session, mind, turn.beats[0])
        yield from self._permitted(request)
        for beat in turn.beats[1:]:
            yield from perform(session, mind, beat)
        session.end_turn()
        self._presence.set(session, "idle")

    def _permitted(self, request: Request) -> Pauses:
        session, command = self._session, request.command
        act = acts.bash(command.run, command.why, command.prints, command.takes_ms)
        yield 5_000
        usage = self._mind.usage(session.stage.now)
        call = session.reply(usage).call(act.tool, **act.input)
        self._presence.set(session, "waiting", "permission prompt")
        yield request.wait_ms
        self._presence.set(session, "busy")
        yield act.lasts_ms
        act.settle(session, call)
