"""`cctop doctor`: what arrives from Claude Code here, what hinders it, and the remedy."""
