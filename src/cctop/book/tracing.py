"""`SessionState` → `Trace`: what became of failures, and what compactions lost."""

from collections.abc import Callable

from cctop.book.chains import chains_of
from cctop.book.hindsight import Spending
from cctop.book.losses import losses_of
from cctop.book.places import Paths
from cctop.book.session import SessionState
from cctop.book.streaks import streaks_of
from cctop.book.summary import turn_starts
from cctop.book.trace import Trace
from cctop.book.words import Words


def trace_of(
    session: SessionState,
    find: Callable[[str], SessionState | None],
    paths: Paths,
    *,
    ended: bool,
) -> Trace:
    """Return the trace of a session. `find` gives the others by their ids, None for an unknown one,
    `ended` says that nothing is at work in it any more.
    """
    session.refresh()
    starts = [prompt.at for prompt in turn_starts(session)]
    spending = Spending(session)
    words = Words(find).before
    chains = chains_of(session, starts, spending, words, paths, ended=ended)
    spent = spending.in_any((c.agent_id, c.first.ended_at, c.paid_until) for c in chains)
    return Trace(
        session=session.id,
        chains=chains,
        streaks=streaks_of(session, starts, spending),
        losses=losses_of(session),
        cost=spent.cost,
        unpriced_tokens=spent.unpriced,
    )
