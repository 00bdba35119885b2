"""`-m paste` in a real notebook, from the first prompt to the next day."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

SETUP = """%load_ext nb_orchestra
import pandas as pd
penguins = pd.DataFrame({"species": ["Adelie", "Gentoo"] * 30, "body_mass_g": [3700.0 + i if i % 2 == 0 else 5000.0 + i for i in range(60)]})"""
GOAL = "%%orchestrate poems -m paste\nWrite a haiku and a limerick about the heaviest species of {penguins}"
TEXTS = "print(haiku, '|', limerick)"
MEANS = {"frame": {"data": "penguins", "columns": ["species", "body_mass_g"]}, "by": ["species"], "value": ["body_mass_g"], "statistics": ["mean"]}


def poem(id: str, name: str) -> dict[str, Any]:
    params = {"question": f"A {name} about the heaviest species", "inputs": {"means": {"from": "s1"}}}
    return {"id": id, "kind": "ask", "name": name, "params": params, "output": {"type": "text"}}


PLAN = {
    "steps": [
        {"id": "s1", "kind": "code", "name": "means", "params": {"recipe": "group_summary", "arguments": MEANS}},
        poem("s2", "haiku"),
        poem("s3", "limerick"),
    ],
    "result": ["s2", "s3"],
}


@pytest.mark.slow
def test_two_pastes_answer_a_goal_and_a_new_kernel_asks_for_none(lab: Any) -> None:
    """The prompt can be copied, or is selected where the page has no right to copy; prompts that wait together go out as one paste."""
    notebook = lab.open(SETUP, GOAL, TEXTS, fresh=True)
    notebook.run(0)
    notebook.run(1, wait=False)
    out = notebook.output(1)
    asked, prompt, reply = out.locator(".nbo-asked"), out.locator("textarea").nth(0), out.locator("textarea").nth(1)
    expect(asked).to_contain_text("Paste 1 of about 2")
    out.get_by_role("button", name="Copy").click()
    notebook.page.wait_for_function("() => document.activeElement.selectionEnd > 1000 && document.activeElement.value.includes('Make a plan')")
    expect(out.get_by_role("button", name="Copied")).to_be_visible()
    notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    notebook.page.evaluate("navigator.clipboard.writeText('what stood there before')")
    out.get_by_role("button", name="Copied").click()
    notebook.page.wait_for_function("async () => (await navigator.clipboard.readText()) === document.activeElement.value")
    reply.fill(f"Sure! Here is the plan:\n```json\n{json.dumps(PLAN)}\n```")
    out.locator(".nbo-yes").click()
    expect(asked).to_contain_text("Paste 2 of about 2")
    expect(prompt).to_have_value(re.compile("=== QUESTION 2 ==="))
    reply.fill("=== ANSWER 1 ===\nGentoo on the ice\n\n**ANSWER 2**\nThere once was a bird")
    out.locator(".nbo-yes").click()
    notebook.wait_for_end(1)
    next_day = lab.open(SETUP, GOAL, TEXTS, fresh=True)
    for cell in range(3):
        next_day.run(cell)
    expect(next_day.output(2)).to_contain_text("Gentoo on the ice | There once was a bird")
