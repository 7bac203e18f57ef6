"""The command without a name: the live screen, on the user's own sessions or on made-up ones."""

import argparse
import gc
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from cctop.commands.options import roots_of

if TYPE_CHECKING:
    from cctop.book.proof import Proof
    from cctop.config import Config
    from cctop.engine.engine import Engine
    from cctop.engine.scouts import Scouts
    from cctop.engine.settings import Settings
    from cctop.replay.player import Player
    from cctop.ui.options import Options

# As in `cctop.config.model`, which costs 20 ms to import; a test holds the two together.
THEMES = ("dark", "light", "high-contrast", "colour-blind", "terminal")
SCOPES = ("active", "today", "all")
SLOWEST_HZ, FASTEST_HZ = 0.2, 10.0
OPTIONS = ("replayed", "scope", "theme", "refresh", "no_mouse", "demo")
REPLAYED = "--session"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the screen; those left out are as the config says."""
    group = parser.add_argument_group("the screen", "The config file sets what is not given here.")
    group.add_argument(
        REPLAYED,
        dest="replayed",  # "session" is what other commands call the one that they are about
        metavar="ID",
        help="open one session: a finished one as a replay from its start, a running one at its"
        ' live end; its id, the beginning of it, "latest" or the path of a transcript',
    )
    group.add_argument("--scope", choices=SCOPES, help="the sessions to list at the start")
    group.add_argument("--theme", choices=THEMES, help="the colours")
    group.add_argument(
        "--refresh",
        type=_hertz,
        metavar="HZ",
        help="how many times a second it may be drawn, from 0.2 to 10",
    )
    group.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    group.add_argument(
        "--demo", action="store_true", help="play a made-up day of sessions, and read no others"
    )


def options_in(args: argparse.Namespace) -> list[str]:
    """Return the options of the screen that were given, as they are written."""
    given = (name for name in OPTIONS if getattr(args, name) not in {None, False})
    return [REPLAYED if name == "replayed" else f"--{name.replace('_', '-')}" for name in given]


def _hertz(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not SLOWEST_HZ <= value <= FASTEST_HZ:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0.2 to 10")
    return value


def run(args: argparse.Namespace) -> int:
    """Open the screen and return the exit code. Raises `Fault` where there is no terminal."""
    # Nothing is garbage on the way to the first paint, after which the app turns it on again.
    gc.disable()
    from msgspec.structs import replace  # noqa: PLC0415

    from cctop.commands.fault import MISUSED, Fault  # noqa: PLC0415
    from cctop.commands.settings import load_config, settings_of  # noqa: PLC0415
    from cctop.config import Budget  # noqa: PLC0415

    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None or not stream.isatty():
            raise Fault(
                MISUSED,
                f"{name} is no terminal, and the screen needs one;"
                " `cctop sessions` lists the sessions without it",
            )
    config = load_config()
    if not args.demo:
        store = not args.no_store
        settings = settings_of(config, roots_of(args), poll=args.poll, store=store)
        return _open(args, config, settings)
    from cctop.demo.day import BUDGET_USD  # noqa: PLC0415
    from cctop.demo.play import Demo  # noqa: PLC0415

    if config.budget.daily_usd is None:
        config = replace(config, budget=Budget(daily_usd=BUDGET_USD))
    with Demo() as demo:
        settings = settings_of(config, [demo.root], poll=args.poll)
        return _open(args, config, replace(settings, spool=demo.spool), "demo")


def _open(args: argparse.Namespace, config: "Config", settings: "Settings", tag: str = "") -> int:
    """Open the screen. Textual is imported here and for recordings alone."""
    scouts = None if args.demo or args.replayed else _scouts(settings)
    try:
        source = _source(args, settings, scouts)
        from cctop.ui.app import CctopApp  # noqa: PLC0415

        options = options_of(args, config, settings, tag)
        app = CctopApp(source, options)
        app.run(mouse=options.mouse)
        app.ending.is_over()
        return app.return_code or 0
    finally:
        if scouts is not None:
            scouts.close()


def _scouts(settings: "Settings") -> "Scouts | None":
    """Have those sessions read that the store cannot know: they began after it was written last."""
    from cctop.engine.scouts import sent_ahead  # noqa: PLC0415

    try:
        since = settings.store.stat().st_mtime_ns // 10**6 if settings.store is not None else 0
    except OSError:
        since = 0
    return sent_ahead(settings.roots, since)


def _source(
    args: argparse.Namespace, settings: "Settings", scouts: "Scouts | None"
) -> "Engine | Player":
    """Return what the screen shows: all sessions, or one. Raises `Fault` for an unknown one."""
    if args.replayed is not None:
        from cctop.commands.replaying import replay_of  # noqa: PLC0415

        return replay_of(settings, args.replayed)
    from cctop.engine.engine import Engine  # noqa: PLC0415

    return Engine(settings, scouts=scouts)


def _opener(settings: "Settings") -> "Callable[[str], Player]":
    """Return what opens a session from the table; its modules are loaded when it is used."""

    def opened(session: str) -> "Player":
        from cctop.replay.player import Player  # noqa: PLC0415

        return Player(settings, session)

    return opened


def options_of(
    args: argparse.Namespace, config: "Config", settings: "Settings", tag: str = ""
) -> "Options":
    """Return what the command line says, else the config. Raises `Fault` for unusable keys."""
    from cctop.alerts.terminal import Way  # noqa: PLC0415
    from cctop.commands.fault import MISUSED, Fault  # noqa: PLC0415
    from cctop.paths import config_file  # noqa: PLC0415
    from cctop.prices.rates import PICO  # noqa: PLC0415
    from cctop.text import clean  # noqa: PLC0415
    from cctop.ui.choice import Scope  # noqa: PLC0415
    from cctop.ui.keys import KeyMapError, resolve  # noqa: PLC0415
    from cctop.ui.options import Options  # noqa: PLC0415

    display, notify = config.display, config.notify
    try:
        keys = resolve(config.keys)
    except KeyMapError as error:
        raise Fault(MISUSED, f"{clean(config_file(), 500)}: {clean(error, 500)}") from error
    return Options(
        theme=args.theme or display.theme,
        refresh_hz=args.refresh or display.refresh_hz,
        mouse=display.mouse and not args.no_mouse,
        scope=Scope(args.scope or display.scope),
        keys=keys,
        daily_budget=round((config.budget.daily_usd or 0) * PICO),
        tag=tag,
        title=display.title,
        bell=notify.bell,
        desktop=Way(notify.desktop),
        tell_after=1000 * notify.after_seconds,
        tell_loops=notify.loops,
        write_proof=_write_proof,
        replay=_opener(settings),
    )


def _write_proof(proof: "Proof", form: str) -> bytes:
    """Return a proof as a file in one of its forms holds it: "csv" or "json"."""
    if form == "json":
        from cctop.report.proof import encoded  # noqa: PLC0415

        return encoded(proof)
    from cctop.report.proof_csv import as_csv  # noqa: PLC0415

    return as_csv(proof).encode()
