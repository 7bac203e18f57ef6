"""How every run ends: exit codes, and what stderr says."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from scratch_home import Home


def test_no_sessions(home: Home) -> None:
    done = home.run("sessions")
    assert (done.returncode, done.stdout, done.stderr) == (0, "No sessions yet.\n", "")
    assert home.said("sessions")["sessions"] == []
    done = home.run("show", "latest")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "cctop: there are no sessions\n")


def test_no_config_folder_at_all(home: Home) -> None:
    home.root.rmdir()
    done = home.run("sessions", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["roots"] == []
    assert done.stderr == f"cctop: no Claude config folder found: there is no {home.root}\n"


def test_no_home(home: Home) -> None:
    done = home.run("sessions", env={"HOME": ""})
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot find your home directory; set HOME" in done.stderr
    home.write()
    named = home.run("sessions", "--all", "--root", str(home.root), env={"HOME": ""})
    assert (named.returncode, named.stderr) == (0, "")


def test_an_unknown_id_lists_the_nearest(home: Home) -> None:
    home.write()
    done = home.run("show", "3f9")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("cctop: no session begins with '3f9':\n  3f2a9c51-")
    assert done.stderr.endswith("web  Why is it red?\n")


def test_an_ambiguous_prefix_lists_the_candidates(home: Home) -> None:
    for number in range(12):
        home.write(f"3f2a{number:04x}")
    done = home.run("show", "3f2", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert lines[0] == "cctop: 12 sessions begin with '3f2':"
    assert (len(lines), lines[-1]) == (12, "  and 2 more")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sessions", "--since", "soon"), "--since: 'soon' is no time: write 30m, 12h, 7d or 2w"),
        (("sessions", "--root", "/nowhere/at/all"), "--root /nowhere/at/all: no such folder"),
        (("--theme", "dark", "sessions"), "--theme is for the screen, not for `cctop sessions`"),
        (("--no-mouse", "config", "path"), "--no-mouse is for the screen"),
        (("--refresh", "100"), "'100' is no number from 0.2 to 10"),
        (("--refresh", "nan"), "'nan' is no number from 0.2 to 10"),
        (("sessions", "--all", "--active"), "not allowed with argument --all"),
        (("sessions", "--al"), "unrecognized arguments: --al"),
        (("show",), "the following arguments are required: ID"),
        (("nonsense",), "invalid choice: 'nonsense'"),
    ],
)
def test_misuse_ends_with_2_and_says_why(home: Home, words: tuple[str, ...], message: str) -> None:
    done = home.run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [("sessions",), ("show", "latest")])
def test_a_faulty_config_names_file_and_key(home: Home, words: tuple[str, ...]) -> None:
    config = home.path / "config.toml"
    config.write_text('[display]\ntheme = "pink"\n', encoding="utf-8")
    done = home.run(*words, env={"CCTOP_CONFIG": str(config)})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"cctop: {config}: display.theme: must be one of ")


def test_the_screen_without_a_terminal_points_to_the_report(home: Home) -> None:
    for words in ((), ("--demo",), ("--root", str(home.root))):
        done = home.run(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "is no terminal" in done.stderr
        assert "cctop sessions" in done.stderr


@pytest.mark.parametrize(
    "words",
    [("sessions", "--all"), ("sessions", "--all", "--json"), ("show", "latest"), ("--help",),
     ("completions", "bash"), ("config", "show")],
)  # fmt: skip
def test_a_closed_pipe_is_fine(home: Home, words: tuple[str, ...]) -> None:
    for number in range(200):
        home.write(f"{number:08x}")
    reading, writing = os.pipe()
    os.close(reading)  # nobody will ever read
    command = [sys.executable, "-m", "cctop", *words]
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(
            command, stdout=pipe, stderr=subprocess.PIPE, check=False, env=home.env, timeout=60
        )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_said(home: Home) -> None:
    home.write()
    for words in (("sessions",), ("sessions", "--json"), ("--version",)):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "cctop", *words],
                stdout=full, stderr=subprocess.PIPE, check=False, env=home.env, text=True,
            )  # fmt: skip
        assert (done.returncode, done.stderr) == (1, "cctop: No space left on device\n")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-"])
def test_closed_streams_are_no_trouble(home: Home, closed: str) -> None:
    home.write()
    line = f"{sys.executable} -m cctop sessions --json {closed}"
    done = subprocess.run(
        ["/bin/sh", "-c", line], capture_output=True, text=True, check=False, env=home.env
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert bool(done.stdout) is (closed != ">&-")


def test_a_terminal_without_the_glyphs_gets_a_question_mark(home: Home) -> None:
    home.write()
    done = home.run("sessions", "--all", env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "? ended" in done.stdout


def test_ctrl_c_ends_quietly(home: Home) -> None:
    fifo = home.path / "config.toml"
    os.mkfifo(fifo)
    # Without warnings: the signal may come between the opening of the file and its `with`.
    env = {**home.env, "CCTOP_CONFIG": str(fifo), "PYTHONWARNINGS": ""}
    running = subprocess.Popen(
        [sys.executable, "-m", "cctop", "sessions"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
    )  # fmt: skip
    with running, fifo.open("wb"):  # it has begun to read its config, and waits for more of it
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out, err) == (130, b"", b"")
