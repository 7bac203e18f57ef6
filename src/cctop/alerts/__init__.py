"""Who waits for the user, and how a terminal is told so: pure, without a screen or a clock."""
