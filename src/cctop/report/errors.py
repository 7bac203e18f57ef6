"""A trace → the JSON document that `errors_model` describes."""

from collections.abc import Iterable

from cctop import __version__
from cctop.book import trace as book
from cctop.book.snapshot import Session, Snapshot
from cctop.report import errors_model as model
from cctop.report.document import PRICE_NOTE
from cctop.report.model import Prices
from cctop.report.sections import loop, usd
from cctop.report.times import iso
from cctop.text import clean


def errors_document(picture: Snapshot, session: Session, trace: book.Trace) -> model.ErrorsReport:
    """Return the document about the failures of one session of the picture."""
    return model.ErrorsReport(
        schema_version=model.SCHEMA_VERSION,
        generated_at=iso(picture.at) or "",
        cctop_version=__version__,
        prices=Prices(picture.prices_source, picture.prices_version, PRICE_NOTE),
        notices=list(picture.notices),
        session_id=clean(session.id, 255),
        project=session.project,
        title=session.title,
        status=session.status,
        tool_calls=session.tool_calls,
        tool_failures=session.tool_failures,
        denials=session.denials,
        interruptions=session.interruptions,
        cost_usd=usd(trace.cost),
        unpriced_tokens=trace.unpriced_tokens,
        chains=[_chain(chain) for chain in trace.chains],
        loops=[loop(streak) for streak in trace.streaks],
        compactions=[_loss(loss) for loss in trace.losses],
    )


def _chain(chain: book.Chain) -> model.Chain:
    return model.Chain(
        tool=chain.tool,
        agent_id=clean(chain.agent_id),
        words=chain.words,
        outcome=chain.outcome,
        failures=chain.failures,
        retries=chain.retries,
        took_ms=chain.took_ms,
        cost_usd=usd(chain.cost),
        unpriced_tokens=chain.unpriced_tokens,
        attempts=[_attempt(attempt) for attempt in chain.attempts],
    )


def _attempt(attempt: book.Attempt) -> model.Attempt:
    return model.Attempt(
        at=iso(attempt.at),
        ended_at=iso(attempt.ended_at),
        tool_use_id=clean(attempt.tool_use_id),
        target=attempt.target,
        kind=attempt.kind,
        error=attempt.error,
        duration_ms=attempt.duration_ms,
    )


def _loss(loss: book.Loss) -> model.Loss:
    return model.Loss(
        at=iso(loss.at),
        trigger=loss.trigger,
        agent_id=clean(loss.agent_id),
        summarised=loss.summarised,
        read=_items(loss.read),
        edited=_items(loss.edited),
        commands=_items(loss.commands),
        rereads=[_reread(reread) for reread in loss.rereads],
    )


def _items(items: Iterable[book.Item]) -> list[model.Item]:
    return [model.Item(item.text, item.count, item.named) for item in items]


def _reread(reread: book.Reread) -> model.Reread:
    return model.Reread(
        path=reread.path,
        at=iso(reread.at),
        tool_use_id=clean(reread.tool_use_id),
        tokens=reread.tokens,
        cost_usd=None if reread.cost is None else usd(reread.cost),
    )
