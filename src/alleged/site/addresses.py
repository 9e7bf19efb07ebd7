"""The gate for addresses: every `href` of the site comes from here, or is a constant of a template."""

import re
from functools import lru_cache
from urllib.parse import quote

from alleged.errors import VerificationError
from alleged.text.urls import flaw

FOLDERS = ("claim", "topic", "actor", "source", "instrument", "table", "docs")

ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,199}")
"""Ids of records and names of tables, as the schemas allow them."""

MAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

REGISTERS = {
    "wikidata": "https://www.wikidata.org/wiki/{}",
    "imo": "https://www.wikidata.org/w/index.php?search=%22IMO+{}%22",
    "opensanctions": "https://www.opensanctions.org/entities/{}/",
    "ror": "https://ror.org/{}",
}
"""Pages of registers, by identifier scheme."""


@lru_cache(maxsize=65536)
def page(kind: str, id: str) -> str:
    """Return the path of a page from the root of the site, such as `claim/kirby-2023-containers.html`.

    Raises:
        VerificationError: The id cannot be the name of a file.
    """
    if kind not in FOLDERS or not ID.fullmatch(id):
        raise VerificationError(f"{id!r} is not an id, so it has no page; check the tables with 'alleged verify'")
    return f"{kind}/{id}.html"


def outside(url: str | None) -> str | None:
    """Return an address on the web that is safe to open, or None: only http and https, no login, a real host."""
    return url if url and not flaw(url) else None


def contact(address: str) -> str | None:
    """Return a contact as an address: a page, or `mailto:` with an email address."""
    return f"mailto:{address}" if MAIL.fullmatch(address) else outside(address)


def register(scheme: str, value: str) -> str | None:
    """Return the page of an actor in a register, where it has a known form."""
    form = REGISTERS.get(scheme)
    return outside(form.format(quote(value, safe=""))) if form else None


def line_of_record(repository: str, commit: str | None, path: str, line: int) -> str | None:
    """Return the page that shows a line of a record at a commit, where the repository has a known form."""
    if not commit or not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", commit):
        return None
    start = file_in_repository(repository, commit, path)
    return f"{start}#L{line}" if start else None


def file_in_repository(repository: str, commit: str | None, path: str) -> str | None:
    """Return the page of a file in a repository on GitHub, GitLab or Codeberg; None elsewhere."""
    at = commit or "HEAD"
    base, where = repository.rstrip("/").removesuffix(".git"), quote(path)
    for host, form in (("github.com", "blob"), ("gitlab.com", "-/blob"), ("codeberg.org", "src/commit")):
        if base.startswith(f"https://{host}/"):
            return outside(f"{base}/{form}/{at}/{where}")
    return None


def new_issue(repository: str, title: str) -> str | None:
    """Return the page on which readers report a problem, where the repository is on GitHub."""
    base = repository.rstrip("/").removesuffix(".git")
    return (
        outside(f"{base}/issues/new?title={quote(title, safe='')}") if base.startswith("https://github.com/") else None
    )
