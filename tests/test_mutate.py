"""The mutation script: which edits it makes, and that it finds exactly the test that is missing."""

import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from paths import ROOT

BENCHMARKS = ROOT / "benchmarks"

MODULE = '''\
"""A tiny module."""


def grade(points: int) -> str:
    """Return the grade for some points."""
    return "passed" if points >= 50 else "failed"


def first(words: list[str]) -> str:
    """Return the first word."""
    if not words:
        raise LookupError("there are no words")
    return words[0]
'''

TESTS = """\
from tiny import first, grade


def test_fifty_points_are_enough() -> None:
    assert [grade(49), grade(50), grade(51)] == ["failed", "passed", "passed"]


def test_the_first_of_two_words_is_returned() -> None:
    assert first(["a", "b"]) == "a"
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return a repository of one module, in which a test for one guard is missing."""
    for name, text in {"src/tiny.py": MODULE, "tests/test_tiny.py": TESTS, "benchmarks/mutants.toml": ""}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "Begin"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def mutate(root: Path, *words: str, source: str = "src/*.py") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, BENCHMARKS / "mutate.py", "--root", root, "--source", source, "--tests", "tests", *words]
    plugins = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "xdist.plugin"}
    return subprocess.run(command, env={**os.environ, **plugins}, capture_output=True, text=True, check=False)


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> tuple[ModuleType, ModuleType]:
    """Return the modules `mutants` and `mutate` of the benchmarks."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("mutants"), importlib.import_module("mutate")


def test_a_guard_without_a_test_is_the_only_survivor(tiny: Path) -> None:
    found = mutate(tiny, "--all")

    survivors = found.stdout.split("survived: ")[1:]
    assert found.returncode == 1, found.stderr
    assert [survivor.splitlines()[:4] for survivor in survivors] == [
        [
            "src/tiny.py:11 first",
            "    - if not words:",
            "    + if not words and False:",
            "    not listed: a test is missing",
        ]
    ]
    assert found.stdout.splitlines()[-1] == "87.5% killed, 95% needed"  # 7 of 8
    assert (tiny / "src/tiny.py").read_text() == MODULE


def test_tests_that_never_end_are_stopped_and_count_as_failed(
    tiny: Path, modules: tuple[ModuleType, ModuleType]
) -> None:
    _, mutate = modules
    (tiny / "tests/test_tiny.py").write_text("def test_nothing_ends() -> None:\n    while True:\n        pass\n")
    copy = mutate.Copy(tiny, tiny / "copy")

    assert copy.test(["tests"], 1)[0] is None


@pytest.mark.parametrize(
    ("tests", "message"),
    [
        ("def test_it() -> None:\n    assert False\n", "the tests fail without any mutant"),
        ("def test_it() -> None:\n    pass\n", "the tests do not import src/tiny.py of the copy"),
    ],
)
def test_tests_that_prove_nothing_are_refused(tests: str, message: str, tiny: Path) -> None:
    (tiny / "tests/test_tiny.py").write_text(tests)

    found = mutate(tiny)

    assert found.returncode == 2
    assert message in found.stderr


def test_a_module_that_does_not_exist_is_named(tiny: Path) -> None:
    found = mutate(tiny, source="src/other.py")

    assert (found.returncode, found.stderr) == (2, "mutate: there is no src/other.py\n")


def test_survivors_are_accepted_only_if_they_are_listed(
    tiny: Path, modules: tuple[ModuleType, ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    mutants, mutate = modules
    entry = '[[accepted]]\nfile = "src/tiny.py"\nfunction = "first"\nreason = "Nobody minds."\n'
    entry += 'before = "if not words:"\nafter = "if not words and False:"\n'
    (tiny / "benchmarks/mutants.toml").write_text(entry)
    lists = mutate.Lists.read(tiny / "benchmarks/mutants.toml")
    found = {mutant.key in lists.accepted: mutant for mutant in mutants.mutants("src/tiny.py", MODULE.encode())}
    killed, survived = mutate.Trial("tiny", found[False], "killed"), mutate.Trial("tiny", found[True], "survived")

    assert mutate.summary([killed] * 19 + [survived], lists, []) == 0
    assert "Nobody minds." in capsys.readouterr().out
    assert mutate.summary([killed._replace(outcome="timed out")] * 19 + [survived], lists, []) == 0
    assert mutate.summary([killed] * 18 + [survived], lists, []) == 1  # fewer than 95 %
    assert mutate.summary([killed] * 99 + [killed._replace(outcome="survived")], lists, []) == 1  # not listed
    assert mutate.summary([killed, survived._replace(outcome="killed")], lists, []) == 1  # listed, but killed
    assert mutate.summary([killed], lists, [("src/tiny.py", "gone", "a", "b", 1)]) == 1  # listed, but no mutant


def test_what_is_always_tried_is_replaced_as_it_is_written(tiny: Path) -> None:
    entry = '[[always]]\nfile = "src/tiny.py"\nbefore = "words[0]"\nafter = "words[-1]"\n'
    (tiny / "benchmarks/mutants.toml").write_text(entry)
    assert "    - words[0]\n    + words[-1]\n" in mutate(tiny, "--list", "--count", "0").stdout

    (tiny / "benchmarks/mutants.toml").write_text(entry.replace("words[0]", "words[7]"))
    found = mutate(tiny, "--list")
    assert found.returncode == 2
    assert "mutants.toml is out of date: src/tiny.py contains 'words[7]' 0 times, not once" in found.stderr


@pytest.mark.parametrize(
    ("line", "edits"),
    [
        ("a < b", {"a <= b"}),
        ("a <= b != c", {"a < b != c", "a <= b == c"}),
        ("a is not None", {"a is None"}),
        ("a  not   in b", {"a in b"}),
        ("a == 'b'", {"a != 'b'", "a == 'bx'"}),
        ("a in ('b', c)", {"a not in ('b', c)", "a in ('bx', c)"}),
        ("a and (b)", {"a or (b)", "True and (b)", "a and (True)"}),
        ("a or (b := c)", {"a and (b := c)", "False or (b := c)", "a or (((b := c) and False))"}),
        ("not (a)", {"(a)"}),
        ("~a.b", {"a.b"}),
        ("a & b", {"a | b"}),
        ("os.O_RDWR | os.O_EXCL", {"0 | os.O_EXCL", "os.O_RDWR | 0"}),
        ("f('O_RDONLY', 'O_EXCL')", {"f('O_RDONLY', *())", "pass"}),
        ("['git', '-z']", {"['git', *()]"}),
        ("{'a': 'b', c: 1}", {"{**{}, c: 1}", "{'a': 'b', c: 2}", "{'a': 'b', c: 0}"}),
        ("x = 7", {"x = 8", "x = 6"}),
        ("x = f(a=True)", {"x = f(a=False)"}),
        ("x = a.min()", {"x = a.max()"}),
        ("x = any(a)", {"x = all(a)"}),
        ("x = a.startswith('b')", {"x = a.startswith('bx')"}),
        ("os.fsync(a)", {"pass"}),
        ("raise Error(1, a == b) from c", {"pass"}),
        ("x = [a for a in b if a]", {"x = [a for a in b if not (a)]"}),
        ("x = a if b else c", {"x = a if not (b) else c"}),
        ("def f(x=1): return", {"def f(x=2): return", "def f(x=0): return"}),
        ("def f():\n    if a < b:\n        return", {"if a <= b:", "if a < b and False:", "if not (a < b):"}),
        ("def f():\n    if a or b:\n        raise", {"if a and b:", "if False or b:", "if a or False:"}
         | {"if (a or b) and False:", "if not (a or b):"}),
    ],
)  # fmt: skip
def test_each_kind_of_mistake_is_made(line: str, edits: set[str], modules: tuple[ModuleType, ModuleType]) -> None:
    found = modules[0].mutants("m.py", f"import os\nimport re\n{line}\n".encode())

    assert {mutant.after for mutant in found} == edits
    for mutant in found:
        compile(mutant.source, "m.py", "exec")


@pytest.mark.parametrize(
    "text",
    [
        '"""Text of 3 words."""',
        "x: Literal[1] = y",
        "def f(x: Literal[1]) -> Literal[2]: ...",
        "@cache(maxsize=9)\ndef f(): ...",
        "x = f'{a == b}'",
        "logger.info('a', 1)",
        "x = LookupError('a', 1)",
        "if TYPE_CHECKING:\n    import a",
    ],
)
def test_messages_and_types_are_not_edited(text: str, modules: tuple[ModuleType, ModuleType]) -> None:
    assert modules[0].mutants("m.py", f"{text}\n".encode()) == []


def test_edits_that_change_no_code_are_not_counted(modules: tuple[ModuleType, ModuleType]) -> None:
    mutants, _ = modules
    found = mutants.mutants("m.py", b"x = 1 < 2 if a else 3 if True else 4\n")

    kept = mutants.distinct(found)
    codes = {mutants._compiled(mutant.source) for mutant in kept}
    assert len(codes) == len(kept) < len(found)
    assert mutants._compiled(b"x = 1 < 2 if a else 3 if True else 4\n") not in codes


def test_a_sample_stays_the_same_when_code_moves(modules: tuple[ModuleType, ModuleType]) -> None:
    mutants, _ = modules
    before = mutants.sample(mutants.mutants("m.py", MODULE.encode()), 4, 11)
    moved = MODULE.replace("def grade", "def added() -> None:\n    pass\n\n\ndef grade")

    after = mutants.sample(mutants.mutants("m.py", moved.encode()), 4, 11)

    assert [mutant.key for mutant in before] == [mutant.key for mutant in after]
    assert len({mutant.edit.kind for mutant in before}) == 4


def test_every_accepted_survivor_of_this_repository_is_still_a_mutant(modules: tuple[ModuleType, ModuleType]) -> None:
    mutants, mutate = modules
    lists = mutate.Lists.read(BENCHMARKS / "mutants.toml")
    files = {key[0] for key in lists.accepted}
    found = {mutant.key for file in files for mutant in mutants.mutants(file, (ROOT / file).read_bytes())}

    assert files
    assert set(lists.accepted) - found == set()
