"""What ends a command with a message instead of a result."""

OK = 0
FAILED = 1
MISUSED = 2
INTERRUPTED = 130


class Fault(Exception):  # noqa: N818 - the user's or the world's, and no error of the program
    """The command cannot go on. Each of `lines` is safe to print; `code` is the exit code."""

    def __init__(self, code: int, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.code = code
        self.lines = lines
