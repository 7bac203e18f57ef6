"""The fold: events in, state out. The same events, in any order of the files, make the same book.

Order within one file is kept by whoever feeds the book; between files there is none. Any event may
come again. Nothing here knows the time of day or opens a file.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from cctop.book import claims
from cctop.book.calls import Call, Prices, key_of
from cctop.book.meter import Minutes
from cctop.book.notes import ApiErrorNote, CompactionNote, PromptNote
from cctop.book.session import SessionState
from cctop.book.tools import ToolCall
from cctop.events import (
    AgentEnd,
    AgentMeta,
    ApiError,
    Compaction,
    CompactSummary,
    CostState,
    Gone,
    Interrupted,
    Live,
    Malformed,
    Origin,
    Prompt,
    Registry,
    Reset,
    Response,
    Seen,
    Title,
    ToolResult,
    ToolUse,
    TranscriptEvent,
    TurnEnd,
)
from cctop.text import Clean

Key = tuple[str, ...]
N = TypeVar("N", PromptNote, CompactionNote, ApiErrorNote)


class Book:
    """All sessions. One thread writes; fronts get pictures made from it."""

    def __init__(self, prices: Prices) -> None:
        self.sessions: dict[str, SessionState] = {}
        self.minutes = Minutes()
        self.live: dict[str, Live] = {}
        self.changed: set[SessionState] = set()
        self.skipping: set[SessionState] = set()  # with lines that could not be read
        self._prices = prices
        self._calls: dict[Key, Call] = {}
        self._tools: dict[str, ToolCall] = {}
        self._notes: dict[str, PromptNote | CompactionNote | ApiErrorNote] = {}
        self._contested: dict[frozenset[str], dict[claims.Entry, None]] = {}
        self._judged: dict[frozenset[str], tuple[object, ...]] = {}
        self._open_books: dict[int, tuple[SessionState, int]] = {}
        self._take: dict[type, Callable[[SessionState, TranscriptEvent], None]] = {
            Response: self._response,  # type: ignore[dict-item]
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
        take = self._take
        for event in events:
            if event.origin is not origin:
                origin = event.origin
                session = self._speaker(origin)
            take[type(event)](session, event)

    def _speaker(self, origin: Origin) -> SessionState:
        """Return the session whose file speaks: it changes now."""
        session = self._session(origin.session)
        session.gone.discard(origin.file)
        if origin.file not in session.files:
            session.files[origin.file] = not origin.agent
            if not session.slug or not origin.agent:
                session.root, session.slug = origin.root, origin.slug
        self._touch(session)
        return session

    def _touch(self, session: SessionState) -> None:
        session.version += 1
        self.changed.add(session)

    def apply_registry(self, event: Registry) -> None:
        """Take in which sessions run now."""
        now = {live.session: live for live in event.live}
        for id in now.keys() | self.live.keys():
            if now.get(id) != self.live.get(id):
                session = self._session(id)
                session.was_live = True
                self._touch(session)
        self.live = now

    def settle(self) -> None:
        """Judge anew who made what several sessions claim: call it before reading the book."""
        for holders, entries in self._contested.items():
            states = [self.sessions[id] for id in sorted(holders)]
            silent = sorted(states, key=lambda s: (s.last_at, s.id))
            known = [(s.own_at, s.copied_until) for s in states]
            signature = (*known, *[s.id for s in silent], len(entries))
            if self._judged.get(holders) != signature:
                self._judged[holders] = signature
                for entry in entries:
                    self._place(entry)

    def _session(self, id: str) -> SessionState:
        session = self.sessions.get(id)
        if session is None:
            session = self.sessions[id] = SessionState(id, self.minutes)
        return session

    # Claims.

    def _claim(self, entry: claims.Entry, session: SessionState, maker: str) -> None:
        """Take in a claim, for an entry that may count for someone already."""
        if entry.owner is None:
            entry.owner = session
        elif claims.is_news(entry, session, maker):
            self._withdraw(entry)
        else:
            return
        claims.add(entry, session, maker)
        self._judge(entry)

    def _withdraw(self, entry: claims.Entry) -> None:
        if entry.owner is not None:
            entry.leave(entry.owner)

    def _judge(self, entry: claims.Entry) -> None:
        """Find the owner of an entry that counts for no one now, and count it."""
        owner = claims.owner_of(entry, self._session)
        assert owner is not None
        entry.owner = owner
        entry.enter(owner)
        if entry.claims is None:
            return  # nearly always: its only holder is the session that speaks
        for session in (*entry.claims, owner):
            self._touch(session)
        rivals = claims.contested(entry)
        if rivals:
            self._contested.setdefault(frozenset(s.id for s in rivals), {})[entry] = None

    def _place(self, entry: claims.Entry) -> None:
        if claims.owner_of(entry, self._session) is not entry.owner:
            self._withdraw(entry)
            self._judge(entry)

    def _note(self, note: N, session: SessionState, uuid: str, maker: str) -> None:
        known = self._notes.get(uuid)
        if known is None:
            known = self._notes[uuid] = note
        self._claim(known, session, maker)

    # Events.

    def _response(self, session: SessionState, event: Response) -> None:
        session.seen(event.at)
        key = key_of(event)
        call = self._calls.get(key)
        if call is None:
            call = self._calls[key] = Call(event)
            call.price(self._prices)
            self._claim(call, session, event.maker)
        elif call.adds(event):
            self._withdraw(call)
            before = call.at
            call.merge(event)
            call.price(self._prices)
            claims.add(call, session, event.maker)
            if call.at < before:
                for holder in call.holders():
                    holder.stale = True
            self._judge(call)
        else:
            self._claim(call, session, event.maker)
        for use in event.tools:
            self._tool(session, event, use)
        self._thread(session, event)

    def _thread(self, session: SessionState, event: Response) -> None:
        """Take in what the model is doing, for the thread it does it on."""
        working = not event.ends_turn
        text = event.text or (Clean("thinking") if event.thinks else None)
        if event.origin.agent:
            agent = session.agent(event.origin.agent)
            agent.first_at = min(agent.first_at, event.at or agent.first_at)
            agent.last_at = max(agent.last_at, event.at)
            agent.turn.turn(event.at, event.offset, working, text)
        elif not event.sidechain:
            session.turn.turn(event.at, event.offset, working, text)
            if event.effort and event.at >= session.surroundings_at.get("effort", (0, 0))[0]:
                session.surroundings_at["effort"] = (event.at, 0)
                session.effort = event.effort

    def _tool(self, session: SessionState, event: Response, use: ToolUse) -> None:
        tool = self._tools.get(use.id)
        if tool is None:
            tool = self._tools[use.id] = ToolCall(use.id, event.at, event.origin.agent)
        if not tool.name or event.at < tool.at:
            self._withdraw(tool)
            tool.name, tool.target, tool.path = use.name, use.target, use.path
            tool.at, tool.agent = event.at, event.origin.agent or tool.agent
            claims.add(tool, session, event.maker)
            tool.owner = tool.owner or session
            self._judge(tool)
        else:
            self._claim(tool, session, event.maker)
        tool.called_in(event.origin, event.offset)

    def _result(self, session: SessionState, event: ToolResult) -> None:
        session.seen(event.at)
        tool = self._tools.get(event.tool_use_id)
        if tool is None:
            tool = ToolCall(event.tool_use_id, event.at, event.origin.agent)
            self._tools[event.tool_use_id] = tool
            tool.owner = session
        if not tool.answered_at or event.at < tool.answered_at:
            self._withdraw(tool)
            tool.answer(event)
            self._judge(tool)
        tool.answered_in(event.origin, event.offset)
        if event.agent_id and event.agent_state:
            self._ended(session, event.agent_id, event.agent_state)
        self._working(session, event.origin.agent, event.at, event.offset)

    def _working(self, session: SessionState, agent: str, at: int, offset: int) -> None:
        """Take in that it is the model's turn."""
        state = session.agent(agent) if agent else session
        state.turn.turn(at, offset, True)
        if agent:
            state.last_at = max(state.last_at, at)

    def _seen(self, session: SessionState, event: Seen) -> None:
        session.seen(event.at)
        if not event.origin.agent or not session.cwd:
            session.surround(event)
        if not event.origin.agent:
            self._close_books(event.origin.file, event.at, event.offset)

    def _prompt(self, session: SessionState, event: Prompt) -> None:
        session.seen(event.at)
        if not event.origin.agent:
            self._close_books(event.origin.file, event.at, event.offset)
            self._note(PromptNote(event), session, event.uuid, event.maker)
        if not event.command:
            agent = event.origin.agent
            turn = (session.agent(agent) if agent else session).turn
            turn.began = max(turn.began, event.at)
            self._working(session, agent, event.at, event.offset)

    def _interrupted(self, session: SessionState, event: Interrupted) -> None:
        session.seen(event.at)
        if not event.origin.agent:
            session.turn.turn(event.at, event.offset, False)

    def _turn_end(self, session: SessionState, event: TurnEnd) -> None:
        session.seen(event.at)
        if not event.origin.agent:
            session.turn.turn(event.at, event.offset, False)

    def _compaction(self, session: SessionState, event: Compaction) -> None:
        session.seen(event.at)
        self._note(CompactionNote(event), session, event.uuid, event.maker)

    def _summary(self, session: SessionState, event: CompactSummary) -> None:
        session.seen(event.at)
        session.summaries[event.uuid] = event

    def _api_error(self, session: SessionState, event: ApiError) -> None:
        session.seen(event.at)
        self._note(ApiErrorNote(event), session, event.uuid, event.maker)
        if not event.retry:
            if event.origin.agent:
                self._ended(session, event.origin.agent, Clean("failed"))
            else:
                session.turn.turn(event.at, event.offset, False)

    def _cost_state(self, session: SessionState, event: CostState) -> None:
        if not event.origin.agent:
            session.books.all[event.offset] = event
            self._open_books[event.origin.file] = (session, event.offset)

    def _close_books(self, file: int, at: int, offset: int) -> None:
        """Take in the first time after a `cost-state`: what comes later is not in it."""
        found = self._open_books.get(file)
        if found is not None and offset > found[1] and at:
            session, written = self._open_books.pop(file)
            session.books.until[written] = at

    def _title(self, session: SessionState, event: Title) -> None:
        known = session.titles.get(event.kind)
        if known is None or event.offset >= known[0]:
            session.titles[event.kind] = (event.offset, event.text)

    def _agent_meta(self, session: SessionState, event: AgentMeta) -> None:
        session.agent(event.origin.agent).meta = event

    def _agent_end(self, session: SessionState, event: AgentEnd) -> None:
        session.seen(event.at)
        self._ended(session, event.agent_id, event.state)

    def _ended(self, session: SessionState, agent: str, state: str) -> None:
        """Take in a subagent's state: `async_launched` says only that it began."""
        if agent and (state != "async_launched" or not session.agent(agent).state):
            session.agent(agent).state = Clean(state)

    def _malformed(self, session: SessionState, event: Malformed) -> None:
        session.skipped[event.origin.file, event.offset] = event
        self.skipping.add(session)

    def _reset(self, session: SessionState, event: Reset) -> None:
        """Forget what was known by its place in the file; what was paid stays paid."""
        file = event.origin.file
        session.skipped = {k: v for k, v in session.skipped.items() if k[0] != file}
        if not event.origin.agent:
            session.books.all.clear()
            session.books.until.clear()
            session.titles.clear()
            self._open_books.pop(file, None)

    def _gone(self, session: SessionState, event: Gone) -> None:
        session.gone.add(event.origin.file)
