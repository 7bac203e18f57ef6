"""What Claude Code's hooks and status line left in the spool: docs/spool.md has the format."""
