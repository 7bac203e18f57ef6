"""The user's settings: `load` them, look one up, change one without losing a comment."""

from cctop.config.load import ConfigError, load
from cctop.config.model import (
    Budget,
    Config,
    Context,
    Desktop,
    Display,
    MilestoneKind,
    Milestones,
    Notify,
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
    "Desktop",
    "Display",
    "MilestoneKind",
    "Milestones",
    "Notify",
    "Price",
    "Roots",
    "Scope",
    "Theme",
    "load",
]
