"""The commands of other tools, on the record files of a project."""

import json
import platform
import re
import shutil
import subprocess
from pathlib import Path

from timing import ENVIRONMENT, Side

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = ROOT / "schemas"
BUNDLE = SCHEMAS / "bundle.schema.json"
PEERS = ROOT / "benchmarks" / "peers"
PEERS_ENV = ROOT / ".venv-peers"
PYTHON = PEERS_ENV / "bin" / "python"
COMPILED = PEERS_ENV / "compiled" / "sourcemeta_jsonschema"
AJV = PEERS / "node_modules" / ".bin" / "ajv"

DATE = re.compile(rb"(?<=: )([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)(?=[,}\n])")


def check_jsonschema(project: Path, *files: str) -> Side:
    """Return check-jsonschema on some files of a project, or on all."""
    named = files or [path.relative_to(project).as_posix() for path in sorted(project.glob("claims/**/*.yaml"))]
    words = [str(PYTHON.with_name("check-jsonschema")), "--schemafile", str(BUNDLE), "--base-uri", BUNDLE.as_uri()]
    return Side([*words, *named], project, project / "claims")


def compiled(project: Path, *options: str) -> Side:
    """Return the compiled validator on all files of a project; its own binary, without the Python that starts it."""
    system, machine = platform.system().lower(), {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    binary = str(COMPILED / f"jsonschema-{system}-{machine}")
    found = ["--extension", ".yaml", "--extension", ".json", "--resolve", str(SCHEMAS)]
    return Side([binary, "validate", str(BUNDLE), "claims", *found, *options], project, project / "claims")


def ajv(project: Path) -> Side:
    """Return the validator in JavaScript on all files of a project whose dates stand in quotes."""
    names = ",".join(sorted(path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.schema.json")))
    others = [f"{SCHEMAS}/{{{names}}}.schema.json".replace("bundle,", ""), f"{SCHEMAS}/vocabularies/*.json"]
    words = [str(AJV), "validate", "-s", str(BUNDLE), "-r", others[0], "-r", others[1], "-d", "claims/**/*.yaml"]
    return Side([*words, "-c", "ajv-formats", "--strict=false"], project, project / "claims")


def script(name: str, project: Path, *words: str) -> Side:
    """Return a script of `peers/` on the record files of a project."""
    return Side([str(PYTHON), str(PEERS / f"{name}.py"), "claims", *words], project, project / "claims")


def careful(project: Path) -> Side:
    """Return the script of somebody who knows the libraries."""
    return script("careful", project, str(project / "careful.parquet"))


def common(project: Path) -> Side:
    """Return the script that most people write."""
    return script("common", project, str(project / "common.parquet"))


def quoted(project: Path, copy: Path) -> Path:
    """Return a copy of a project in which dates stand in quotes, for a reader that makes objects of them else."""
    shutil.rmtree(copy, ignore_errors=True)
    for path in project.glob("claims/**/*.yaml"):
        there = copy / path.relative_to(project)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(DATE.sub(rb'"\1"', path.read_bytes()))
    return copy


def versions() -> list[str]:
    """Return the names and versions of the other tools, and of what they stand on."""
    listed = subprocess.check_output([PYTHON, "-m", "pip", "list", "--format", "json"], env=ENVIRONMENT)
    there = {entry["name"].lower(): entry["version"] for entry in json.loads(listed)}
    wanted = ("check-jsonschema", "ruamel.yaml", "jsonschema", "pyyaml", "polars")
    found = [f"{name} {there[name]}" for name in wanted]
    lock = (PEERS / "compiled.lock").read_text(encoding="utf-8")
    found += re.findall(r"^sourcemeta-jsonschema==[0-9.]+", lock, re.MULTILINE)
    if AJV.exists():
        needs = json.loads((PEERS / "package.json").read_text(encoding="utf-8"))["dependencies"]
        node = subprocess.check_output(["node", "--version"], text=True).strip()
        found += [*(f"{name} {version}" for name, version in needs.items()), f"node {node}"]
    return [name.replace("==", " ") for name in found]


def verify(sound: Path, faulty: Path, small: Path) -> list[str]:
    """Return what a tool gets wrong: each passes the sound project, and refuses the one with mistakes.

    It also lets each tool compile itself, so that the first pair that is timed does not pay for it.
    """
    wrong = []
    tools = {
        "check-jsonschema": check_jsonschema,
        "compiled": compiled,
        "compiled --fast": lambda project: compiled(project, "--fast"),
        "careful": careful,
        "common": common,
        **({"ajv": lambda project: ajv(quoted(project, small))} if AJV.exists() else {}),
    }
    for name, tool in tools.items():
        for project, refuses in ((sound, False), (faulty, True)):
            try:
                tool(project).seconds()
            except RuntimeError as error:
                if not refuses:
                    wrong.append(f"{name} refuses the sound project: {error}")
            else:
                if refuses:
                    wrong.append(f"{name} finds nothing in the faulty project")
    return wrong
