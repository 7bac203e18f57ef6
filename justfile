# Everyday commands; `just` alone lists them. The environment is .venv.

export PATH := justfile_directory() / ".venv/bin:" + env("PATH")

_default:
    @{{just_executable()}} --list --unsorted

# set up .venv with cctop (editable) and all tools
setup:
    ./scripts/venv .venv
    python -m pip install --quiet --editable . --group dev --group pictures
    touch .venv/ready

# open the screen, on your own sessions or with --demo
run *ARGS:
    python -m cctop {{ARGS}}

# the tests, or some of them: just test tests/book -k fork
test *ARGS:
    ./scripts/tests {{ARGS}}

# write the goldens anew, to be looked at with git diff
goldens *ARGS:
    python -m pytest --update-goldens {{ARGS}}

# tidy up what can be tidied up by machine
tidy:
    ruff check --fix .
    ruff format .

# mypy, over all of it
types:
    ./scripts/types

# all checks and tests, as CI runs them, but in .venv
check *ARGS:
    ./scripts/check {{ARGS}}

# take the pictures in screenshots/ anew
pictures:
    python screenshots/make.py

# write the pages of docs/ anew that are made from the code
docs:
    python scripts/make_docs.py

# ask the price library anew for what lies ready of it, in src/cctop/prices/known.json
prices:
    python scripts/make_prices.py

# how soon it is there, at any size, and what it costs (--quick: some minutes); nothing else may run
bench *ARGS:
    python tests/bench/run.py {{ARGS}}
    python tests/bench/hook_start.py

# wheel and source distribution, into dist/
build:
    python -m hatchling build
