"""What cctop adds to Claude Code's own settings when it is asked to: hooks and the status line."""
