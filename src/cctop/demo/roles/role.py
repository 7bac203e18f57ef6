"""What a session plays: what it is asked, and when.

Times are minutes before now. Costs come from how fast a context grows and how many responses there
are; both are tuned so that today comes to some 37 USD.
"""

from msgspec import Struct

from cctop.demo.cast import Command, Project
from cctop.demo.improv import Ask

OPUS = "claude-opus-5-5"
SONNET = "claude-sonnet-5-5"
SONNET_200K = "claude-sonnet-4-6"
HAIKU = "claude-haiku-5-5"
GATEWAY = "kestrel-coder-2"  # a gateway's own model: it has no list price


class Role(Struct, frozen=True, kw_only=True):
    """One session: its asks are spread from `began` to `ended`, in minutes before now."""

    project: Project
    model: str
    title: str
    began: float
    ended: float
    asks: tuple[Ask, ...]
    growth: int
    fills_at: int = 960_000
    effort: str = "medium"
    mode: str = "acceptEdits"
    entrypoint: str = "cli"


class Request(Struct, frozen=True, kw_only=True):
    """A turn in which a command waits for a permission, which comes after `wait_ms`."""

    ask: Ask
    command: Command
    wait_ms: int
