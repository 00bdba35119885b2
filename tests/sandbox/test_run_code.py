"""What code may do, and what comes back."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb_orchestra.core.outcome import Failure, Result
from nb_orchestra.sandbox import Limits, run_code, tier
from nb_orchestra.values.chart import Chart


def value_of(code: str, **inputs: Any) -> Any:
    outcome = run_code(code, inputs)
    assert isinstance(outcome, Result), outcome
    return outcome.value


def failure_of(code: str, **inputs: Any) -> Failure:
    outcome = run_code(code, inputs)
    assert isinstance(outcome, Failure), outcome
    return outcome


def test_the_value_of_result_comes_back(frame: pd.DataFrame) -> None:
    """Code computes on the inputs by name, and the variable `result` is its value; what it printed, its time and its tier come with it."""
    outcome = run_code("print('two groups')\nresult = df.groupby('g')['x'].mean()", {"df": frame})
    assert isinstance(outcome, Result)
    pd.testing.assert_series_equal(outcome.value, frame.groupby("g")["x"].mean())
    assert (outcome.printed, outcome.tier) == ("two groups\n", tier())
    assert outcome.seconds > 0


def test_another_variable_can_be_asked_for() -> None:
    """`output` names the variable that is wanted."""
    outcome = run_code("a = 1\nb = 2", output="b")
    assert isinstance(outcome, Result)
    assert outcome.value == 2


def test_inputs_are_never_changed(frame: pd.DataFrame) -> None:
    """Code may change its inputs in place: it has copies, the person's own stay as they were."""
    before, rows = frame.copy(deep=True), [1, [2]]
    code = "df.loc[0, 'x'] = 99\ndf['new'] = 1\ndf.drop(index=1, inplace=True)\nrows[1].append(3)\nresult = (df, rows)"
    changed, longer = value_of(code, df=frame, rows=rows)
    pd.testing.assert_frame_equal(frame, before)
    assert rows == [1, [2]]
    assert (changed.loc[0, "x"], list(changed.index), longer) == (99.0, [0, 2, 3], [1, [2, 3]])


def test_a_result_can_be_changed(frame: pd.DataFrame) -> None:
    """A table that comes back is the person's own: its cells can be set."""
    table = value_of("result = df", df=frame)
    table.loc[0, "x"] = 7.0
    table.iloc[1, 1] = 9
    assert (table.loc[0, "x"], table.iloc[1, 1], frame.loc[0, "x"]) == (7.0, 9, 1.0)


@pytest.mark.parametrize(
    "code",
    [
        "import numpy, pandas, scipy.stats, pyarrow, matplotlib.pyplot, statistics, json, re, math, itertools, sqlite3; result = 1",
        "from sklearn.cluster import KMeans\nresult = int(KMeans(2, n_init=1, random_state=0).fit_predict(df[['x']]).max())",
        "import shutil\ndf.to_csv('a.csv')\nshutil.copy('a.csv', 'b.csv')\nresult = int(len(pd.read_csv('b.csv')) == 4)",
        "import sqlite3\nbase = sqlite3.connect('t.db')\ndf.to_sql('t', base)\nresult = int(pd.read_sql('select count(*) n from t', base).n[0] == 4)",
        "import tempfile\nwith tempfile.TemporaryDirectory() as d:\n  open(d + '/f', 'w').write('x')\nresult = 1",
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(4) as pool: result = sum(pool.map(int, '0001'))",
        "df.to_parquet('t.parquet'); result = int(len(pd.read_parquet('t.parquet')) == 4)",
        "result = int(pd.Timestamp.now(tz='America/New_York').year > 2000)",
        "def main():\n  global result\n  result = 1\nif __name__ == '__main__': main()",
        "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass P:\n  x: int\nresult = P(1).x",
        "import pickle\nclass P: pass\nresult = int(isinstance(pickle.loads(pickle.dumps(P())), P))",
        "import zipfile\nwith zipfile.ZipFile('z.zip', 'w') as z: z.writestr('a', 'b')\nresult = len(zipfile.ZipFile('z.zip').namelist())",
        "from scipy.optimize import curve_fit\nresult = round(curve_fit(lambda x, a: a * x, [1, 2], [1, 2])[0][0])",
    ],
)
def test_ordinary_work_runs(code: str, frame: pd.DataFrame) -> None:
    """Declared libraries, threads, and files in the job's own folder work as anywhere."""
    assert value_of(code, df=frame) == 1


@pytest.mark.parametrize("draw", ["result = df.plot()", "df.x.plot(title='Growth')", "import matplotlib.pyplot as plt\nresult, axes = plt.subplots(1, 2)"])
def test_a_figure_comes_back_as_a_chart(draw: str, frame: pd.DataFrame) -> None:
    """A figure, axes, or a figure that was drawn and not named come back with both pictures, the same bytes each time."""
    chart, again = value_of(draw, df=frame), value_of(draw, df=frame)
    assert isinstance(chart, Chart)
    assert chart.png.startswith(b"\x89PNG")
    assert "<svg" in chart.svg
    assert "<path" in chart.svg
    assert (chart.png, chart.svg) == (again.png, again.svg)


def test_random_numbers_are_the_same_each_time() -> None:
    """Code that draws numbers without a seed gives the same value again."""
    code = "import random\nresult = [random.random(), float(np.random.rand())]"
    assert value_of(code) == value_of(code)


def test_an_error_shows_the_codes_own_lines(frame: pd.DataFrame) -> None:
    """A failure has the error's class, its text, the code's own lines that it passed, and names the columns that are there."""
    failure = failure_of("def mean(name):\n    return df[name].mean()\n\nresult = mean('weight')", df=frame)
    assert (failure.error, failure.message) == ("KeyError", "'weight'")
    assert failure.trace == "line 4: result = mean('weight')\nline 2: return df[name].mean()"
    assert "x, y, g, s" in failure.hint
    assert failure.tier == tier()


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [
        ("result = (", "SyntaxError", "never closed"),
        ("x = 1", "NameError", "sets no variable 'result'"),
        ("result = df.groupby('g')", "TypeError", "cannot leave the sandbox"),
        ("result = lambda: 1", "TypeError", "a function cannot leave the sandbox"),
        ("class Table(pd.DataFrame): pass\nresult = Table(df)", "TypeError", "a Table cannot leave the sandbox"),
        ("result = []\nresult.append(result)", "RecursionError", ""),
        ("raise SystemExit(0)", "SystemExit", ""),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
        ("class E(Exception):\n  def __str__(self): raise ValueError\nraise E", "E", ""),
        ("import os\nos._exit(0)", "OutputError", "ended its process"),
        ("import os\nos._exit(3)", "StepError", "exit code 3"),
        ("import os\nos.abort()", "StepError", "SIGABRT"),
        ("result = '\ud800'", "UnicodeEncodeError", "surrogates"),
        ("a\0b", "SyntaxError", "null bytes"),
    ],
)
def test_failures_say_what_happened(code: str, error: str, words: str, frame: pd.DataFrame) -> None:
    """Whatever code does wrong becomes a Failure; nothing is raised."""
    failure = failure_of(code, df=frame)
    assert failure.error == error or (failure.error, error) == ("ValueError", "SyntaxError")  # null bytes: a ValueError before Python 3.12
    assert words in failure.message


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import seaborn", "not among the libraries"),
        ("import requests", "no network"),
        ("from urllib import request", "no network"),
        ("import urllib.request", "no network"),
        ("import subprocess", "starts no processes"),
        ("import nb_orchestra", "does not see the notebook"),
        ("open('/etc/hostname')", "reads only its inputs"),
        ("open('/tmp/x', 'w')", "writes only in its own folder"),
        ("pd.read_csv('https://example.org/x.csv')", "no network"),
        ("import os; os.system('ls')", "starts no programs"),
    ],
)
def test_refusals_are_in_words(code: str, words: str) -> None:
    """What a code step may not do is refused with a sentence that says why and a hint that says what to do."""
    failure = failure_of(code)
    assert words in failure.message
    assert failure.hint


def test_warnings_are_printed_unless_nobody_can_act_on_them() -> None:
    """A warning of the code's own is seen with what it printed; that a plot cannot be shown in a window is not."""
    outcome = run_code("import warnings, matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nwarnings.warn('mind the gap')")
    assert isinstance(outcome, Result)
    assert "mind the gap" in outcome.printed
    assert "non-interactive" not in outcome.printed


def test_libraries_may_import_what_code_may_not() -> None:
    """`urllib.parse` is the standard library's; only the network below it is closed."""
    assert value_of("from urllib.parse import quote\nresult = quote('a b')") == "a%20b"


def test_output_is_cut_and_said_so(short: Limits) -> None:
    """Of what code prints the first characters are kept, and how many more there were."""
    outcome = run_code("print('x' * 5_000)\nresult = 1", limits=short)
    assert outcome.printed.startswith("x" * 1_000 + "\n… 4,001 characters more")


def test_what_was_printed_before_a_failure_is_kept(short: Limits) -> None:
    """Also of code that had to be stopped."""
    failure = run_code("print('before')\nwhile True: pass", limits=Limits(seconds=0.5))
    assert (failure.error, failure.printed) == ("TimeoutError", "before\n")


def test_an_input_that_cannot_travel_is_named(frame: pd.DataFrame) -> None:
    """An input of a type that code cannot be given is a Failure that names it."""
    failure = failure_of("result = 1", df=frame, connection=object())
    assert "connection" in failure.message
    assert "df" not in failure.message


def test_no_key_of_the_kernel_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's environment never reaches the code, also where the warm process is started with it set."""
    from nb_orchestra.sandbox import close

    monkeypatch.setenv("SOME_API_KEY", "sk-this-is-a-secret")
    close()
    assert "SOME_API_KEY" not in value_of("import os\nresult = dict(os.environ)")
    assert os.environ["SOME_API_KEY"]


@pytest.mark.parametrize("bad", [{"seconds": 0}, {"memory": -1}, {"disk": float("inf")}, {"seconds": float("nan")}])
def test_limits_are_finite(bad: dict[str, Any]) -> None:
    """A limit that limits nothing is refused."""
    with pytest.raises(ValueError, match="positive, finite"):
        Limits(**bad)


def test_types_of_columns_come_back_as_words(frame: pd.DataFrame) -> None:
    """`df.dtypes` is a table of words: a dtype is no value that could be kept."""
    assert value_of("result = df.dtypes", df=frame).to_dict() == {"x": "float64", "y": "int64", "g": str(frame.g.dtype), "s": str(frame.s.dtype)}


def test_plain_types_come_back() -> None:
    """Numbers of numpy become Python's, and subclasses become the plain type."""
    code = "import collections\nresult = [np.int64(1), np.float32(.5), np.bool_(True), collections.Counter('aab'), pd.Timestamp('2020-01-01'), np.arange(2)]"
    one, half, true, counts, day, array = value_of(code)
    assert (one, half, true, counts) == (1, 0.5, True, {"a": 2, "b": 1})
    assert [type(value) for value in (one, half, true, counts)] == [int, float, bool, dict]
    assert day == dt.datetime(2020, 1, 1)
    assert isinstance(array, np.ndarray)
