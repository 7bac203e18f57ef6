"""Claude Code's transcripts: where they lie, how they are followed and decoded."""
