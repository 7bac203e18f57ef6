"""The commands in the settings, run by the shells that there are."""

import os
import re
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from shells import SHELLS, program, run

from cctop.integrations import shell

shells = pytest.mark.parametrize("sh", SHELLS)
GONE = "/nowhere/cctop-hook"
NAMES = ["plain", "with space", 'it\'s "q" $x `y` \\z', "ünï"]
PAYLOADS = {
    "no line end": b'{"a": 1}',
    "UTF-8": '{"a": "é😀 \\n"}\n'.encode(),
    "many line ends": b"\n\n{}\n\n\n\n",
    "nothing": b"",
    "1 MB": b'{"a": "' + b"x%s\\$'\"" * 150_000 + b'"}',
    "not even text": bytes(range(256)),
}
COMMANDS = {
    "output and code": "cat; echo out; echo err >&2; exit 3",
    "comment at the end": "cat # mine",
    "quotes": "printf '%s|' \"it's\" 'a \"b\"' '$HOME' \"$HOME\" \\'; cat",
    "lines": "read -r first\nfor x in 1 2\ndo echo $x\ndone\necho \"$first\"\ncat",
    "here-document": "cat <<EOF\n$(cat | wc -c) ' \" )\nEOF\n",
    "here-document without an end": "cat <<'EOF'\nx )",
    "cd": "cd / && pwd && cat",
    "case": "case x in x) cat;; esac",
    "brackets": "(cat; exit 4)",
    "backslash at the end": "echo a \\",
    "fails": "false",
    "not found": "no-such-command-of-anybody 2>/dev/null",
    "killed": "kill -9 $$",
    "reads nothing": "echo no",
    "reads a little": "dd bs=1 count=1 2>/dev/null; exit 5",
    "trap": "trap 'echo bye' EXIT; cat",
    "set -e": "set -eu; cat; false; echo never",
    "an alias made and used": "alias hi='echo hello'\nhi",
    "functions and $0": "f() { echo \"$# $1\"; return 6; }; f 'a b'",
    "percent and backslashes": "printf '%s\\n' '%d\\t\\\\'",
    "nothing at all": "",
}  # fmt: skip


def stored(path: Path, size: int) -> bytes:
    """What a program in the background has written, once it is there."""
    for _ in range(3000):
        if path.exists() and path.stat().st_size >= size:
            return path.read_bytes()
        time.sleep(0.01)
    raise AssertionError(f"{path} never came")


def messages(err: bytes) -> list[bytes]:
    """What a shell complains of; whom and which line it names is its own affair."""
    return [re.sub(rb"\d+", b"#", line.rpartition(b": ")[2]) for line in err.splitlines()]


class TestWrapped:
    @shells
    @pytest.mark.parametrize("case", COMMANDS)
    @pytest.mark.parametrize("writer", ["there", "gone", "deaf"])
    def test_the_users_command_does_what_it_did(
        self, sh: str, case: str, writer: str, tmp_path: Path
    ) -> None:
        hook = {
            "there": program(tmp_path / "a", "cat >/dev/null; echo noise; echo noise >&2; exit 2"),
            "deaf": program(tmp_path / "b", "exit 2"),
            "gone": GONE,
        }[writer]
        stdin = b'{"session_id": "x"}'
        env = {"PATH": os.environ["PATH"], "HOME": "/home/me", "i": "exported"}
        code, out, err = run(sh, COMMANDS[case], stdin, env)
        got = run(sh, shell.wrapped(COMMANDS[case], hook), stdin, env)
        if code < 0:  # a shell that was itself killed by a signal
            assert got[0] in {code, 128 - code}
        else:
            assert got[0] == code
        assert got[1] == out
        assert messages(got[2]) == messages(err)

    @shells
    @pytest.mark.parametrize("payload", PAYLOADS)
    def test_both_get_the_very_bytes(self, sh: str, payload: str, tmp_path: Path) -> None:
        copy = tmp_path / "copy"
        hook = program(tmp_path, f"cat > '{copy}.part'; mv '{copy}.part' '{copy}'")
        stdin = PAYLOADS[payload]
        assert run(sh, shell.wrapped("cat", hook), stdin) == (0, stdin, b"")
        assert stored(copy, len(stdin)) == stdin

    @shells
    @pytest.mark.parametrize("command", ["true", "dd bs=1 count=1 >/dev/null 2>&1"])
    def test_cctop_gets_all_of_it_from_a_command_that_reads_nothing(
        self, sh: str, command: str, tmp_path: Path
    ) -> None:
        copy, stdin = tmp_path / "copy", PAYLOADS["1 MB"]
        hook = program(tmp_path, f"cat > '{copy}'")
        assert run(sh, shell.wrapped(command, hook), stdin) == (0, b"", b"")
        assert stored(copy, len(stdin)) == stdin

    @shells
    def test_a_writer_that_is_gone_costs_no_bytes(self, sh: str, tmp_path: Path) -> None:
        stdin = PAYLOADS["1 MB"]
        for hook in (GONE, program(tmp_path, "exit 0")):
            assert run(sh, shell.wrapped("cat", hook), stdin) == (0, stdin, b"")

    @shells
    def test_the_environment_and_the_open_files_are_the_same(self, sh: str) -> None:
        env = {"PATH": os.environ["PATH"], "i": "1", "o": "2", "COLUMNS": "80"}
        for command in ("env", "ls /proc/self/fd" if Path("/proc/self/fd").exists() else "true"):
            plain = run(sh, f"{command}; :", b"{}", env)
            wrapped = run(sh, shell.wrapped(f"{command}; :", GONE), b"{}", env)
            assert sorted(wrapped[1].splitlines()) == sorted(plain[1].splitlines())
            assert plain[1]

    @shells
    def test_nobody_waits_for_the_writer(self, sh: str, tmp_path: Path) -> None:
        """It ends only after the status line has: as a writer on a disk that hangs."""
        gate, seen = tmp_path / "gate", tmp_path / "seen"
        hook = program(tmp_path, f"until [ -e '{gate}' ]; do sleep 0.05; done; echo x > '{seen}'")
        assert run(sh, shell.wrapped("cat; exit 3", hook), b"{}") == (3, b"{}", b"")
        assert not seen.exists()
        gate.touch()
        assert stored(seen, 1) == b"x\n"

    @shells
    def test_an_input_that_is_never_closed_holds_up_nobody(self, sh: str, tmp_path: Path) -> None:
        copy = tmp_path / "copy"
        hook = program(tmp_path, f"read -r line; echo \"$line\" > '{copy}'")
        command = shell.wrapped('read -r line; echo "<$line>"', hook)
        with subprocess.Popen(
            [sh, "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(b"{}\n")
            process.stdin.flush()
            assert process.stdout.read() == b"<{}>\n"  # to its end, with stdin still open
            assert process.wait(30) == 0
            assert stored(copy, 3) == b"{}\n"

    @shells
    @pytest.mark.parametrize("name", NAMES)
    def test_any_path(self, sh: str, name: str, tmp_path: Path) -> None:
        seen, spool = tmp_path / "seen", str(tmp_path / name / "spool")
        hook = program(
            tmp_path / name, f"printf '%s|' \"$@\" > '{seen}.part'; mv '{seen}.part' '{seen}'"
        )
        assert run(sh, shell.wrapped("cat", hook, spool), b"{}") == (0, b"{}", b"")
        assert stored(seen, 1).decode() == f"statusline|--spool|{spool}|"

    @given(st.text(), st.text(min_size=1), st.none() | st.text(min_size=1))
    @example("it's '\\'' )", "/a'b/cctop-hook", "' statusline")
    def test_the_original_is_in_the_text(self, text: str, folder: str, spool: str | None) -> None:
        wrapped = shell.wrapped(text, f"/{folder}/cctop-hook", spool)
        assert shell.unwrapped(wrapped) == text
        assert shell.unwrapped(shell.wrapped(wrapped, GONE)) == wrapped

    @pytest.mark.parametrize("change", [("statusline", "line"), ("tee", "cat"), ("eval", "sh -c")])
    def test_what_was_changed_by_hand_is_not_taken_apart(self, change: tuple[str, str]) -> None:
        assert shell.unwrapped(shell.wrapped("date", GONE).replace(*change)) is None


class TestHook:
    @shells
    @pytest.mark.parametrize("code", [0, 1, 2, 127])
    def test_it_is_silent_and_never_fails(self, sh: str, code: int, tmp_path: Path) -> None:
        hook = program(tmp_path, f"echo out; echo err >&2; exit {code}")
        for command in (shell.hook_command(hook), shell.hook_command(GONE, "/s", prompts=True)):
            assert run(sh, command, b"{}") == (0, b"", b"")

    @shells
    def test_a_writer_that_is_killed(self, sh: str, tmp_path: Path) -> None:
        hook = program(tmp_path, "kill -9 $$")
        assert run(sh, shell.hook_command(hook), b"{}")[:2] == (0, b"")

    @shells
    @pytest.mark.parametrize("signal", ["TERM", "HUP", "INT"])
    def test_it_outlives_a_claude_code_that_ends(
        self, sh: str, signal: str, tmp_path: Path
    ) -> None:
        """Both the shell and the writer get the signal, as a whole group does."""
        seen = tmp_path / "seen"
        hook = program(tmp_path, f"kill -{signal} $PPID; kill -{signal} $$; cat > '{seen}'")
        assert run(sh, shell.hook_command(hook), b"{}") == (0, b"", b"")
        assert seen.read_bytes() == b"{}"

    def test_the_text(self) -> None:
        head = "trap '' TERM HUP INT;'/a/cctop-hook' "
        assert shell.hook_command("/a/cctop-hook") == f"{head}>/dev/null 2>&1 || true"
        full = f"{head}--prompts --spool '/s p' >/dev/null 2>&1 || true"
        assert shell.hook_command("/a/cctop-hook", "/s p", prompts=True) == full

    @shells
    @pytest.mark.parametrize("name", NAMES)
    def test_any_path(self, sh: str, name: str, tmp_path: Path) -> None:
        seen, spool = tmp_path / "seen", str(tmp_path / name / "spool")
        hook = program(tmp_path / name, f"printf '%s|' \"$@\" > '{seen}'; cat >> '{seen}'")
        command = shell.hook_command(hook, spool, prompts=True)
        assert run(sh, command, b"{}") == (0, b"", b"")
        assert seen.read_text() == f"--prompts|--spool|{spool}|{{}}"
        assert shell.program_in(command) == hook
        assert shell.options_in(command) == (True, spool)


class TestLine:
    @shells
    def test_its_output_is_shown_and_its_trouble_is_not(self, sh: str, tmp_path: Path) -> None:
        hook = program(tmp_path, 'printf "%s " "$@"; cat; echo err >&2; exit 2')
        assert run(sh, shell.line_command(hook, "/s"), b"{}") == (0, b"line --spool /s {}", b"")
        assert run(sh, shell.line_command(GONE), b"{}") == (0, b"", b"")

    def test_it_is_known_again(self) -> None:
        for spool in (None, "/it's"):
            assert shell.is_own_line(shell.line_command("/a'b/cctop-hook", spool))
        assert not shell.is_own_line("'/a/cctop-hook' line")


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("'/a b/cctop-hook' >/dev/null 2>&1 || true", "/a b/cctop-hook"),
        ("cctop-hook>/dev/null", "cctop-hook"),
        ("(date|/x/cctop-hook)", "/x/cctop-hook"),
        (shell.wrapped("date", "/it's/cctop-hook"), "/it's/cctop-hook"),
        ("/x/cctop-hook.sh", None),
        ("my-cctop-hook", None),
        ("echo 'see /x/cctop-hook for more'", None),
        ("'/x/cctop-hook", None),
        (None, None),
        (["/x/cctop-hook"], None),
    ],
)
def test_the_program_in_a_command(command: object, found: str | None) -> None:
    assert shell.program_in(command) == found
