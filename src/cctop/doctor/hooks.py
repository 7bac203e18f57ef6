"""Hooks: are they installed, do they arrive, how long do they take, and what they cannot tell."""

from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import Any

from cctop.doctor.check import Check, State, check
from cctop.doctor.facts import Facts, mtime
from cctop.doctor.words import ago, counted, iso, some
from cctop.figures import took

HOUR = 3_600_000
GRACE = 120_000  # ms: what is as young may still be on its way
SLOW = 5_000  # ms
JOINED = 200  # the newest calls that the lag is taken of
INSTALL = "cctop hooks install"
SWITCH_ON = "take that setting out; one of an administrator only an administrator can"
_TOOLS = frozenset({"PostToolUse", "PostToolUseFailure"})


def installed(facts: Facts) -> Check:
    """Return a check of what is registered with Claude Code."""
    hooks = facts.settings.hooks
    if facts.settings.refused:
        return check("hooks", State.BROKEN, facts.settings.refused, "set HOME, or --root DIR")
    state, finding, remedy = _registered(facts)
    word = "hooks not installed" if remedy == INSTALL and state is State.INFO else ""
    return check("hooks", state, finding, remedy, word=word, **hooks)


def _registered(facts: Facts) -> tuple[State, str, str]:
    """Return how it stands with the installation, in words, and the remedy."""
    hooks, used = facts.settings.hooks, _scopes(facts)
    plugin = bool(hooks.get("plugin"))
    for scope in hooks.get("scopes", ()):
        if scope["why"]:
            remedy = "mend that file: Claude Code itself ignores one that it cannot read"
            return State.BROKEN, scope["why"], remedy
    if not used and not plugin:
        said = "not installed: all figures are there without them, some seconds later"
        return State.INFO, said, INSTALL
    if off := hooks.get("disabled_by"):
        return State.BROKEN, f"installed, but switched off by {off[0]}", SWITCH_ON
    gone = [one["path"] for scope in used for one in scope["programs"] if not one["exists"]]
    if gone:
        said = f"they run {gone[0]}, which is not there, or not executable"
        return State.BROKEN, said, INSTALL
    if plugin and not used and not facts.machine.hook:
        said = "the plugin runs cctop-hook, which is not on the PATH"
        return State.BROKEN, said, "install cctop so that cctop-hook is on the PATH"
    for scope in used:
        if scope["missing"]:
            said = f"{scope['scope']} ({scope['file']}) lacks {some(scope['missing'], 5)}"
            return State.ATTENTION, said, f"{INSTALL} --scope {scope['scope']}"
    where = [f"{scope['scope']} ({scope['file']})" for scope in used] + ["plugin"] * plugin
    twice = "; every event is told twice, which does no harm" if plugin and used else ""
    return State.OK, f"installed: {', '.join(where)}{twice}", ""


def arriving(facts: Facts) -> Check:
    """Return a check of what came: the last of each event, how many in the last hour."""
    records, now = facts.heard.records, facts.now
    if not records:
        return _nothing_came(facts)
    counts = Counter(record.event for record in records)
    hour = Counter(record.event for record in records if now - record.at < HOUR)
    last = {record.event: record.at for record in records}
    newest = records[-1].at
    finding = (
        f"{counted(len(records), 'event')} in the spool, the last {ago(now, newest)},"
        f" {hour.total():,} in the last hour"
    )
    notes = [
        f"{event:20}{counts[event]:>8,}   last {ago(now, at)}, {hour[event]:,} in the last hour"
        for event, at in sorted(last.items(), key=lambda item: -item[1])
    ]
    silent, missed = _silent(facts, last)
    notes += [f"never: {', '.join(silent)} (nothing shows that they should have)"] if silent else []
    details: dict[str, Any] = {
        "events": {
            event: {"count": counts[event], "last_at": iso(at), "last_hour": hour[event]}
            for event, at in last.items()
        },
        "last_at": iso(newest),
        "last_hour": hour.total(),
        "never": silent,
        "missed": missed,
        "of_other_folders": facts.heard.foreign,
    }
    word = f"hooks: last {ago(now, newest)}, {hour.total():,} in the last hour"
    state, said, remedy = _verdict(facts, newest, missed)
    finding += f"; {said}" if said else ""
    return check("arriving", state, finding, remedy, notes=notes, word=word, **details)


def lag(facts: Facts) -> Check:
    """Return a check of how long after a tool's result its hook was heard of."""
    results = facts.sample.results
    joined: dict[str, int] = {}  # a plugin's copy of the hook comes besides: the first counts
    for record in facts.heard.records:
        at = results.get(record.tool_use_id or "")
        if record.event in _TOOLS and at is not None:
            joined.setdefault(record.tool_use_id or "", record.at - at)
    lags = list(joined.values())[-JOINED:]
    if not lags:
        return check("lag", State.INFO, "no tool call is in both the spool and the transcripts yet")
    middle, most = round(median(lags)), max(lags)
    details: dict[str, Any] = {"calls": len(lags), "median_ms": middle, "max_ms": most}
    finding = f"hooks come {_signed(middle)} a result's line, at most {_signed(most)}"
    finding += f" (median and most of {counted(len(lags), 'tool call')})"
    if abs(middle) < SLOW:
        return check("lag", State.OK, finding, **details)
    return check(
        "lag",
        State.ATTENTION,
        finding,
        "a busy machine starts programs slowly. Where sessions run on another machine, compare the"
        " two clocks; figures do not depend on it",
        **details,
    )


def figures(_: Facts) -> Check:
    """Return what hooks cannot tell, whoever listens."""
    return check(
        "figures",
        State.INFO,
        "no hook carries tokens or cost: Claude Code gives it none, so a dashboard fed by hooks"
        " alone shows zeros. Here they come from the transcripts",
    )


def since(facts: Facts) -> int:
    """Return since when hooks are surely installed, ms: the last change of their settings.

    A plugin stands in one of the settings files, and it is not told in which.
    """
    used, every = _scopes(facts), facts.settings.hooks.get("scopes", ())
    times = [at for scope in used or every if (at := mtime(scope["file"]))]
    return (min if used else max)(times, default=0)


def _nothing_came(facts: Facts) -> Check:
    hooks = facts.settings.hooks
    if not _scopes(facts) and not hooks.get("plugin"):
        return check("arriving", State.INFO, "no events: no hooks are installed")
    begun, newest = since(facts), facts.sample.newest
    if newest > begun + GRACE:
        everywhere = hooks.get("plugin") or any(s["scope"] == "user" for s in _scopes(facts))
        where = "" if everywhere else "; they are installed for the project in this folder alone"
        return check(
            "arriving",
            State.BROKEN if everywhere else State.ATTENTION,
            f"no event has come since the installation {ago(facts.now, begun)}, though a session"
            f" ran {ago(facts.now, newest)}{where}",
            "in Claude Code, /hooks shows what it has loaded (a plugin's need /reload-plugins, and"
            " --bare runs none); `cctop doctor --watch` shows what comes",
            word="no hook has come",
            last_at=None,
            installed_at=iso(begun),
            session_at=iso(newest),
        )
    return check(
        "arriving",
        State.INFO,
        "no event yet, and no session since the installation",
        word="no hook yet",
        last_at=None,
        installed_at=iso(begun),
    )


def _verdict(facts: Facts, newest: int, missed: list[str]) -> tuple[State, str, str]:
    """Return the state, what is odd, and the remedy."""
    if not _scopes(facts) and not facts.settings.hooks.get("plugin"):
        return State.INFO, "hooks are no longer installed here", ""
    if facts.sample.newest > newest + GRACE:
        return (
            State.ATTENTION,
            f"none since, though a session ran {ago(facts.now, facts.sample.newest)}",
            "that session may run without hooks (--bare); else /hooks in Claude Code says why",
        )
    if facts.heard.foreign == len(facts.heard.records):
        return (
            State.ATTENTION,
            "all of sessions in config folders that are not read here",
            "name that folder, too: --root DIR, or roots.paths in the config",
        )
    if missed:
        return (
            State.ATTENTION,
            f"never {', '.join(missed)}, though transcripts show the reason",
            "cctop hooks install, which adds what is missing",
        )
    return State.OK, "", ""


def _silent(facts: Facts, last: dict[str, int]) -> tuple[list[str], list[str]]:
    """Return the registered events that never came: without a known reason to, and with one."""
    registered = list(dict.fromkeys(e for scope in _scopes(facts) for e in scope["events"]))
    never = [event for event in registered if event not in last]
    begun = max(since(facts), facts.heard.records[0].at)
    shown = facts.sample.shown
    missed = [event for event in never if begun + GRACE < shown.get(event, 0) < facts.now - GRACE]
    return [event for event in never if event not in missed], missed


def _scopes(facts: Facts) -> list[Any]:
    """Return the settings files in which hooks are installed."""
    return [scope for scope in facts.settings.hooks.get("scopes", ()) if scope["events"]]


def _signed(ms: int) -> str:
    return f"{took(abs(ms))} {'before' if ms < 0 else 'after'}"


def checks(facts: Facts) -> Iterator[Check]:
    """Yield all checks of this module."""
    yield installed(facts)
    yield arriving(facts)
    yield lag(facts)
    yield figures(facts)
