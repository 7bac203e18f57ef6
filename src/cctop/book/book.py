"""The fold: events in, state out. The same events, in any order of the files, make the same book.

Order within one file is kept by whoever feeds the book; between files there is none. Any event may
come again. Nothing here knows the time of day or opens a file.
"""

from collections.abc import Callable, Iterable

from cctop.book import calls, claims
from cctop.book.calls import Call, Prices
from cctop.book.claims import Owners
from cctop.book.meter import Minutes
from cctop.book.notes import ApiErrorNote, CompactionNote, Note, PromptNote
from cctop.book.session import SessionState
from cctop.book.shelf import Stock
from cctop.book.tools import ToolCall
from cctop.events import (
    AgentEnd,
    AgentMeta,
    ApiError,
    Compaction,
    CompactSummary,
    Continued,
    CostState,
    FailureKind,
    Gone,
    Hook,
    Interrupted,
    Live,
    Liveness,
    Malformed,
    Origin,
    Prompt,
    Registry,
    Reset,
    Response,
    Seen,
    SpoolEvent,
    StatusLine,
    Title,
    ToolResult,
    ToolUse,
    TranscriptEvent,
    TurnEnd,
)
from cctop.text import Clean

Key = tuple[str, ...]
# Of several processes on one session the one that wants the user most is shown.
URGENCY = (Liveness.IDLE, Liveness.SHELL, Liveness.BUSY, Liveness.WAITING)


class Book:
    """All sessions. One thread writes; fronts get pictures made from it."""

    def __init__(self, prices: Prices) -> None:
        self.sessions: dict[str, SessionState] = {}
        self.minutes = Minutes()
        self.live: dict[str, Live] = {}
        self._died: dict[str, int] = {}  # when processes of sessions were seen to be dead, ms
        self.limits: dict[str, StatusLine] = {}  # by root
        self.changed: set[SessionState] = set()
        self.evictions = 0  # how often sessions left
        self.skipping: set[SessionState] = set()  # with lines that could not be read
        self._prices = prices
        self._calls: Stock[Call] = Stock()
        self._tools: Stock[ToolCall] = Stock()
        self._notes: dict[tuple[type[Note], Key], Note] = {}
        self._owners = Owners(self._session, self._touch)
        self._take: dict[type, Callable[[SessionState, TranscriptEvent], None]] = {
            Response: self._response,  # type: ignore[dict-item]
            Continued: self._continued,  # type: ignore[dict-item]
            ToolResult: self._result,  # type: ignore[dict-item]
            Seen: self._seen,  # type: ignore[dict-item]
            Prompt: self._prompt,  # type: ignore[dict-item]
            Interrupted: self._interrupted,  # type: ignore[dict-item]
            Compaction: self._compaction,  # type: ignore[dict-item]
            CompactSummary: self._summary,  # type: ignore[dict-item]
            ApiError: self._api_error,  # type: ignore[dict-item]
            TurnEnd: self._turn_end,  # type: ignore[dict-item]
            CostState: self._cost_state,  # type: ignore[dict-item]
            Title: self._title,  # type: ignore[dict-item]
            AgentMeta: self._agent_meta,  # type: ignore[dict-item]
            AgentEnd: self._agent_end,  # type: ignore[dict-item]
            Malformed: self._malformed,  # type: ignore[dict-item]
            Reset: self._reset,  # type: ignore[dict-item]
            Gone: self._gone,  # type: ignore[dict-item]
        }

    def apply(self, events: Iterable[TranscriptEvent]) -> None:
        """Fold events of transcripts in."""
        origin: Origin | None = None
        spoke: set[SessionState] = set()
        take = self._take
        for event in events:
            if event.origin is not origin:
                origin = event.origin
                session = self._speaker(origin)
                spoke.add(session)
            take[type(event)](session, event)
        for session in spoke:
            self._pack(session)

    def _pack(self, session: SessionState) -> None:
        session.pack()

    def _speaker(self, origin: Origin) -> SessionState:
        """Return the session whose file speaks: it changes now."""
        session = self._session(origin.session)
        session.speaks(origin)
        self._touch(session)
        return session

    def _touch(self, session: SessionState) -> None:
        session.version += 1
        self.changed.add(session)

    def apply_registry(self, event: Registry) -> None:
        """Take in which sessions run now."""
        ordered = sorted(event.live, key=lambda live: URGENCY.index(live.status))
        now = {live.session: live for live in ordered}
        for id in now.keys() | self.live.keys():
            if now.get(id) != self.live.get(id):
                session = self._session(id)
                session.left_at = None if id in now else session.last_at
                self._touch(session)
        self.live = now
        self._died = dict(event.dead)
        for id, at in event.dead:
            known = self.sessions.get(id)  # of one that rests elsewhere nothing shall be here
            if known is not None and known.died_at != at:
                known.died_at = at
                self._touch(known)

    def apply_spool(self, events: Iterable[SpoolEvent]) -> None:
        """Take in what hooks and status lines said, in any order and any number of times."""
        for event in events:
            session = self._session(event.session)
            if isinstance(event, Hook):
                session.heard.take(event, self._heard_call(session, event))
            else:
                session.heard.tell(event)
                self.limit(event)
            self._touch(session)

    def limit(self, line: StatusLine) -> None:
        """Take in the limits of an account: those of a root's newest status line that has any."""
        known = self.limits.get(line.root)
        if (line.five_hour or line.seven_day) and (known is None or line.at > known.at):
            self.limits[line.root] = line

    def settle(self) -> None:
        """Judge anew who made what several sessions claim: call it before reading the book."""
        self._owners.settle()

    def owner_of(self, event: Response | Prompt) -> SessionState | None:
        """Return who made the call or the prompt that an event tells of, as far as is known now."""
        if isinstance(event, Response):
            call = self._calls.get(calls.key_of(event))
            return call.owner if call is not None else None
        origin = event.origin
        key = claims.key_of(event.uuid, event.maker or origin.session, origin.agent)
        note = self._notes.get((PromptNote, key))
        return note.owner if note is not None else None

    def family(self, session: SessionState) -> set[SessionState]:
        """Return the session and those that copied from each other with it.

        What is known of them depends on no other session: together they can leave the book, and
        come back.
        """
        return self._owners.family(session)

    def counts(self, keys: Iterable[Key]) -> bool:
        """Return whether any session here holds lines of something with one of these keys."""
        kinds = (PromptNote, CompactionNote, ApiErrorNote)
        notes = self._notes
        return any(
            self._calls.get(key) or any((kind, key) in notes for kind in kinds) for key in keys
        )

    def evict(self, family: set[SessionState]) -> None:
        """Let a whole family go, as if it had never been read."""
        for session in family:
            session.release()
            tools = (*session.tools.of, *session.tools.unasked)
            notes = (*session.prompts, *session.compactions, *session.api_errors)
            for call in session.calls:
                self._calls.live.pop(call.key, None)
            for tool in tools:
                self._tools.live.pop(tool.key, None)
            for note in notes:
                self._notes.pop((type(note), note.key), None)
            # They and their owner hold each other: cut, so that all goes at once.
            for entry in (*session.calls, *tools, *notes):
                entry.owner = entry.claims = None
            self.minutes.take_away(session.minutes)
            self.sessions.pop(session.id, None)
        self.evictions += 1
        self._owners.forget(family)
        self.changed -= family
        self.skipping -= family

    def _session(self, id: str) -> SessionState:
        session = self.sessions.get(id)
        if session is None:
            session = self.sessions[id] = SessionState(id, self.minutes, self._calls, self._tools)
            session.died_at = self._died.get(id, 0)
        return session

    def _note(self, note: Note, session: SessionState, maker: str) -> None:
        key = claims.key_of(note.event.uuid, maker or session.id, note.agent)
        known = self._notes.setdefault((type(note), key), note)
        known.key = key
        if known.adds(note):
            self._owners.withdraw(known)
            known.merge(note)
            self._owners.enter(known, session, maker)
        else:
            self._owners.claim(known, session, maker)

    # Events.

    def _response(self, session: SessionState, event: Response) -> None:
        session.seen(event.at)
        key = calls.key_of(event)
        call = self._calls.get(key)
        if call is None:
            call = self._calls.live[key] = Call(event)
            call.key = key
            call.price(self._prices)
            self._owners.enter(call, session, event.maker)
        elif call.adds(event):
            self._owners.withdraw(call)
            before = call.at
            call.merge(event)
            call.price(self._prices)
            if call.at < before:
                for holder in call.holders():
                    holder.stale = True
            self._owners.enter(call, session, event.maker)
        else:
            self._owners.claim(call, session, event.maker)
        for use in event.tools:
            self._tool(session, event, use)
        self._thread(session, event)

        if event.effort and not (event.origin.agent or event.sidechain):
            session.learn("effort", event.effort, (True, event.at, event.offset))

    def _continued(self, session: SessionState, event: Continued) -> None:
        session.seen(event.at)
        for use in event.tools:
            self._tool(session, event, use)
        self._thread(session, event)

    def _thread(self, session: SessionState, event: Response | Continued) -> None:
        """Take in what the model is doing, for the thread it does it on."""
        working = not event.ends_turn
        text = event.text or (Clean("thinking") if event.thinks else None)
        if event.text:
            session.hear(event.origin.file, event.offset, event.text)
        if event.origin.agent:
            agent = session.agent(event.origin.agent)
            agent.seen(event.at)
            agent.turn.turn(event.at, event.offset, working, text)
        elif not event.sidechain:
            session.turn.turn(event.at, event.offset, working, text)

    def _heard_call(self, session: SessionState, hook: Hook) -> ToolCall | None:
        """Return the tool call that a hook names: the same one that the transcript has."""
        if not (hook.tool_use_id and hook.tool):
            return None
        key = claims.key_of(hook.tool_use_id, session.id, hook.agent)
        id = hook.tool_use_id
        tool = self._tools.get(key) or self._new_tool(key, id)
        if tool.tells(hook):
            self._owners.withdraw(tool)
            tool.hear(hook)
            self._owners.enter(tool, session, "")
        else:
            self._owners.claim(tool, session, "")
        return tool

    def _tool(self, session: SessionState, event: Response | Continued, use: ToolUse) -> None:
        origin = event.origin
        key = claims.key_of(use.id, event.maker or origin.session, origin.agent)
        tool = self._tools.get(key) or self._new_tool(key, use.id)
        if not tool.asked or 0 < event.at < tool.at or origin.agent > tool.agent:
            self._owners.withdraw(tool)
            tool.ask(use, event)
            self._owners.enter(tool, session, event.maker)
        else:
            self._owners.claim(tool, session, event.maker)
        tool.called_in(origin, event.offset)

    def _new_tool(self, key: Key, id: str) -> ToolCall:
        tool = self._tools.live[key] = ToolCall(id)
        tool.key = key
        return tool

    def _result(self, session: SessionState, event: ToolResult) -> None:
        session.seen(event.at)
        origin = event.origin
        key = claims.key_of(event.tool_use_id, origin.session, origin.agent)
        tool = self._tools.get(key)
        if tool is None:  # it counts for no one before its call is read
            tool = self._new_tool(key, event.tool_use_id)
            session.tools.unasked.append(tool)
        if not tool.answered or 0 < event.at < tool.answered_at:
            if event.failure is None and tool.failure is None and tool.claims is None:
                # Nothing that is counted changes by it, nearly always.
                tool.answer(event)
                if tool.owner is not None:
                    tool.owner.tools.close((tool,))
            else:
                self._owners.withdraw(tool)
                tool.answer(event)
                self._owners.judge(tool)
        tool.answered_in(origin, event.offset)
        if event.agent_id and event.agent_state:
            session.agent(event.agent_id).tell(event.at, event.agent_state)
        # After Esc the model waits for the user.
        goes_on = event.failure is not FailureKind.INTERRUPTED
        self._working(session, origin.agent, event.at, event.offset, goes_on)

    def _working(
        self, session: SessionState, agent: str, at: int, offset: int, working: bool
    ) -> None:
        """Take in whether it is the model's turn."""
        state = session.agent(agent) if agent else session
        state.seen(at)
        state.turn.turn(at, offset, working)

    def _seen(self, session: SessionState, event: Seen) -> None:
        session.seen(event.at)
        session.surround(event)
        if not event.origin.agent:
            session.books.go_on(event.origin.file, event.at, event.offset)

    def _prompt(self, session: SessionState, event: Prompt) -> None:
        session.seen(event.at)
        if not event.origin.agent:
            session.books.go_on(event.origin.file, event.at, event.offset)
            self._note(PromptNote(event), session, event.maker)
        if not event.command:
            agent = event.origin.agent
            session.hear(event.origin.file, event.offset, Clean(""))
            turn = (session.agent(agent) if agent else session).turn
            turn.began = max(turn.began, event.at)
            self._working(session, agent, event.at, event.offset, True)

    def _interrupted(self, session: SessionState, event: Interrupted) -> None:
        session.seen(event.at)
        session.interruptions.add((event.origin.agent, event.at))
        if event.origin.agent:
            session.agent(event.origin.agent).tell(event.at, "stopped")
        else:
            session.turn.turn(event.at, event.offset, False)

    def _turn_end(self, session: SessionState, event: TurnEnd) -> None:
        session.seen(event.at)
        if not event.origin.agent:
            session.turn.turn(event.at, event.offset, False)

    def _compaction(self, session: SessionState, event: Compaction) -> None:
        session.seen(event.at)
        self._note(CompactionNote(event), session, event.maker)
        if event.tokens_after is not None and not event.origin.agent:
            session.packed = max(session.packed, (event.at, event.tokens_after))

    def _summary(self, session: SessionState, event: CompactSummary) -> None:
        session.seen(event.at)
        session.summaries[event.uuid] = event

    def _api_error(self, session: SessionState, event: ApiError) -> None:
        session.seen(event.at)
        self._note(ApiErrorNote(event), session, event.maker)
        if not event.retry:
            if event.origin.agent:
                session.agent(event.origin.agent).tell(event.at, "failed")
            else:
                session.turn.turn(event.at, event.offset, False)

    def _cost_state(self, session: SessionState, event: CostState) -> None:
        if not event.origin.agent:
            session.books.add(event)

    def _title(self, session: SessionState, event: Title) -> None:
        place, told = (event.kind, event.origin.file), (event.offset, event.text)
        session.titles[place] = max(session.titles.get(place, (-1, event.text)), told)

    def _agent_meta(self, session: SessionState, event: AgentMeta) -> None:
        session.agent(event.origin.agent).meta = event
        session.skipped.pop((event.origin.file, 0), None)  # it was torn, and is whole now

    def _agent_end(self, session: SessionState, event: AgentEnd) -> None:
        session.seen(event.at)
        if event.agent_id:
            session.agent(event.agent_id).tell(event.at, event.state)

    def _malformed(self, session: SessionState, event: Malformed) -> None:
        session.skipped[event.origin.file, event.offset] = event
        self.skipping.add(session)

    def _reset(self, session: SessionState, event: Reset) -> None:
        session.forget(event.origin.file)

    def _gone(self, session: SessionState, event: Gone) -> None:
        session.gone.add(event.origin.file)
