# What people need, by name: `just` lists it. Uses the active virtual environment, else .venv (made by the README's commands).

bin := env("VIRTUAL_ENV", justfile_directory() / ".venv") / "bin"
python := bin / "python"

# this list
[private]
default:
    @just --list --unsorted

# everything that CI looks at before the tests
check: lint types contract sizes

# put the code into the house's form
format:
    {{python}} -m ruff check --fix-only --quiet .
    {{python}} -m ruff format --quiet .

# style, and whether `just format` would change anything
lint:
    {{python}} -m ruff check --quiet .
    {{python}} -m ruff format --check --quiet .

# every function is typed, and the types fit
types:
    {{python}} -m mypy

# which room may import which
contract:
    {{bin}}/lint-imports --no-logo

# modules, functions and nesting that are larger than we keep things
sizes:
    {{python}} .ci/sizes.py

# the tests, notebooks too (browser tests are skipped where there is no Chromium); `just test tests/core` for some
test *some:
    {{python}} -m pytest {{some}}

# what takes too long for every change
test-slow:
    {{python}} -m pytest -m slow

# the notebooks, cell by cell, with an empty cache
notebooks:
    NB_ORCHESTRA_CACHE_DIR=$(mktemp -d) {{python}} -m pytest --nbval-lax notebooks

# JupyterLab in a real Chromium
browser:
    {{python}} -m pytest tests/browser

# the browser tests with the server and the kernels of another environment (which has this package): other versions of JupyterLab and
# ipykernel, and with `notebook` behind it Notebook 7
matrix python app="lab":
    HOST_PYTHON={{python}} HOST_APP={{app}} {{bin}}/python -m pytest tests/browser/test_tree_browser.py tests/browser/test_goal_browser.py tests/browser/test_labextension_browser.py

# the cache on a real network share that is mounted at two places, as two machines would see it
share one two:
    SHARES={{one}}:{{two}} {{python}} -m pytest -m slow tests/cache/test_real_share.py

# the pictures of the tree's ten main states, light and dark, made anew: look at them before they are committed
screens:
    WRITE_SCREENS=1 {{python}} -m pytest tests/browser/test_screens.py

# every ratio of benchmarks/README.md; `just bench plans` for one
bench *some:
    {{python}} -m benchmarks {{some}}

# calls through ours beside litellm, openai, LangGraph, pydantic-ai and CrewAI, each in an environment of its own below FOLDER (made anew; slow)
bench-peers folder:
    for name in "litellm litellm" "openai openai" "langgraph langgraph langchain-openai" "pydantic-ai pydantic-ai-slim[openai]" "crewai crewai"; do \
        set -- $name; place={{folder}}/$1; shift; \
        {{python}} -m venv $place && $place/bin/python -m pip install --quiet pandas aiohttp "$@"; \
    done
    {{python}} benchmarks/calls.py --peers {{folder}}

# the built wheel in an empty environment: it loads, and a goal gives its answer
wheel:
    .ci/wheel {{python}}

# the JupyterLab extension, built anew and compared with the committed assets; `just labextension --write` puts the new ones in place
labextension *write:
    PATH={{bin}}:$PATH .ci/labextension {{write}}

# what Binder does, without Docker: the checked-in files, a fresh environment, then every notebook
binder-check:
    binder/check
