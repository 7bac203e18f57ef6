"""The surroundings: clock, prices, terminal, versions, file notifications."""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

from cctop.doctor.check import Check, State, check
from cctop.doctor.facts import Facts
from cctop.doctor.words import ago, counted, iso, some
from cctop.figures import duration, tokens

AHEAD = 120_000  # ms that a clock may be wrong by
OLD = 180 * 24 * 3_600_000  # ms after which a price list is worth an update
NARROW = 48  # columns that the screen is made for at the least
_FULL = 0.8  # share of the watches that one program should not exceed


def checks(facts: Facts) -> Iterator[Check]:
    """Yield all checks of this module."""
    yield clock(facts)
    yield prices(facts)
    yield terminal(facts)
    yield versions(facts)
    yield watchers(facts)


def clock(facts: Facts) -> Check:
    """Return a check of times that have not come yet."""
    limit, machine = facts.now + AHEAD, facts.machine
    sign, minutes = "-" if machine.offset < 0 else "+", abs(machine.offset) // 60
    zone = f"{machine.zone} (UTC{sign}{minutes // 60:02}:{minutes % 60:02})"
    sources = {
        "events of hooks": [record.at for record in facts.heard.records],
        "transcripts": [session.last_activity_at for session in facts.picture.sessions],
        "files": [file.mtime_ns // 1_000_000 for file in facts.scan.found],
    }
    ahead = {name: count for name, at in sources.items() if (count := sum(t > limit for t in at))}
    if not ahead:
        finding = f"{zone}, and nothing lies in the future"
        return check("clock", State.OK, finding, zone=machine.zone, ahead={})
    most = max(max(at, default=0) for at in sources.values()) - facts.now
    found = ", ".join(f"{count:,} {name}" for name, count in ahead.items())
    return check(
        "clock",
        State.ATTENTION,
        f"from the future, by up to {duration(most)}: {found}; here it is {zone}",
        "set the clock of this machine, or of the one where the sessions run; ages and rates are"
        " wrong by as much",
        zone=machine.zone,
        ahead=ahead,
        most_ms=most,
    )


def prices(facts: Facts) -> Check:
    """Return a check of the price list, and of models that have no price."""
    picture = facts.picture
    unpriced: Counter[str] = Counter()
    for session in picture.sessions:
        if session.unpriced_tokens:
            for use in facts.detail(session.id).models:
                if use.cost is None:
                    unpriced[use.model] += use.tokens.total
    at = facts.machine.prices_at
    listed = f"{picture.prices_source} {picture.prices_version}"
    listed += f", installed {ago(facts.now, at)}" if at else ""
    details: dict[str, Any] = {
        "source": picture.prices_source, "version": picture.prices_version,
        "installed_at": iso(at), "unpriced": dict(unpriced),
    }  # fmt: skip
    if unpriced:
        named = [f"{model} ({tokens(count)} tokens)" for model, count in unpriced.most_common()]
        name = next(iter(dict(unpriced.most_common()))).replace('"', "")
        return check(
            "prices",
            State.ATTENTION,
            f"no price for {some(named)}; {listed}",
            "update cctop, or give it one in USD per million tokens: in the config,"
            f' [prices."{name}"] with input = … and output = …',
            **details,
        )
    if at and facts.now - at > OLD:
        remedy = "update cctop: prices change, and new models come"
        return check("prices", State.ATTENTION, listed, remedy, **details)
    return check("prices", State.OK, f"{listed}; every model has a price", **details)


def terminal(facts: Facts) -> Check:
    """Return a check of what the screen has to be drawn on."""
    machine, env = facts.machine, facts.machine.env
    term, colours = env.get("TERM", ""), env.get("COLORTERM", "")
    inside = "tmux" if env.get("TMUX") else "screen" if env.get("STY") else ""
    details: dict[str, Any] = {
        "term": term, "colorterm": colours, "no_color": bool(env.get("NO_COLOR")),
        "encoding": machine.encoding, "inside": inside, "tty": machine.tty,
        "columns": machine.size[0], "lines": machine.size[1],
    }  # fmt: skip
    depth = "no colours (NO_COLOR)" if env.get("NO_COLOR") else colours or "256 colours or fewer"
    size = f"{machine.size[0]} by {machine.size[1]}"
    parts = (f"TERM={term or '(unset)'}", depth, size, machine.encoding or "?", inside)
    finding = ", ".join(part for part in parts if part)
    if not machine.tty:
        return check("terminal", State.INFO, f"the output is no terminal; {finding}", **details)
    if machine.encoding.lower().replace("-", "") != "utf8":
        remedy = "export LANG=C.UTF-8, or another locale with UTF-8"
        return check("terminal", State.ATTENTION, f"not UTF-8: {finding}", remedy, **details)
    if term in {"", "dumb"}:
        remedy = "export TERM=xterm-256color, or what your terminal calls itself"
        return check("terminal", State.ATTENTION, f"no screen: {finding}", remedy, **details)
    if machine.size[0] < NARROW:
        remedy = f"give it {NARROW} columns or more"
        return check("terminal", State.ATTENTION, f"narrow: {finding}", remedy, **details)
    if inside == "tmux" and facts.settings.desktop != "off":
        remedy = "set -g allow-passthrough on, in ~/.tmux.conf (tmux 3.3 or later), if it is not"
        said = f"{finding}; notify.desktop is on, and tmux passes it on only with allow-passthrough"
        return check("terminal", State.INFO, said, remedy, **details)
    return check("terminal", State.OK, finding, **details)


def versions(facts: Facts) -> Check:
    """Return the versions of all that has a part in it."""
    machine, seen = facts.machine, facts.sample.versions
    claude = f", Claude Code {seen[0]}" if seen else ""
    return check(
        "versions",
        State.INFO,
        f"cctop {machine.cctop}, Python {machine.python}, Textual {machine.textual or '?'}{claude};"
        f" {machine.platform}",
        cctop=machine.cctop,
        python=machine.python,
        textual=machine.textual,
        platform=machine.platform,
        claude_code=seen[0] if seen else None,
    )


def watchers(facts: Facts) -> Check:
    """Return a check of whether the system has watches enough for all folders."""
    limits = facts.machine.inotify
    folders = len(_folders(facts))
    if "max_user_watches" not in limits:
        return check("watchers", State.INFO, f"{counted(folders, 'folder')} to watch; no inotify")
    most = limits["max_user_watches"]
    finding = f"{counted(folders, 'folder')} to watch, {most:,} watches"
    finding += f" and {limits.get('max_user_instances', 0):,} watchers for a user (inotify)"
    details: dict[str, Any] = {"folders": folders, **limits}
    if folders > _FULL * most:
        remedy = f"sysctl fs.inotify.max_user_watches={max(524_288, 2 * most)}, or cctop --poll"
        return check("watchers", State.ATTENTION, finding, remedy, **details)
    return check("watchers", State.OK, finding, **details)


def _folders(facts: Facts) -> set[str]:
    """Return the folders that hold transcripts, and those between them and their root."""
    found: set[str] = set()
    for folder in {os.path.dirname(file.path) for file in facts.scan.found}:  # noqa: PTH120
        above = folder
        while above not in found and above not in facts.settings.roots and len(above) > 1:
            found.add(above)
            above = os.path.dirname(above)  # noqa: PTH120 - thousands of them
    return found
