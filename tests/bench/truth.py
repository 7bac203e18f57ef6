"""What made-up transcripts hold: what a meter must find in them."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from steps import COUNTED, TOKENS, Step


@dataclass
class Truth:
    """What all files together hold. `skipped` lines are too long for any meter to keep."""

    bytes: int = 0
    files: int = 0  # transcripts
    meta_files: int = 0
    sessions: int = 0
    subagents: int = 0
    forks: int = 0
    calls: int = 0
    tool_calls: int = 0
    tool_failures: int = 0
    denials: int = 0
    api_errors: int = 0
    compactions: int = 0
    skipped: int = 0
    tokens: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TOKENS, 0))
    by_session: dict[str, list[int]] = field(default_factory=dict)  # calls, tokens of all kinds
    seed: int = 1
    used: int = 0  # numbers of steps that ids were made of
    open: list[dict[str, Any]] = field(default_factory=list)  # the newest sessions, to go on with

    def add(self, step: Step, session: str, read: int) -> None:
        """Count a step in; `read` are the tokens its response read from the cache."""
        for name in COUNTED:
            setattr(self, name, getattr(self, name) + step.counts[name])
        if not step.counts["calls"]:
            return
        for kind, count in step.tokens.items():
            self.tokens[kind] += count
        self.tokens["cache_read"] += read
        of = self.by_session.setdefault(session, [0, 0])
        of[0] += 1
        of[1] += read + sum(step.tokens.values())

    def save(self, folder: Path) -> None:
        (folder / "truth.json").write_text(json.dumps(asdict(self)) + "\n")


def load(folder: Path) -> Truth:
    """Return the truth about what lies in a folder."""
    return Truth(**json.loads((folder / "truth.json").read_text()))
