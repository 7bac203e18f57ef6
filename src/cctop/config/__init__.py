"""The user's settings: `load` them, look one up, change one without losing a comment."""

from cctop.config.load import ConfigError, load
from cctop.config.model import (
    Budget,
    Config,
    Context,
    Display,
    MilestoneKind,
    Milestones,
    Price,
    Roots,
    Scope,
    Theme,
)

__all__ = [
    "Budget",
    "Config",
    "ConfigError",
    "Context",
    "Display",
    "MilestoneKind",
    "Milestones",
    "Price",
    "Roots",
    "Scope",
    "Theme",
    "load",
]
