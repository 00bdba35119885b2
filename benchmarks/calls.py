# size: the peers that are measured stand beside each other
"""What a call through our models costs over a bare aiohttp client, beside litellm and the openai SDK, on the same mock server.

    python benchmarks/calls.py [--rows 2000] [--latency 0 0.05 0.1 0.5] [--only aiohttp thin] [--peers FOLDER]

FOLDER holds one virtual environment for each peer (litellm, openai, langgraph, pydantic-ai, crewai), as `just bench-peers FOLDER` makes them;
a peer that has none is tried with this interpreter. Every client runs in a fresh process of its own; the server is another one. Three shapes:
a chain of 10 calls, a plan of 30 (layers of 1, 8, 8, 8, 4, 1), and rows at 64 at once with the answers put into a DataFrame. Prints ratios to
bare aiohttp, and what a call of the chain takes over it; absolute times belong to the machine. Nothing here is an assertion.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).parent))  # as a script and as benchmarks.calls, with any interpreter
from call_peers import PEERS

LAYERS = (1, 8, 8, 8, 4, 1)
CHAIN = 10
CHAINS, PLANS = 3, 9
"""So many of each are measured; the median of three plans differs by 40 % from one run to the next."""
AT_ONCE = 64
TEXT = '{"label": "penguin"}'
TASK = "Which animal is number {}? It lives in the south, it swims, and it cannot fly."
Ask = Callable[[int], Awaitable[Any]]
Close = Callable[[], Awaitable[None]]


async def bare(url: str) -> tuple[Ask, Close]:
    """The least that can be done: a POST and json.loads."""
    import aiohttp

    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    headers = {"Authorization": "Bearer sk-none", "Content-Type": "application/json"}

    async def ask(number: int) -> Any:
        body = {"model": "mock", "max_tokens": 100, "messages": [{"role": "user", "content": TASK.format(number)}]}
        async with session.post(f"{url}/chat/completions", data=json.dumps(body), headers=headers) as answer:
            data = json.loads(await answer.read())
        return json.loads(data["choices"][0]["message"]["content"])

    return ask, session.close


async def _ours(wire: Any, close: Close) -> tuple[Ask, Close]:
    """A ChatModel as a step uses it: rendered, limited, timed, read and formed."""
    from nb_orchestra.core.plan import Output
    from nb_orchestra.core.prompt import Prompt
    from nb_orchestra.models.chat import ChatModel
    from nb_orchestra.protocols import ModelFacts

    model = ChatModel(ModelFacts("mock", context_tokens=100_000, structured=True, price_in=1.0, price_out=1.0), wire, redact=str)
    output = Output("record", {"label": "text"})

    async def ask(number: int) -> Any:
        return (await model.answer(Prompt("ask", "1", TASK.format(number), output=output))).value

    return ask, close


async def thin(url: str) -> tuple[Ask, Close]:
    """Our thin client."""
    from nb_orchestra.models.keys import Key
    from nb_orchestra.models.openai import OpenAIWire, close_sessions

    return await _ours(OpenAIWire("mock", url, Key("sk-none")), close_sessions)


async def ours_over_litellm(url: str) -> tuple[Ask, Close]:
    """Our other filling."""
    from nb_orchestra.models.keys import Key
    from nb_orchestra.models.litellm import LiteLLMWire, close_clients

    return await _ours(LiteLLMWire("openai/mock", Key("sk-none"), url), close_clients)


async def litellm_alone(url: str) -> tuple[Ask, Close]:
    """litellm.acompletion as its manual has it."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm

    async def ask(number: int) -> Any:
        said = [{"role": "user", "content": TASK.format(number)}]
        answer = await litellm.acompletion(model="openai/mock", messages=said, max_tokens=100, api_key="sk-none", base_url=url)
        return json.loads(answer.choices[0].message.content)

    return ask, litellm.close_litellm_async_clients


async def openai_sdk(url: str) -> tuple[Ask, Close]:
    """The openai SDK as its manual has it."""
    import openai

    client = openai.AsyncOpenAI(api_key="sk-none", base_url=url)

    async def ask(number: int) -> Any:
        answer = await client.chat.completions.create(model="mock", max_tokens=100, messages=[{"role": "user", "content": TASK.format(number)}])
        return json.loads(answer.choices[0].message.content or "")

    return ask, client.close


CLIENTS: dict[str, Callable[[str], Awaitable[Any]]] = {
    "aiohttp": bare,
    "thin": thin,
    "ours over litellm": ours_over_litellm,
    "litellm": litellm_alone,
    "openai": openai_sdk,
    **PEERS,
}
SLOW = ("crewai",)
"""Those that get a quarter of the rows: they would take minutes."""


WHOLE = "orchestrate"
"""Not a client but all of nb_orchestra: what a person's cell costs."""


async def chain(ask: Ask) -> None:
    for number in range(CHAIN):
        await ask(number)


async def plan(ask: Ask, own: Any = None) -> None:
    if own is not None:
        await own(LAYERS)
        return
    for width in LAYERS:
        await asyncio.gather(*(ask(number) for number in range(width)))


async def rows(ask: Ask, count: int) -> None:
    """A window of 64, and the answers as a DataFrame."""
    import pandas

    answers: list[Any] = [None] * count
    waiting = iter(range(count))

    async def worker() -> None:
        for number in waiting:
            answers[number] = await ask(number)

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    frame = pandas.DataFrame(answers)
    assert len(frame) == count, "a row is missing"
    assert frame["label"].eq("penguin").all(), "a row is wrong"


def through_orchestrate(url: str, count: int, began: float) -> dict[str, float]:
    """The same shapes as plans: journal, cache writes to disk and the finished DataFrame included; `fresh`, so that nothing is found."""
    import tempfile

    os.environ |= {"OPENAI_API_KEY": "sk-none", "OPENAI_BASE_URL": url, "NB_ORCHESTRA_CACHE_DIR": tempfile.mkdtemp(prefix="nb_orchestra-bench-")}
    from nb_orchestra import orchestrate

    form = {"type": "record", "columns": {"label": "text"}}
    options: dict[str, Any] = {"model": "openai/mock", "fresh": True, "parallel": AT_ONCE, "calls": 10**9, "tokens": 10**12}

    def step(id: str, needs: list[str]) -> dict[str, Any]:
        return {"id": id, "kind": "ask", "needs": needs, "params": {"question": TASK.format(id)}, "output": form}

    def run(steps: list[dict[str, Any]], **data: Any) -> tuple[Any, tuple[float, float]]:
        wall, cpu = time.perf_counter(), time.process_time()
        done = orchestrate(plan={"steps": steps}, **data, **options)
        return done, (time.perf_counter() - wall, time.process_time() - cpu)

    run([step("s0", [])])
    found = {"first": time.time() - began}
    row = [step(f"c{at}", [f"c{at - 1}"] if at else []) for at in range(CHAIN)]
    found |= summed_up("chain", [run(row)[1] for _ in range(CHAINS)])
    layers = [[f"l{depth}n{at}" for at in range(width)] for depth, width in enumerate(LAYERS)]
    graph = [step(id, layers[depth - 1] if depth else []) for depth, ids in enumerate(layers) for id in ids]
    found |= summed_up("plan", [run(graph)[1] for _ in range(PLANS)])
    import pandas

    question = {"template": TASK.replace("{}", "{n}"), "values": {"n": {"row": "n"}}}
    mapped = {"id": "rows", "kind": "ask", "for_each": {"data": "frame"}, "params": {"question": question}, "output": form}
    done, (found["rows"], found["rows cpu"]) = run([mapped], data={"frame": pandas.DataFrame({"n": range(count)})})
    assert done.value["label"].eq("penguin").all(), "a row is wrong"
    assert len(done.value) == count, "a row is missing"
    return found


FIRST_CELL = """
import sys, time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic('load_ext', 'nb_orchestra')
time.sleep(float(sys.argv[1]))
import nb_orchestra
before = time.time()
run = nb_orchestra.orchestrate(plan={"steps": [{"id": "s0", "kind": "ask", "params": {"question": "q"}}]}, model="openai/mock", fresh=True)
print(next(event.at for event in run.events if type(event).__name__ == "Sent") - before)
"""


def first_cell(url: str, pause: float) -> float:
    """Seconds from the start of the first cell in a fresh shell until its request leaves, `pause` seconds after %load_ext; median of 3.

    A run before them, which does not count, leaves the bytecode that an installed package has.
    """
    import tempfile

    environment = {**os.environ, "OPENAI_API_KEY": "sk-none", "OPENAI_BASE_URL": url, "NB_ORCHESTRA_CACHE_DIR": tempfile.mkdtemp(prefix="nb_orchestra-bench-")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", FIRST_CELL, str(pause)]
    told = [subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout for _ in range(4)][1:]
    return sorted(float(text.splitlines()[-1]) for text in told)[1]


async def measure(name: str, url: str, count: int, began: float) -> dict[str, float]:
    """One client: the first call, then each shape (median of 3 chains and 9 plans, rows once), in seconds of wall clock and of CPU."""
    ask, close, *own = await CLIENTS[name](url)
    await ask(0)
    found = {"first": time.time() - began}
    found |= summed_up("chain", [await timed(chain(ask)) for _ in range(CHAINS)])
    found |= summed_up("plan", [await timed(plan(ask, *own)) for _ in range(PLANS)])
    import pandas  # noqa: F401 its import is not a row's cost

    part = count // 4 if name in SLOW else count
    spent = await timed(rows(ask, part))
    found["rows"], found["rows cpu"] = (seconds * count / part for seconds in spent)
    await close()
    return found


def summed_up(word: str, spent: list[tuple[float, float]]) -> dict[str, float]:
    """The medians of wall clock and of CPU, and between which CPU times half of them lie."""
    walls, cpus = sorted(wall for wall, _ in spent), sorted(cpu for _, cpu in spent)
    middle, quarter = len(spent) // 2, len(spent) // 4
    return {word: walls[middle], f"{word} cpu": cpus[middle], f"{word} cpu low": cpus[quarter], f"{word} cpu high": cpus[-1 - quarter]}


async def timed(shape: Awaitable[None]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    await shape
    return time.perf_counter() - wall, time.process_time() - cpu


def in_a_process(name: str, url: str, count: int, python: str) -> dict[str, float] | None:
    """The figures of one client in a fresh interpreter, None where it fails there."""
    command = [python, __file__, "--client", name, "--url", url, "--rows", str(count), "--began", str(time.time())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    figures = next((line for line in reversed(done.stdout.splitlines()) if line.startswith('{"first"')), "")
    if done.returncode or not figures:
        print(f"{name}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'failed'}", file=sys.stderr)
        return None
    return dict(json.loads(figures))


def table(latency: float, count: int, names: list[str], pythons: dict[str, str]) -> None:
    command = [sys.executable, "-m", "nb_orchestra.models.mock", "--latency", str(latency), "--text", TEXT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None, "the server has an output"
        url = server.stdout.readline().strip()
        found = {name: figures for name in names if (figures := in_a_process(name, url, count, pythons.get(name, sys.executable)))}
        cells = {pause: first_cell(url, pause) for pause in (0.0, 3.0)} if WHOLE in names else {}
        assert server.stdin is not None, "the server has an input"
        server.stdin.close()
    base = found.get("aiohttp")
    print(f"\nlatency {latency * 1000:.0f} ms · {count:,} rows at {AT_ONCE}")
    print(f"{'':20}{'first s':>9}{'chain s':>9}{'over ms':>9}{'own ms/step (half)':>21}{'plan s':>9}{'× bare':>8}{'rows/s':>9}{'× bare':>8}{'CPU s/1,000':>13}")
    for name, figures in found.items():
        steps = sum(LAYERS)
        own, low, high = ((figures[f"plan cpu{at}"] - (base["plan cpu"] if base else 0.0)) / steps * 1000 for at in ("", " low", " high"))
        halves = f"{own:.2f} ({low:.2f}–{high:.2f})"
        ratios = (figures["plan"] / base["plan"], base["rows"] / figures["rows"]) if base else (1.0, 1.0)
        over = (figures["chain"] - (base["chain"] if base else 0.0)) / CHAIN * 1000
        shown = f"{figures['first']:9.2f}{figures['chain']:9.3f}{over:9.2f}{halves:>21}{figures['plan']:9.3f}{ratios[0]:8.2f}"
        print(f"{name:20}{shown}{count / figures['rows']:9.0f}{ratios[1]:8.2f}{figures['rows cpu'] / count * 1000:13.2f}")
    for pause, seconds in cells.items():
        print(f"first cell in a fresh kernel, {pause:.0f} s after %load_ext: its request leaves after {seconds:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--latency", type=float, nargs="+", default=[0.0, 0.05, 0.1, 0.5])
    parser.add_argument("--only", nargs="+", choices=[*CLIENTS, WHOLE], default=[*CLIENTS, WHOLE])
    parser.add_argument("--peers", type=pathlib.Path, help="a folder with a virtual environment for each peer")
    parser.add_argument("--client", help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--began", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.client:
        through = options.client == WHOLE
        print(
            json.dumps(
                through_orchestrate(options.url, options.rows, options.began)
                if through
                else asyncio.run(measure(options.client, options.url, options.rows, options.began))
            )
        )
        return
    pythons = {name: str(python) for name in CLIENTS if options.peers and (python := options.peers / name / "bin" / "python").exists()}
    for latency in options.latency:
        table(latency, options.rows, options.only, pythons)


if __name__ == "__main__":
    main()
