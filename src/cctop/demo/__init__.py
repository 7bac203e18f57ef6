"""A made-up day of sessions in the true format: for newcomers, screenshots, tests and benchmarks.

`play.Demo` writes it into a folder of its own and lets it go on, `day` says what happens, `roles`
and `cast` who plays, `writer` builds any other config dir.
"""
