"""`cctop store`: what is kept of sessions from one start to the next."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cctop.commands.options import add_root_option, roots_of

# What reads and writes is imported by those who run: every start builds the parsers.
if TYPE_CHECKING:
    from cctop.book.snapshot import Session
    from cctop.engine.settings import Settings
    from cctop.store.look import Look
    from cctop.store.rows import Frozen

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

EPILOG = """\
examples:
  cctop store path                     where it is
  cctop store info                     how large it is, and what it holds
  cctop store rebuild                  read all transcripts anew, and keep what they no longer tell
  cctop store forget --before 90d      delete sessions that were last active before that

The store is a file in which cctop keeps what it has read, so that a start reads only what is new,
and so that sessions stay when Claude Code deletes their transcripts (after 30 days, unless its
cleanupPeriodDays says otherwise). It stays on this machine. --no-store does without it for once.
docs/store.md tells all of it.
"""
FORGET = """\
examples:
  cctop store forget --before 90d              asks first, and says what would go
  cctop store forget --before 2026-11-01 --yes
  cctop store forget --before 2w --root ~/.claude-work

Sessions that copied from each other (forks) go together, when all of them are older. Those that run
or were active within the last hour stay. Transcripts are not touched: a session whose transcript is
still there comes back at the next start, and one without is gone for good.
"""

_RECENT = 3_600_000  # ms


def add_parser(subparsers: "Subparsers") -> None:
    """Add `store` and its actions to the program's subcommands."""
    parser = subparsers.add_parser(
        "store",
        help="look at what is kept between two starts, rebuild it, or forget old sessions",
        description="Look at the history that cctop keeps, rebuild it, or forget a part of it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("path", help="print where the store is", allow_abbrev=False)
    info = actions.add_parser("info", help="say what it holds", allow_abbrev=False)
    info.add_argument("--json", action="store_true", help="as JSON, for scripts")
    rebuild = actions.add_parser(
        "rebuild",
        help="read everything that is on disk anew",
        description="Read all transcripts anew; sessions whose transcripts are gone are kept.",
        allow_abbrev=False,
    )
    forget = actions.add_parser(
        "forget",
        help="delete old sessions from it",
        description="Delete sessions that were last active before a time from the store.",
        epilog=FORGET,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    forget.add_argument(
        "--before",
        metavar="WHEN",
        required=True,
        help="last active longer ago than 12h, 30d or 8w, or before a date as in 2026-11-01",
    )
    forget.add_argument("--yes", action="store_true", help="do not ask")
    for one in (rebuild, forget):
        add_root_option(one)


def run(args: argparse.Namespace) -> int:
    """Run the chosen action and return the exit code. Raises `Fault`."""
    {"path": _path, "info": _info, "rebuild": _rebuild, "forget": _forget}[args.action](args)
    return 0


def _path(args: argparse.Namespace) -> None:
    from cctop.text import clean  # noqa: PLC0415

    _say(clean(_settings(args).store, 4096))


def _info(args: argparse.Namespace) -> None:
    from cctop.store.look import look  # noqa: PLC0415
    from cctop.text import clean  # noqa: PLC0415

    path = _settings(args).store
    assert path is not None
    found = look(path)
    if args.json:
        document = {"path": clean(path, 4096)} | _document(found)
        text = json.dumps(document, indent=2, ensure_ascii=False)
        sys.stdout.buffer.write(f"{text}\n".encode())
        return
    _say(clean(path, 4096))
    for name, said in _lines(found):
        _say(f"  {name:10} {said}" if name else f"  {said}")


def _document(found: "Look") -> dict[str, Any]:
    from cctop.report.times import iso  # noqa: PLC0415

    return {
        "exists": found.exists,
        "bytes": found.size,
        "transcript_bytes_read": found.read,
        "schema": found.schema,
        "sessions": found.sessions,
        "sessions_without_transcript": found.without,
        "files": found.files,
        "oldest_activity": iso(found.oldest),
        "newest_activity": iso(found.newest),
        "roots": list(found.roots),
        "made_by": found.made_by or None,
        "made_at": iso(found.made_at),
        "set_aside": list(found.aside),
        "trouble": found.trouble or None,
    }


def _lines(found: "Look") -> Iterator[tuple[str, str]]:
    from cctop.doctor.words import counted, size  # noqa: PLC0415
    from cctop.report.times import local  # noqa: PLC0415

    if not found.exists:
        yield "", "there is none yet: the first run makes it"
    elif found.trouble:
        yield "size", size(found.size)
        yield "trouble", f"{found.trouble}; the next run without --no-store says what becomes of it"
    else:
        yield "size", f"{size(found.size)}, for {size(found.read)} of transcripts read"
        gone = f", of which {found.without:,} have no transcript any more" if found.without else ""
        yield "sessions", f"{counted(found.sessions, 'session')}{gone}"
        yield "files", counted(found.files, "transcript")
        if found.newest:
            yield "activity", f"{local(found.oldest)} to {local(found.newest)}"
        for root in found.roots:
            yield "of", root
        if found.schema:
            made = f", made by cctop {found.made_by} on {local(found.made_at)}"
            yield "schema", f"{found.schema}{made}"
    for name in found.aside:
        yield "set aside", f"{name}: was damaged; delete it if you do not need it"


def _rebuild(args: argparse.Namespace) -> None:
    from cctop.commands.reading import book_of, remark  # noqa: PLC0415
    from cctop.doctor.words import counted  # noqa: PLC0415
    from cctop.engine.anew import pack, start_over  # noqa: PLC0415
    from cctop.store.look import look  # noqa: PLC0415

    settings = _settings(args)
    with _faults():
        if notice := start_over(settings):
            remark(notice)
        with book_of(args):
            pass
        pack(settings)
    assert settings.store is not None
    found = look(settings.store)
    gone = f"; of {found.without:,} no transcript is left" if found.without else ""
    _say(f"{counted(found.sessions, 'session')} in {counted(found.files, 'transcript')}{gone}")


def _forget(args: argparse.Namespace) -> None:
    from cctop.clock import now_ms  # noqa: PLC0415
    from cctop.commands.fault import FAILED, MISUSED, Fault  # noqa: PLC0415
    from cctop.commands.reading import book_of  # noqa: PLC0415
    from cctop.report.times import since  # noqa: PLC0415

    try:
        before = min(since(args.before, now_ms()), now_ms() - _RECENT)
    except ValueError as error:
        raise Fault(MISUSED, f"--before: {error}") from error
    _settings(args)
    with _faults(), book_of(args) as reading:
        old = _older(reading.resting(), before)
        if not old:
            _say("no session that rests was last active before that")
            return
        said = _what(old)
        if not args.yes:
            _ask(said)
        if not reading.forget(one.id for one in old):
            raise Fault(FAILED, "the store is used by another program; nothing was forgotten")
        _say(f"Forgotten: {said[0]}.")
        for line in said[1:]:
            _say(line)


def _older(resting: "dict[str, Frozen]", before: int) -> "list[Session]":
    """Return the sessions of the families that were all last active before a time, ms."""
    young = {one.family for one in resting.values() if one.summary.last_activity_at >= before}
    return [one.summary for one in resting.values() if one.family not in young]


def _what(old: "Sequence[Session]") -> list[str]:
    """Return what goes, and what of it comes back, in lines."""
    from cctop.doctor.words import counted  # noqa: PLC0415
    from cctop.figures import usd  # noqa: PLC0415
    from cctop.report.times import local  # noqa: PLC0415

    newest = max(one.last_activity_at for one in old)
    cost = usd(sum(one.cost for one in old))
    lines = [f"{counted(len(old), 'session')}, {cost}, last active {local(newest)} or earlier"]
    there = sum(not one.transcript_gone for one in old)
    if there:
        lines.append(f"{there:,} of them still have a transcript, and come back at the next start")
    return lines


def _ask(said: list[str]) -> None:
    """Ask the user. Raises `Fault` where there is nobody to ask, or who says no."""
    from cctop.commands.fault import FAILED, MISUSED, Fault  # noqa: PLC0415

    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise Fault(
            MISUSED, f"would forget {said[0]}", *(f"  {line}" for line in said[1:]),
            "nothing was forgotten: no terminal to ask on; --yes forgets without asking",
        )  # fmt: skip
    for line in said:
        _say(line)
    sys.stdout.write("Forget them for good? [y/N] ")
    sys.stdout.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise Fault(FAILED, "nothing was forgotten")


def _settings(args: argparse.Namespace) -> "Settings":
    """Return the engine's settings, which name a store. Raises `Fault`."""
    from cctop.commands.fault import MISUSED, Fault  # noqa: PLC0415
    from cctop.commands.settings import load_config, settings_of  # noqa: PLC0415

    if args.no_store:
        raise Fault(MISUSED, "--no-store goes with no `cctop store`")
    settings = settings_of(load_config(), roots_of(args), store=True)
    if settings.store is None:
        raise Fault(MISUSED, "no home folder to keep a store in; set HOME or CCTOP_STATE_DIR")
    return settings


@contextmanager
def _faults() -> Iterator[None]:
    """Make a fault of a store that cannot be used."""
    from cctop.commands.fault import FAILED, Fault  # noqa: PLC0415
    from cctop.store.faults import StoreError  # noqa: PLC0415

    try:
        yield
    except StoreError as error:
        raise Fault(FAILED, str(error)) from error


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
