"""What a made-up project is: its files, commands, mishaps, and the talk about them."""

from msgspec import Struct

HOME = "/home/sam/code"


class Command(Struct, frozen=True):
    """A shell command, why it is run, and what it prints."""

    run: str
    why: str
    prints: str
    takes_ms: int = 2_000


class Change(Struct, frozen=True):
    """A change in one file."""

    file: str
    old: str
    new: str


class Project(Struct, frozen=True, kw_only=True):
    """What a session in one folder has to do with. Paths are relative to it."""

    name: str
    branch: str
    files: dict[str, str]
    changes: tuple[Change, ...]
    commands: tuple[Command, ...]
    failing: tuple[Command, ...]
    blocked: Command
    says: tuple[str, ...]

    @property
    def cwd(self) -> str:
        """Where its sessions run."""
        return f"{HOME}/{self.name}"
