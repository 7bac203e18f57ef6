"""What runs inside Claude Code's own processes: the writer of the spool.

Claude Code starts it for every hook and every drawing of the status line, so it imports as little
as can be, says nothing, never fails and never waits long. It knows the standard library and itself.
"""
