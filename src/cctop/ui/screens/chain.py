"""A chain on the page of a call: what was said before, every try, and how it ended."""

from cctop import figures
from cctop.book.snapshot import Failure
from cctop.book.trace import Attempt, Chain, Outcome, Trace
from cctop.ui.panels.frame import columns_line
from cctop.ui.screens.page import INDENT, section, wrapped
from cctop.ui.widgets.columns import Column
from cctop.ui.widgets.parts import Cell, Parts, cells_of
from cctop.ui.words import FAILURE, Sign, amount, clock, count, unpriced

OUTCOME: dict[Outcome, Sign] = {
    Outcome.RECOVERED: Sign("✓", "recovered", "fill"),
    Outcome.GIVEN_UP: Sign("✕", "given up", "alarm"),
    Outcome.STEPPED_IN: Sign("‖", "user stepped in", "warning"),
    Outcome.OPEN: Sign("●", "still open", "accent"),
}
COLUMNS = (
    Column("here", "", 1),
    Column("at", "", 8),
    Column("kind", "", 1),
    Column("word", "", 12, drop=9),
    Column("text", "", 16, flex=1),
    Column("took", "", 7, align="right", drop=8),
)
FIRST, LAST = 10, 30
"""Of a chain with more tries than both together, those in the middle are only counted."""


def chain_of(trace: Trace, failure: Failure) -> Chain | None:
    """The chain that a failure belongs to."""
    wanted = failure.tool_use_id, failure.agent_id
    return next(
        (
            chain
            for chain in trace.chains
            for attempt in chain.attempts
            if (attempt.tool_use_id, chain.agent_id) == wanted
        ),
        None,
    )


def chain_lines(chain: Chain, failure: Failure, width: int) -> list[Parts]:
    """How it ended, the words before it, and its tries; the failure's own has a mark."""
    lines = section("what became of it", width)
    ending, more = _ending(chain), unpriced(chain.unpriced_tokens)
    if cells_of((*ending, *more)) + len(INDENT) <= width:
        lines.append(((INDENT, ""), *ending, *more))
    else:
        lines += [((INDENT, ""), *ending), ((INDENT, ""), *more)]
    if chain.words:
        lines.append(())
        lines += wrapped(f"“{chain.words}”", width, "dim")
    lines.append(())
    tries = chain.attempts
    if len(tries) > FIRST + LAST:
        middle = tries[FIRST:-LAST]
        here = [attempt for attempt in middle if _is_here(attempt, failure)]
        lines += [_try(chain, attempt, failure, width) for attempt in (*tries[:FIRST], *here)]
        lines.append(((f"{INDENT}… {len(middle) - len(here):,} more tries", "dim"),))
        tries = tries[-LAST:]
    return lines + [_try(chain, attempt, failure, width) for attempt in tries]


def _is_here(attempt: Attempt, failure: Failure) -> bool:
    return attempt.tool_use_id == failure.tool_use_id


def _ending(chain: Chain) -> Parts:
    sign = OUTCOME[chain.outcome]
    ended: Parts = ((f"{sign.glyph} {sign.word}", sign.tone),)
    if not chain.retries and not chain.cost:
        return (*ended, (", not tried again", ""))
    tries = f", {count(chain.retries, 'retry', 'retries')}" if chain.retries else ""
    took = f", {figures.took(chain.took_ms)}" if chain.retries else ""
    cost = amount(chain.cost, chain.unpriced_tokens)
    return (*ended, (f"{tries}{took}, {cost}", ""))


def _try(chain: Chain, attempt: Attempt, failure: Failure, width: int) -> Parts:
    """One try: when, what came of it, and its error or what was done otherwise."""
    here = "›" if _is_here(attempt, failure) else ""
    sign = _sign(attempt)
    other = attempt.target if attempt.target != chain.first.target else ""
    text: Parts = ((attempt.error, ""), ("  " if attempt.error and other else "", ""))
    cells: tuple[Cell, ...] = (
        ((here, "select"),),
        ((clock(attempt.ended_at or attempt.at), "dim"),),
        ((sign.glyph, sign.tone),),
        ((sign.word, sign.tone),),
        (*text, (other, "dim")),
        ((figures.took(attempt.duration_ms) if attempt.ended_at else "", "dim"),),
    )
    return columns_line(COLUMNS, cells, width)


def _sign(attempt: Attempt) -> Sign:
    if attempt.kind is not None:
        return FAILURE[attempt.kind]
    return Sign("✓", "ok", "fill") if attempt.ended_at else Sign("●", "runs", "accent")
