"""The screens: the board, and the pages that open from it."""
