"""Which changes of a question do the caches of others see? Each asks a counting server on this machine as it was, then, in a new process, changed.

    python -m benchmarks.peers_models langchain=VENV/bin/python autogen=VENV/bin/python dspy=VENV/bin/python

A venv each, with langchain-openai and langchain-community; autogen-ext[openai,diskcache]; dspy. Without any only ours is tried. A change "must miss" where
another answer could come, "must hit" where none could; what a library has no setting for is told as "–". Prints one table; nothing is asserted.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Asked = Mapping[str, Any]
BASE: Asked = {
    "question": "Name a city.",
    "system": "Be brief.",
    "model": "strong",
    "temperature": 0.5,
    "max_tokens": 100,
    "tool": "Looks up a city.",
    "here": True,
}
CHANGES: tuple[tuple[str, dict[str, Any], bool], ...] = (
    ("nothing", {}, True),
    ("one word of the question", {"question": "Name a river."}, False),
    ("what stands above it (system)", {"system": "Be exact."}, False),
    ("the model", {"model": "weak"}, False),
    ("the server, same model name", {"here": False}, False),
    ("temperature", {"temperature": 0.9}, False),
    ("the longest answer", {"max_tokens": 200}, False),
    ("a tool's description", {"tool": "Looks up a river."}, False),
    ("must it call a tool?", {"choice": "required"}, False),
    ("the shape of the answer", {"shape": True}, False),
    ("shown while it comes (stream)", {"stream": True}, True),
)


class Counting(BaseHTTPRequestHandler):
    """Answers each chat completion with its number."""

    count = 0

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Counting.count += 1
        text = '{"city": "Oslo"}' if body.get("response_format") else f"answer {Counting.count}"
        usage = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
        head = {"id": f"c{Counting.count}", "created": 1, "model": body["model"]}
        if body.get("stream"):
            delta = {
                **head,
                "object": "chat.completion.chunk",
                "choices": [{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}],
            }
            end = {**head, "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": usage}
            return self._send("text/event-stream", "".join(f"data: {json.dumps(part)}\n\n" for part in (delta, end)) + "data: [DONE]\n\n")
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        return self._send("application/json", json.dumps({**head, "object": "chat.completion", "choices": [choice], "usage": usage}))

    def do_GET(self) -> None:
        self._send("application/json", json.dumps({"object": "list", "data": [{"id": name, "object": "model"} for name in ("strong", "weak")]}))

    def _send(self, kind: str, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def servers() -> Iterator[tuple[str, str]]:
    """Two servers that count together."""
    both = [ThreadingHTTPServer(("127.0.0.1", 0), Counting) for _ in range(2)]
    for server in both:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tuple(f"http://127.0.0.1:{server.server_address[1]}/v1" for server in both)  # type: ignore[misc]
    for server in both:
        server.shutdown()
        server.server_close()


def schema(description: str) -> dict[str, Any]:
    parameters = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"], "additionalProperties": False}
    return {"name": "look_up", "description": description, "parameters": parameters}


def langchain(folder: str, address: str, asked: Asked) -> None:
    from langchain_community.cache import SQLiteCache
    from langchain_core.globals import set_llm_cache
    from langchain_openai import ChatOpenAI

    set_llm_cache(SQLiteCache(f"{folder}/langchain.db"))
    model: Any = ChatOpenAI(model=asked["model"], base_url=address, api_key="none", temperature=asked["temperature"], max_tokens=asked["max_tokens"])
    if asked.get("shape"):
        model = model.bind(response_format={"type": "json_object"})
    else:
        model = model.bind_tools([{"type": "function", "function": schema(asked["tool"])}], tool_choice=asked.get("choice", "auto"))
    said = [("system", asked["system"]), ("user", asked["question"])]
    list(model.stream(said)) if asked.get("stream") else model.invoke(said)


def autogen(folder: str, address: str, asked: Asked) -> None:
    from autogen_core.models import SystemMessage, UserMessage
    from autogen_ext.cache_store.diskcache import DiskCacheStore
    from autogen_ext.models.cache import ChatCompletionCache
    from autogen_ext.models.openai import OpenAIChatCompletionClient
    from diskcache import Cache

    about = {"vision": False, "function_calling": True, "json_output": True, "family": "unknown", "structured_output": True}
    limits = {"temperature": asked["temperature"], "max_tokens": asked["max_tokens"]}
    client = OpenAIChatCompletionClient(model=asked["model"], base_url=address, api_key="none", model_info=about, **limits)  # type: ignore[arg-type]
    kept = ChatCompletionCache(client, DiskCacheStore(Cache(folder)))
    said = [SystemMessage(content=asked["system"]), UserMessage(content=asked["question"], source="user")]
    shape = {"json_output": True} if asked.get("shape") else {"tools": [schema(asked["tool"])], "tool_choice": asked.get("choice", "auto")}

    async def ask() -> None:
        if asked.get("stream"):
            async for _ in kept.create_stream(said, **shape):
                pass
        else:
            await kept.create(said, **shape)

    asyncio.run(ask())


def dspy(folder: str, address: str, asked: Asked) -> None:
    import dspy as library

    library.configure_cache(enable_disk_cache=True, enable_memory_cache=False, disk_cache_dir=folder)
    if asked.get("stream"):
        raise LookupError("a call of LM alone cannot stream")
    shape = {"response_format": {"type": "json_object"}} if asked.get("shape") else {}
    tools = {} if shape else {"tools": [{"type": "function", "function": schema(asked["tool"])}], "tool_choice": asked.get("choice", "auto")}
    model = library.LM(f"openai/{asked['model']}", api_base=address, api_key="none", temperature=asked["temperature"], max_tokens=asked["max_tokens"])
    model(messages=[{"role": "system", "content": asked["system"]}, {"role": "user", "content": asked["question"]}], **shape, **tools)


def ours(folder: str, address: str, asked: Asked) -> None:
    """The question as a step. What is above it and the length of an answer are our wording; a tool is a step of its own (benchmarks/peers.py has those)."""
    if any(asked[name] != BASE[name] for name in ("system", "temperature", "max_tokens", "tool")) or asked.get("choice"):
        raise LookupError("not a setting")
    os.environ |= {"OPENAI_API_KEY": "none-needed-here", "OPENAI_BASE_URL": address}
    from nb_orchestra.conducting import orchestrate
    from nb_orchestra.config import Orchestra

    Orchestra.instance().cache_dir = folder
    output = {"type": "record"} if asked.get("shape") else {"type": "text"}
    orchestrate(plan={"steps": [{"id": "s1", "kind": "ask", "model": f"openai/{asked['model']}", "params": {"question": asked["question"]}, "output": output}]})


LIBRARIES: dict[str, Callable[[str, str, Asked], None]] = {"langchain": langchain, "autogen": autogen, "dspy": dspy, "ours": ours}


def tried(name: str, python: str, change: Mapping[str, Any], same: bool) -> str:
    """Whether the changed question was answered from the cache, and what is wrong with that. Each question has a process of its own."""
    counts = []
    with tempfile.TemporaryDirectory() as folder, servers() as (here, there):
        for asked in (BASE, {**BASE, **change}):
            given = json.dumps(asked)
            address = here if asked["here"] else there
            ran = subprocess.run([python, __file__, "--ask", name, folder, address, given], capture_output=True, text=True, timeout=300, check=False)
            counts.append(Counting.count)
            if ran.returncode:
                return "–" if "LookupError" in ran.stderr else f"error: {ran.stderr.strip().splitlines()[-1][:60]}"
    hit = counts[1] == counts[0]
    return f"{'hit' if hit else 'miss'}{'' if hit == same else ' ✗ paid twice' if same else ' ✗ false hit'}"


def main() -> None:
    pythons = {"ours": sys.executable, **dict(word.split("=", 1) for word in sys.argv[1:])}
    print("".join([f"{'changed':<32}{'must':<6}", *(name.ljust(20) for name in pythons)]))
    for what, change, same in CHANGES:
        found = [tried(name, python, change, same).ljust(20) for name, python in pythons.items()]
        print("".join([f"{what:<32}{'hit' if same else 'miss':<6}", *found]), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ask"]:
        sys.path.insert(0, str(Path(__file__).resolve().parents[1])) if sys.argv[2] == "ours" else sys.path.pop(0)
        LIBRARIES[sys.argv[2]](sys.argv[3], sys.argv[4], json.loads(sys.argv[5]))
    else:
        main()
