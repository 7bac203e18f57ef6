"""Sources: each turns one kind of input into events, and knows nothing of what they are for."""
