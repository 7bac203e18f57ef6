"""What is in the spool: every record, every status line, and what could not be used."""

from collections.abc import Iterable

from msgspec import Struct, field

from cctop.events import Hook, HookKind, StatusLine
from cctop.hook.spool import UNREADABLE
from cctop.sources.spool.follow import Spool, Trouble
from cctop.sources.spool.records import HookRecord
from cctop.text import Clean

_KINDS = frozenset(kind.value for kind in HookKind)


class Heard(Struct):
    """`records` are those of Claude Code's events, oldest first; `foreign` counts those of them
    that are of sessions in other config folders. `whys`: why payloads could not be read.
    """

    records: list[HookRecord] = []
    foreign: int = 0
    statuses: list[StatusLine] = []
    trouble: Trouble = field(default_factory=Trouble)
    notices: tuple[Clean, ...] = ()
    whys: list[str] = []


def listen(folder: str, roots: Iterable[str]) -> Heard:
    """Return what lies in the spool at `folder` ("" for none) about the sessions of `roots`."""
    if not folder:
        return Heard()
    whole, ours = Spool(folder, tuple(roots)), Spool(folder, tuple(roots))
    records = list(whole.records())
    events = [record for record in records if record.event in _KINDS and record.session]
    told = list(ours.read())
    return Heard(
        records=sorted(events, key=lambda record: record.at),
        foreign=len(events) - sum(isinstance(event, Hook) for event in told),
        statuses=[event for event in told if isinstance(event, StatusLine)],
        trouble=whole.trouble,
        notices=whole.notices,
        whys=sorted({r.why for r in records if r.event == UNREADABLE and r.why}),
    )
