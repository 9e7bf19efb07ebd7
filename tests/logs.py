"""What the services that run continuous integration read as commands in the log of a program."""

import re
from collections.abc import Iterator

REGISTERED = re.compile(
    "add-mask|add-matcher|remove-matcher|add-path|debug|echo|error|warning|notice|group|endgroup|save-state|set-env"
    "|set-output|stop-commands|internal-set-repo-path",
    re.IGNORECASE,
)
"""Commands that the runner of GitHub Actions knows (actions/runner, src/Runner.Worker/ActionCommandManager.cs)."""


def fired(output: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield what the runner would take for a command in each line of a log.

    Ported from `ActionCommand.TryParseV2` and `TryParse` (actions/runner, src/Runner.Common/ActionCommand.cs).
    """
    for line in re.split(r"\r\n|\r|\n", output):
        trimmed = line.lstrip()
        if trimmed.startswith("::") and (end := trimmed.find("::", 2)) >= 0:
            name, _, reported = trimmed[2:end].partition(" ")
            if REGISTERED.fullmatch(name):
                pairs = dict(pair.split("=", 1) for pair in reported.strip().split(",") if "=" in pair)
                yield name, {k: unescaped(v, ":,") for k, v in pairs.items()}, unescaped(trimmed[end + 2 :], "")
                continue
        if (start := line.find("##[")) >= 0 and (end := line.find("]", start)) >= 0:
            name = line[start + 3 : end].partition(" ")[0]
            if REGISTERED.fullmatch(name):
                yield name, {}, line[end + 1 :]


def unescaped(text: str, more: str) -> str:
    for sign in f"\r\n{more}%":
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text


def commands(output: str) -> list[str]:
    """Return what any service may take for a command in a log: those of the runner under whatever name, and others.

    The runner parses as in `fired`; Azure looks for `##vso[` and `##[`, TeamCity for `##teamcity[`, anywhere in a line.
    Some tools that pass a log on end lines at further characters than the runner does.
    """
    return [found for line in output.splitlines() for found in re.findall(r"^\s*::.*?::.*|##\w*\[.*", line)]
