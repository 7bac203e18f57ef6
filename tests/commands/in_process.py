"""cctop, run in the process of the test."""

import pytest

from cctop.cli import main


class Cctop:
    """Runs commands, and tells what they said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, *words: str) -> tuple[int, str, str]:
        """The exit code, stdout and stderr of a command."""
        code = main(words)
        return (code, *self._capsys.readouterr())

    def said(self, *words: str) -> str:
        """What a command says that must succeed without a remark."""
        code, out, err = self.run(*words)
        assert (code, err) == (0, "")
        return out
