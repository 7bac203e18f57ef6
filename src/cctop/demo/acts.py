"""What sessions do: tool calls with their outcomes, and the beats that a turn is made of.

All of it is plain data that was decided beforehand; `perform` in `cctop.demo.pace` writes it.
Durations are milliseconds as they would naturally be; whoever performs may stretch them.
"""

from msgspec import Struct

from cctop.demo.records import Record
from cctop.demo.thread import Call, Thread
from cctop.events import FailureKind


class Act(Struct, frozen=True, kw_only=True):
    """One tool call with its end: `failure` None means that `content` is what it gave."""

    tool: str
    input: Record
    content: str
    result: Record | None = None
    lasts_ms: int = 300
    failure: FailureKind | None = None
    before_run: bool = False  # refused for its arguments

    def settle(self, thread: Thread, call: Call) -> None:
        """Write how the call ended."""
        match self.failure:
            case None:
                thread.ok(call, self.content, self.result)
            case FailureKind.ERROR:
                thread.fail(call, self.content, before_run=self.before_run)
            case FailureKind.DENIED:
                thread.forbid(call)
            case FailureKind.HOOK_BLOCKED:
                thread.block(call, self.content)
            case FailureKind.INTERRUPTED:
                thread.interrupt(call)


class Errand(Struct, frozen=True, kw_only=True):
    """An `Agent` call: the subagent's own beats, and the report it ends with."""

    kind: str
    description: str
    prompt: str
    model: str
    report: str
    beats: tuple["Beat", ...]
    growth: int = 1_800  # tokens of context that a response adds
    pace: float = 1.0  # how many times slower than naturally it works

    @property
    def input(self) -> Record:
        """The arguments of the `Agent` call."""
        return {
            "description": self.description,
            "prompt": self.prompt,
            "subagent_type": self.kind,
        }


class Beat(Struct, frozen=True, kw_only=True):
    """One API response and what becomes of its tool calls; without any, it ends the turn."""

    says: str = ""
    thinks: bool = False
    acts: tuple[Act | Errand, ...] = ()
    latency_ms: int = 4_000


class Turn(Struct, frozen=True, kw_only=True):
    """A prompt and all beats until the model is done, or the user presses Esc."""

    prompt: str
    beats: tuple[Beat, ...]
    interrupted: bool = False


def bash(command: str, why: str, output: str, lasts_ms: int = 1_500) -> Act:
    """A command that ends well."""
    return Act(
        tool="Bash",
        input={"command": command, "description": why},
        content=output or "(Bash completed with no output)",
        result={
            "stdout": output,
            "stderr": "",
            "interrupted": False,
            "isImage": False,
            "noOutputExpected": not output,
        },
        lasts_ms=lasts_ms,
    )


def bash_that_fails(
    command: str,
    why: str,
    output: str,
    lasts_ms: int = 6_000,
    failure: FailureKind = FailureKind.ERROR,
) -> Act:
    """A command that fails, is denied, blocked by a hook, or stopped by Esc."""
    return Act(
        tool="Bash",
        input={"command": command, "description": why},
        content=output,
        lasts_ms=lasts_ms,
        failure=failure,
    )


def read(path: str, text: str) -> Act:
    """A file that is read."""
    lines = text.split("\n")
    numbered = "\n".join(f"{number}\t{line}" for number, line in enumerate(lines, 1))
    file = {
        "filePath": path,
        "content": text,
        "numLines": len(lines),
        "startLine": 1,
        "totalLines": len(lines),
    }
    return Act(
        tool="Read",
        input={"file_path": path},
        content=numbered,
        result={"type": "text", "file": file},
        lasts_ms=60,
    )


def edit(path: str, old: str, new: str) -> Act:
    """A file that is changed in one place."""
    before, after = old.split("\n"), new.split("\n")
    hunk = {
        "oldStart": 12,
        "oldLines": len(before),
        "newStart": 12,
        "newLines": len(after),
        "lines": [f"-{line}" for line in before] + [f"+{line}" for line in after],
    }
    return Act(
        tool="Edit",
        input={"replace_all": False, "file_path": path, "old_string": old, "new_string": new},
        content=f"The file {path} has been updated successfully.",
        result={
            "filePath": path,
            "oldString": old,
            "newString": new,
            "originalFile": old,
            "structuredPatch": [hunk],
            "userModified": False,
            "replaceAll": False,
        },
        lasts_ms=90,
    )


def edit_that_misses(path: str, old: str, new: str) -> Act:
    """An edit whose old text is not in the file."""
    return Act(
        tool="Edit",
        input={"replace_all": False, "file_path": path, "old_string": old, "new_string": new},
        content=f"String to replace not found in file.\nString: {old}",
        lasts_ms=30,
        failure=FailureKind.ERROR,
        before_run=True,
    )


def write(path: str, text: str) -> Act:
    """A file that is made."""
    return Act(
        tool="Write",
        input={"file_path": path, "content": text},
        content=f"File created successfully at: {path}",
        result={
            "type": "create",
            "filePath": path,
            "content": text,
            "structuredPatch": [],
            "originalFile": None,
            "userModified": False,
        },
        lasts_ms=80,
    )
