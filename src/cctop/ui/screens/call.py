"""A failed tool call, whole: what was asked and what came back, read from its transcript, and what
became of it.
"""

from cctop import figures
from cctop.book.snapshot import Failure, Session
from cctop.book.source import Call, Source
from cctop.book.trace import Chain, Outcome
from cctop.text import Clean, clean
from cctop.ui.keys import KeyMap
from cctop.ui.screens.chain import chain_lines, chain_of
from cctop.ui.screens.page import Headline, fact, section, wrapped
from cctop.ui.screens.tracing import TracePage
from cctop.ui.widgets.parts import Parts
from cctop.ui.words import FAILURE, clock, count, day_and_clock


class CallPage(TracePage):
    """One of a session's failures."""

    def __init__(
        self,
        session: Session,
        failures: tuple[Failure, ...],
        index: int,
        source: Source,
        keys: KeyMap,
    ) -> None:
        super().__init__(session, len(failures), index, source, keys)
        self._failures = failures
        self._call: Call | None = None
        self._trouble = ""

    @property
    def failure(self) -> Failure:
        """The failure shown."""
        return self._failures[self.index]

    @property
    def chain(self) -> Chain | None:
        """The chain that the failure belongs to, where it is known."""
        return chain_of(self.trace, self.failure) if self.trace is not None else None

    @property
    def goes_on(self) -> bool:
        """Whether the chain is still open."""
        return self.chain is not None and self.chain.outcome is Outcome.OPEN

    def on_mount(self) -> None:
        """Begin to read the call."""
        super().on_mount()
        self._read()

    def stepped(self) -> None:
        """Read the other call."""
        self._call, self._trouble = None, ""
        self._read()

    def headline(self) -> Headline:
        """The tool, what became of it, and when."""
        failure = self.failure
        sign = FAILURE[failure.kind]
        details: Parts = (
            (failure.tool, ""),
            (f"  {sign.glyph} {sign.word}", sign.tone),
            (f"  {clock(failure.at)}", "dim"),
        )
        return Headline("call", details, self.place)

    def lines(self, width: int) -> list[Parts]:
        """The facts, the chain, the input, the output."""
        failure = self.failure
        lines = [
            (),
            fact("at", day_and_clock(failure.at)),
            fact("took", figures.took(failure.duration_ms)),
            fact("by", f"subagent {failure.agent_id}" if failure.agent_id else "the main thread"),
            fact("id", failure.tool_use_id),
            *self._chain_lines(width),
        ]
        if self._trouble:
            lines += section("not readable", width)
            lines += wrapped(self._trouble, width, "warning")
            return lines + section("error", width) + wrapped(failure.error, width)
        if self._call is None:
            return [*lines, (), (("  reading …", "dim"),)]
        return (
            lines
            + _body("input", self._call.input, width)
            + _body("output", self._call.output, width)
        )

    def _chain_lines(self, width: int) -> list[Parts]:
        if self.no_trace:
            return section("what became of it", width) + wrapped(self.no_trace, width, "warning")
        chain = self.chain
        return chain_lines(chain, self.failure, width) if chain is not None else []

    def _read(self) -> None:
        """Read the file in a thread: it may be large, and on a slow disk."""
        failure = self.failure
        self.run_worker(lambda: self._read_call(failure), thread=True, exclusive=True)

    def _read_call(self, failure: Failure) -> None:
        call, trouble = None, Clean("")
        try:
            call = self._source.read_call(failure)
        except OSError as error:
            trouble = clean(error.strerror or error)
        self.app.call_from_thread(self._show_call, failure, call, trouble)

    def _show_call(self, failure: Failure, call: Call | None, trouble: str) -> None:
        if failure is self.failure:
            self._call, self._trouble = call, trouble
            self.refresh_page()


def _body(name: str, body: tuple[Clean, ...], width: int) -> list[Parts]:
    lines = section(name, width, count(len(body), "line"))
    for text in body:
        lines += wrapped(text, width)
    return lines
