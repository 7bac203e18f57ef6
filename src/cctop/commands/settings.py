"""The user's config and the command line → what the engine has to know. Nowhere else."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from msgspec.structs import asdict

from cctop import paths
from cctop.book.milestones import Rule
from cctop.commands.fault import MISUSED, Fault
from cctop.config import Config, ConfigError, load
from cctop.engine.settings import Settings
from cctop.prices.rates import PICO
from cctop.store.database import NAME
from cctop.text import clean, clean_lines


def load_config() -> Config:
    """Return the user's config; the defaults where there is no home to have one in.

    Raises `Fault` for a file that cannot be used; the message names it, the key and what is
    allowed.
    """
    try:
        return load(paths.config_file())
    except paths.NoHomeError:
        return Config()
    except ConfigError as error:
        lines = clean_lines(error, max_lines=100, limit=1000)
        raise Fault(MISUSED, *lines) from error


def settings_of(
    config: Config, cli_roots: Iterable[Path] = (), *, poll: bool = False, store: bool = False
) -> Settings:
    """Return the engine's settings; with `store` history is kept.

    Raises `Fault` where the roots depend on a missing home.
    """
    try:
        roots = paths.claude_roots(cli_roots, config.roots.paths)
    except paths.NoHomeError as error:
        raise Fault(MISUSED, clean(error, 500)) from error
    cache = None
    with suppress(paths.NoHomeError):  # only slower without
        cache = paths.cache_dir()
    spool = history = None
    with suppress(paths.NoHomeError):  # then no hook had a place for it either
        spool = paths.spool_dir()
        history = paths.state_dir() / NAME if store else None
    miles = config.milestones
    return Settings(
        roots=roots,
        poll=poll,
        prices={model: asdict(price) for model, price in config.prices.items()},
        windows=config.context.windows,
        rule=Rule(miles.kind, miles.tokens, miles.then_every),
        cache=cache,
        daily_budget=round((config.budget.daily_usd or 0) * PICO),
        spool=spool,
        store=history,
    )
