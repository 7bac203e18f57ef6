"""The status line: is cctop in it, and does it arrive. And the sessions that run now."""

import os
from collections.abc import Iterator
from typing import Any

from cctop.doctor.check import Check, State, check
from cctop.doctor.facts import Facts, mtime
from cctop.doctor.hooks import GRACE, SWITCH_ON
from cctop.doctor.words import ago, counted, iso
from cctop.sources.registry import RunningSessions
from cctop.sources.roots import sessions_dir

INSTALL = "cctop statusline install"
_HEARS = frozenset({"wrapped", "ours"})
_SHOWN = 5


def installed(facts: Facts) -> Check:
    """Return a check of who draws the status line."""
    state, finding, remedy = _drawn(facts)
    word = "status line not installed" if state is State.INFO else ""
    return check("status-line", state, finding, remedy, word=word, **facts.settings.line)


def _drawn(facts: Facts) -> tuple[State, str, str]:
    """Return how it stands with the installation, in words, and the remedy."""
    line, overruled, used = facts.settings.line, facts.settings.overruled, _used(facts)
    odd = [s for s in line.get("scopes", ()) if s["state"] in {"changed", "unknown"}]
    if odd and not used:
        said = f"the statusLine in {odd[0]['file']} is not as cctop writes it"
        remedy = f"put your own command there, or take it out, and run {INSTALL}"
        return State.ATTENTION, said, remedy
    if not used:
        said = "not installed: no limits of a plan, and Claude Code's own total only when a session"
        return State.INFO, f"{said} ends", INSTALL
    if off := line.get("disabled_by"):
        return State.BROKEN, f"installed, but switched off by {off[0]}", SWITCH_ON
    for scope in used:
        if not scope["exists"]:
            said = f"it runs {scope['program']}, which is not there, or not executable"
            return State.BROKEN, said, f"{INSTALL} --scope {scope['scope']}"
    if overruled:
        finding, _, remedy = overruled[0].partition("; ")
        return State.ATTENTION, finding, remedy
    where = ", ".join(f"{one['scope']} ({one['file']}, {_WORDS[one['state']]})" for one in used)
    return State.OK, f"installed: {where}", ""


def arriving(facts: Facts) -> Check:
    """Return a check of the newest status line of each session."""
    told = sorted(facts.heard.statuses, key=lambda status: -status.at)
    now = facts.now
    if not told:
        return _nothing_came(facts)
    ages = [f"{one.session[:8]}  {ago(now, one.at)}" for one in told[:_SHOWN]]
    return check(
        "status-line-arriving",
        State.OK,
        f"of {counted(len(told), 'session')}, the last {ago(now, told[0].at)}",
        notes=ages,
        word=f"status line: last {ago(now, told[0].at)}",
        sessions={one.session: iso(one.at) for one in told},
        last_at=iso(told[0].at),
    )


def running(facts: Facts) -> Check:
    """Return a check of the registry of running sessions."""
    live = RunningSessions(facts.settings.roots).read()
    entries = sum(_entries(sessions_dir(root)) for root in facts.settings.roots)
    stale = max(0, entries - len(live))
    left = f"; {counted(stale, 'entry', 'entries')} left by killed processes" if stale else ""
    return check(
        "running",
        State.OK if entries else State.INFO,
        f"{counted(len(live), 'session')} of {counted(entries, 'entry', 'entries')}{left}"
        if entries
        else "no session says that it runs (-p and SDK runs need not)",
        "they do no harm: an entry counts only while its process lives" if stale else "",
        entries=entries,
        live=[{"session": one.session, "pid": one.pid, "status": one.status} for one in live],
        stale=stale,
    )


def checks(facts: Facts) -> Iterator[Check]:
    """Yield all checks of this module."""
    yield installed(facts)
    yield arriving(facts)
    yield running(facts)


def _nothing_came(facts: Facts) -> Check:
    used = _used(facts)
    if not used:
        return check("status-line-arriving", State.INFO, "none: cctop is not in the status line")
    begun = min((at for scope in used if (at := mtime(scope["file"]))), default=0)
    live = {one.session for one in RunningSessions(facts.settings.roots).read()}
    active = [s.last_activity_at for s in facts.picture.sessions if s.id in live]
    if (newest := max(active, default=0)) > begun + GRACE:
        return check(
            "status-line-arriving",
            State.ATTENTION,  # the registry knows runs that draw none, too
            "none has come since the installation, though a session that runs was active"
            f" {ago(facts.now, newest)}",
            "-p runs draw none, nor do --bare and folders that are not trusted; a statusLine of the"
            " project wins over yours: cctop statusline status, run in that project, says so",
            word="no status line has come",
            last_at=None,
        )
    return check(
        "status-line-arriving",
        State.INFO,
        "none yet: only interactive sessions draw one",
        word="no status line yet",
        last_at=None,
    )


def _used(facts: Facts) -> list[Any]:
    return [s for s in facts.settings.line.get("scopes", ()) if s["state"] in _HEARS]


def _entries(folder: str) -> int:
    try:
        return sum(name.endswith(".json") for name in os.listdir(folder))  # noqa: PTH208
    except OSError:
        return 0


_WORDS = {"wrapped": "beside your command", "ours": "cctop's own line"}
