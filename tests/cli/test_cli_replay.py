"""`cctop replay` and `cctop --session` from outside: recordings, pictures, and what goes wrong."""

import json
import os
import pty
import struct
import sys
import termios
from contextlib import suppress
from fcntl import ioctl
from pathlib import Path
from xml.etree import ElementTree

import pyte
import pytest
from scratch_home import ID, OTHER, Home

HOSTILE = "[/] [bold]x[/bold] \x1b]52;c;AAAA\x07\x1b[2J\u202e [@click=app.quit]y[/]"


def screen_of(cast: str) -> tuple[pyte.Screen, list[float]]:
    """The screen on which a cast ends, and the times of its output."""
    head, *lines = map(json.loads, cast.splitlines())
    assert head["version"] == 2
    screen = pyte.Screen(head["width"], head["height"])
    stream = pyte.Stream(screen)
    for _, kind, data in lines:
        assert kind == "o"
        stream.feed(data)
    return screen, [at for at, *_ in lines]


def test_a_session_is_written_as_a_cast(home: Home, tmp_path: Path) -> None:
    home.write()
    target = tmp_path / "out" / "it.cast"
    target.parent.mkdir()
    done = home.run("replay", "3f2a", "--to", str(target), "--size", "100x30")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [path.name for path in target.parent.iterdir()] == ["it.cast"]  # and nothing beside it
    screen, times = screen_of(target.read_text("utf-8"))
    assert times == sorted(times)
    shown = "\n".join(screen.display)
    assert (screen.columns, screen.lines) == (100, 30)
    assert "$0.01" in shown
    assert "web" in shown


def test_a_cast_goes_to_stdout_too(home: Home) -> None:
    home.write()
    done = home.run("replay", "latest", "--to", "-", "--speed", "50", "--idle", "0.5")
    assert (done.returncode, done.stderr) == (0, "")
    screen_of(done.stdout)


@pytest.mark.parametrize("time", ["0%", "100%", "+5m"])
def test_the_screen_at_a_time_is_written_as_svg(home: Home, time: str) -> None:
    home.write()
    done = home.run("replay", ID, "--svg", time, "--size", "80x24", "--theme", "light")
    assert (done.returncode, done.stderr) == (0, "")
    picture = ElementTree.fromstring(done.stdout)
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert "font-face" not in done.stdout
    assert "http" not in done.stdout.replace("http://www.w3.org/2000/svg", "")


def test_what_a_transcript_holds_is_not_obeyed(home: Home) -> None:
    home.write(text=HOSTILE)
    cast = home.run("replay", ID, "--to", "-").stdout
    assert "52;c" not in cast
    assert "[bold]" in cast.replace("\\u001b", "")
    ElementTree.fromstring(home.run("replay", ID, "--svg", "100%").stdout)


def test_a_transcript_anywhere_is_replayed(home: Home, tmp_path: Path) -> None:
    path = home.write()
    moved = tmp_path / "elsewhere" / path.name
    moved.parent.mkdir()
    path.rename(moved)
    done = home.run("replay", str(moved), "--svg", "100%")
    assert (done.returncode, done.stderr) == (0, "")
    assert home.run("replay", ID, "--svg", "100%").returncode == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("replay", "ffff", "--to", "-"), 1, "no session begins with 'ffff':\n  3f2"),
        (("replay", "3f2", "--to", "-"), 1, "2 sessions begin with '3f2':\n"),
        (("replay", "/nowhere/x.jsonl", "--to", "-"), 1, "there is no file /nowhere/x.jsonl"),
        (("replay", ID), 2, "where to? --to FILE.cast"),
        (("replay", ID, "--svg", "soon"), 2, "--svg: 'soon' is no time: write \"14:05\""),
        (("replay", ID, "--to", "/nowhere/x.cast"), 1, "/nowhere/"),
        (("replay", ID, "--to", "-", "--size", "big"), 2, "'big' is no size of a terminal"),
        (("replay", ID, "--to", "-", "--speed", "0"), 2, "'0' is no number above 0"),
        (("--session", ID, "replay", ID), 2, "--session is for the screen"),
    ],
)
def test_what_goes_wrong_is_said_plainly(
    home: Home, words: tuple[str, ...], code: int, said: str
) -> None:
    home.write()
    home.write(OTHER)
    done = home.run(*words)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_there_stays_where_the_time_is_none(home: Home, tmp_path: Path) -> None:
    home.write()
    target = tmp_path / "then.svg"
    target.write_text("precious")
    assert home.run("replay", ID, "--svg", "soon", "--to", str(target)).returncode == 2
    assert target.read_text() == "precious"
    assert home.run("replay", ID, "--svg", "50%", "--to", str(target)).returncode == 0
    assert target.read_text("utf-8").startswith("<svg")


def in_a_terminal(home: Home, *words: str, until: str = "", keys: bytes = b"") -> tuple[int, str]:
    """Run cctop in a terminal, type `keys` when it shows a text; its exit code and its screen."""
    pid, terminal = pty.fork()
    if pid == 0:
        ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        env = home.env | {"TERM": "xterm-256color"}
        os.execve(sys.executable, [sys.executable, "-m", "cctop", *words], env)
    screen = pyte.Screen(120, 40)
    stream = pyte.ByteStream(screen)
    left, shown = keys, ""
    with suppress(OSError):  # the program has ended
        while data := os.read(terminal, 65_536):
            stream.feed(data)
            if until and until in (now := "\n".join(screen.display)):
                shown = shown or now
                os.write(terminal, left)
                left = b""
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown or "\n".join(screen.display)


@pytest.mark.pty
def test_a_session_is_opened_alone(home: Home) -> None:
    home.write()
    home.write(OTHER, text="Another one?")
    code, shown = in_a_terminal(home, "--session", "3f2a", until="Why is it red?", keys=b"q")
    assert code == 0
    assert "Another one?" not in shown


@pytest.mark.pty
def test_an_unknown_session_opens_nothing(home: Home) -> None:
    home.write()
    code, shown = in_a_terminal(home, "--session", "ffff")
    assert code == 1
    assert "no session begins with 'ffff'" in shown
    assert ID in shown
