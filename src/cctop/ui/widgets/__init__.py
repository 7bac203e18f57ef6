"""A drawing kit for the screen: widgets that know cells and tones, and nothing of sessions.

Every widget takes plain frozen data through one method, does nothing when that data is equal to
what it shows, and repaints only the lines that look different. Text reaches the terminal in
segments alone, never as markup, and colours are named by tone (see `parts`), never written here.
"""
