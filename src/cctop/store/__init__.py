"""What was read and what came of it, kept for the next start: docs/store.md has the whole story."""
