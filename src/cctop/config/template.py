"""The config file that `cctop config init` writes: every key, commented out, with its default.

A line that starts with `#` and no space is a setting to uncomment; `# ` starts prose.
"""

from pathlib import Path

TEMPLATE = """\
# cctop's settings. Every line below shows a default: take the "#" away and change it.
# The whole story: docs/configuration.md, or `cctop config show` for what holds now.

[budget]
# What a day may cost, in USD at list price. Not set: no budget bar.
#daily_usd = 50

[milestones]
# Which tokens count: "new" (input + cache writes + output), "total" (cache reads too), "output".
#kind = "new"
# Token counts of a session that are worth a word, and then one every so many (0: none).
#tokens = [1000, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000]
#then_every = 1000000

[display]
# "dark", "light", "high-contrast", "colour-blind", or "terminal" for the terminal's 16 colours.
#theme = "dark"
# How many times a second the screen may be drawn, from 0.2 to 10.
#refresh_hz = 4.0
# false leaves the mouse to the terminal.
#mouse = true
# The sessions to list at the start: "active", "today" or "all".
#scope = "today"
# false leaves the terminal's title alone; else it says how many sessions wait, and for what.
#title = true

[notify]
# When a session starts to wait for you: ring the terminal's bell.
#bell = false
# Show a notification on the desktop, in the way that the terminal understands: "auto", or the way
# itself, "osc9", "osc777" or "osc99".
#desktop = "off"
# Tell only of what has waited for so many seconds.
#after_seconds = 0
# Tell, too, when one tool of a session has failed three times with the same input or error.
#loops = false

[roots]
# Claude config folders to watch besides the ones found by themselves.
#paths = ["~/.claude-work"]

[context.windows]
# Context windows in tokens by model id, where the known ones do not fit.
#"claude-example-1" = 200000

[keys]
# An action and its key or keys, in place of the usual ones; docs/keys.md lists the actions.
#freeze = ["f", "ctrl+f"]

# A model's price in USD per million tokens. The cache rates may be left out: a read then costs
# 0.1 of the input rate, a write for 5 minutes 1.25 of it, for 1 hour 2.
#[prices."claude-example-1"]
#input = 3.0
#output = 15.0
#cache_read = 0.3
#cache_write_5m = 3.75
#cache_write_1h = 6.0
"""


def init(path: Path) -> bool:
    """Write the template to `path`; False where a file is there, which is left alone.

    Makes missing folders. Raises `OSError`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError:
        return False
    try:
        with file:
            file.write(TEMPLATE)
    except OSError:  # a full disk
        path.unlink()
        raise
    return True
