"""What the hook writer imports: the standard library, and of that as little as can be."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from payloads import EVENT, STATUS
from program import Program

ROOM = Path(__file__).parents[2] / "src" / "cctop" / "hook"
HEAVY = {
    "argparse", "asyncio", "collections", "contextlib", "dataclasses", "datetime", "enum",
    "functools", "inspect", "json", "logging", "pathlib", "platformdirs", "random", "re", "shutil",
    "signal", "subprocess", "tempfile", "threading", "typing", "msgspec", "textual", "rich",
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(ROOM.glob("*.py")), ids=lambda path: path.stem)
def test_it_knows_the_standard_library_and_itself_alone(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module or ""]
        for name in names:
            assert name.partition(".")[0] in sys.stdlib_module_names or (
                name == "cctop.hook" or name.startswith("cctop.hook.")
            ), name


def loaded(program: Program, payload: object, *words: str) -> set[str]:
    """The modules that a run imports, those that Python starts with aside."""
    argv = program.command(*words)
    # `site` may import what belongs to an environment, such as the hooks of editable installs.
    ours = run(program, payload, [argv[0], "-X", "importtime", *argv[1:]])
    bare = run(program, payload, [argv[0], "-X", "importtime", "-c", "pass"])
    assert "cctop.hook.main" in ours
    return ours - bare


def run(program: Program, payload: object, argv: list[str]) -> set[str]:
    done = subprocess.run(
        argv, input=json.dumps(payload).encode(), env=program.env, capture_output=True, check=True
    )
    return {
        line.split(b"|")[-1].strip().decode() for line in done.stderr.splitlines() if b"|" in line
    }


def test_an_event_loads_nothing_heavy(program: Program) -> None:
    modules = loaded(program, EVENT)
    assert not modules & HEAVY
    assert len(modules) < 20
    assert program.only()["event"] == "PreToolUse"


@pytest.mark.parametrize("form", ["statusline", "line"])
def test_neither_does_a_status_line(program: Program, form: str) -> None:
    modules = loaded(program, STATUS, form)
    assert not modules & HEAVY
    assert len(modules) < 20


def test_only_what_may_be_a_secret_loads_patterns(program: Program) -> None:
    assert "re" in loaded(program, EVENT | {"tool_input": {"command": "A_TOKEN=b"}})
