"""Cases with a screen: the first paint, live sessions, an idle minute, appended lines, memory."""

import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import first_paint
import latency
import throughput
from running import Running
from suite import Figure, Home, Suite
from terminal import Terminal

from cctop import figures as shown

LIVE = 5  # sessions that run
OPEN = ["idle"] * 16 + ["busy"] * 2 + ["waiting"] * 2  # on a common evening
BATCH = 500  # lines appended at once
SETTLE_S = 3.0  # until a screen has painted all it was told
IDLE_S = 10.0  # until nothing is so young that it is shown to the second
PICO = 10**12
LIVE_UNTIL = ("painted", "live rows true", "… after the paint", "all read")
ROWS = (" ●", " ◐", " ○")  # how the row of a session begins


def paint(suite: Suite) -> list[Figure]:
    """The first text on the screen, beside a minimal Textual app."""
    empty = suite.scratch / "empty"
    empty.mkdir(exist_ok=True)
    home = suite.main_home()
    cases = first_paint.cases_of(empty, home.root)
    first_paint.measure(cases, 2 * suite.sizes.runs, suite.scratch)
    least = next(case.median for case in cases if case.name == first_paint.MINIMAL)
    return [
        Figure(case.name, "ms", [1000 * s for s in case.times], f"× {case.median / least:.2f}")
        for case in cases
    ]


def live(suite: Suite) -> list[Figure]:
    """From the start until the rows of all live sessions are true, and until all is read."""
    home = suite.main_home()
    figures = {
        how: [Figure(f"{what}, {how}", "ms") for what in LIVE_UNTIL] for how in ("cold", "warm")
    }
    sessions = home.truth.open[:LIVE]
    with Running(home.root, sessions, ["busy"] * LIVE):
        rows = _rows(suite, home, [session["id"] for session in sessions])
        for _ in range(suite.sizes.runs):
            state = suite.state("live", empty=True)
            for of in figures.values():
                for figure, seconds in zip(of, _until_true(suite, home, state, rows), strict=True):
                    figure.add(1000 * seconds)
    return [figure for of in figures.values() for figure in of]


def _until_true(
    suite: Suite, home: Home, state: Path, rows: list[tuple[str, str]]
) -> tuple[float, float, float, float]:
    with _screen(suite, home.root, state) as terminal:
        painted = terminal.until(lambda lines: "cctop" in lines[0], "text")
        true = terminal.until(_all_true(rows), "true rows", 300)
        if not _is_reading(terminal.lines):
            return painted, true, true - painted, true
        return (
            painted,
            true,
            true - painted,
            terminal.until(lambda lines: not _is_reading(lines), "end", 300),
        )


def idle(suite: Suite) -> list[Figure]:
    """What it costs to stand there, with twenty open sessions and the others old."""
    home = suite.home(30, 80)
    sessions = home.truth.open[: len(OPEN)]
    with Running(home.root, sessions, OPEN), _screen(suite, home.root, suite.state("idle")) as on:
        on.until(lambda lines: "16 idle" in lines[0], "16 idle sessions")
        on.until(lambda lines: not _is_reading(lines), "end", 300)
        on.watch(IDLE_S)
        used, written, begun = on.cpu(), on.written, time.monotonic()
        on.watch(suite.sizes.idle)
        took = time.monotonic() - begun
        if not ("2 busy" in on.lines[0] and "2 waiting" in on.lines[0]):
            raise SystemExit(f"wrong count of open sessions: {on.lines[0]}")
        old = home.truth.sessions - len(OPEN)
        note = f"{len(OPEN)} open sessions, {old} old, {took:.0f} s"
        return [
            Figure("of a core", "%", [100 * (on.cpu() - used) / took], note),
            Figure("to the terminal", "B/s", [(on.written - written) / took]),
            Figure("memory", "MB", [on.memory() / 1e6]),
        ]


def append(suite: Suite) -> list[Figure]:
    """From a line's write to its byte on the terminal."""
    out = []
    for sessions, rate in ((1, 2.0), (10, 5.0)):
        told = latency.measure(sessions, rate, suite.sizes.latency)
        note = f"{told['shown']:g} lines, {told['overtaken']:g} overtaken by later ones"
        label = f"{sessions} sessions, {rate * sessions:g} lines/s"
        for name in ("p50_ms", "p95_ms", "max_ms"):
            out.append(Figure(f"{label}: {name.removesuffix('_ms')}", "ms", [told[name]], note))
            note = ""
        out.append(Figure(f"{label}: of a core", "%", [told["core_percent"]]))
    return out


def leak(suite: Suite) -> list[Figure]:
    """Memory before and after many appended lines, and of a fresh start on the same files."""
    root = suite.scratch / "root-leak"
    shutil.rmtree(root, ignore_errors=True)
    project = root / "projects" / "-home-ada-web"
    project.mkdir(parents=True)
    file = project / "00000000-0000-4000-8000-000000000000.jsonl"
    file.write_bytes(latency.line(0, "begin"))
    session = {"id": file.stem, "cwd": "/home/ada/web"}
    half = suite.sizes.leak // 2
    with Running(root, [session], ["busy"]):
        with _screen(suite, root, suite.state("leak", empty=True)) as terminal:
            terminal.until(_all_true(_count_true(suite, root, file.stem, 1)), "the first line")
            terminal.watch(SETTLE_S)
            kept = [terminal.memory() / 1e6]
            for part in (0, 1):
                _append(terminal, file, 1 + part * half, half)
                rows = _count_true(suite, root, file.stem, 1 + (part + 1) * half)
                terminal.until(_all_true(rows), "all lines", 120)
                terminal.watch(SETTLE_S)
                kept.append(terminal.memory() / 1e6)
        with _screen(suite, root, suite.state("leak", empty=True)) as fresh:
            fresh.until(_all_true(rows), "all lines", 120)
            fresh.watch(SETTLE_S)
            anew = fresh.memory() / 1e6
    labels = ("before", f"after {half:,} lines", f"after {2 * half:,} lines")
    return [
        *(Figure(label, "MB", [mb]) for label, mb in zip(labels, kept, strict=True)),
        Figure("a fresh start on the same files", "MB", [anew]),
        Figure("kept beyond that", "MB", [kept[2] - anew]),
    ]


def _append(terminal: Terminal, file: Path, first: int, count: int) -> None:
    """Append lines as fast as the screen takes them, and take in what it paints."""
    with file.open("ab", buffering=0) as opened:
        for begin in range(first, first + count, BATCH):
            numbers = range(begin, min(begin + BATCH, first + count))
            opened.write(b"".join(latency.line(number, f"n{number}") for number in numbers))
            terminal.watch(0.01)


def _count_true(suite: Suite, root: Path, session: str, calls: int) -> list[tuple[str, str]]:
    """Return the row of the only session, after a look whether all its calls are counted."""
    document = _document(suite, root)
    if document["totals"]["api_calls"] != calls:
        raise SystemExit(f"{document['totals']['api_calls']} calls instead of {calls}")
    return _rows_in(document, [session])


def _rows(suite: Suite, home: Home, sessions: list[str]) -> list[tuple[str, str]]:
    """What the rows of sessions must say: their project and cost, from totals that are true."""
    return _rows_in(suite.totals(home, suite.state("rows"))[1], sessions)


def _rows_in(document: dict[str, Any], sessions: list[str]) -> list[tuple[str, str]]:
    return [
        (session["project"], shown.usd(round(session["cost_usd"] * PICO)))
        for session in document["sessions"]
        if session["id"] in sessions
    ]


def _document(suite: Suite, root: Path) -> dict[str, Any]:
    env = suite.env(suite.state("document", empty=True))
    document: dict[str, Any] = json.loads(
        throughput.run(throughput.sessions_argv(root), env).printed
    )
    return document


def _all_true(rows: list[tuple[str, str]]) -> Callable[[list[str]], bool]:
    def are_true(lines: list[str]) -> bool:
        seen = [line.split() for line in lines if line.startswith(ROWS)]
        return all(any(project in row and cost in row for row in seen) for project, cost in rows)

    return are_true


def _is_reading(lines: list[str]) -> bool:
    return any("reading history" in line for line in lines)


def _screen(suite: Suite, root: Path, state: Path) -> Terminal:
    return Terminal([sys.executable, "-m", "cctop", "--root", str(root)], suite.env(state))
