"""Rules on web addresses: each is well formed, has no login and is in its normal form."""

from collections.abc import Callable, Iterator

from alleged.issues import Suggestion
from alleged.records.corpus import Corpus, Record
from alleged.records.record import picker
from alleged.rules.rule import Finding, Findings, rule
from alleged.schemas.definitions import ValuePath
from alleged.text.urls import flaw, is_plain, normal_url, parts

ADDRESSES: dict[str, tuple[ValuePath, ...]] = {
    "sources": (("url",), ("archived", "*", "uri")),
    "instruments": (("eli",),),
    "evidence": (("url",),),
}


@rule(severity="error")
def malformed_address(corpus: Corpus) -> Findings:
    """An address cannot be opened: its host cannot exist, or it has characters that no address may have.

    Readers who doubt a claim follow the address to the page. Programs read a broken address in different ways, and some
    can be deceived by it.

    Example:
        sources:
          - id: ap-2023-10-13
            url: https:///article/1

    Fix: copy the address from the browser again, from `https://` to its end.
    """
    for record, path, url in unusual_values(corpus, ADDRESSES):
        if (why := flaw(url)) and not _login(url):
            yield record.at(*path), f"the address {url!r} {why}", "copy the address of the page again"


@rule(severity="error")
def login_in_address(corpus: Corpus) -> Findings:
    """An address contains a login: text before an @ in front of the host.

    `https://apnews.com@pages.example` looks like one outlet and opens another site. A real login would publish a
    password.

    Example:
        sources:
          - id: ap-2023-10-13
            url: https://apnews.com@pages.example/article/1

    Fix: delete the text between `//` and the @ together with the @, and check that the page is the one that was read.
    """
    for record, path, url in unusual_values(corpus, ADDRESSES):
        if "@" in url and (login := _login(url)):
            yield (
                record.at(*path),
                f"the address {url!r} {flaw(url)}",
                f"delete {login!r} and open the page to check that it is the right one",
            )


@rule(severity="info")
def untidy_address(corpus: Corpus) -> Findings:
    """An address has parts that do not change the page: capitals in the host, the default port, tracking parameters.

    Tracking parameters show where a reader came from, and one page with two addresses looks like two pages.

    Example:
        sources:
          - id: gazette-2023-10-14
            url: https://Gazette.example/article/1?utm_source=mail

    Fix: let `alleged check --fix` shorten it; it still opens the same page.
    """
    for record, path, url in unusual_values(corpus, ADDRESSES):
        if not flaw(url) and (tidy := normal_url(url)) != url:
            where = record.at(*path)
            place = where.place
            plain = place.text[place.column - 1 : place.column - 1 + place.length] == url
            yield Finding(
                where,
                f"the address {url!r} has parts that do not change the page",
                f"write  {tidy}",
                Suggestion(tidy, "safe") if plain else None,
            )


def unusual_values(
    corpus: Corpus, paths: dict[str, tuple[ValuePath, ...]], is_usual: Callable[[str], bool] = is_plain
) -> Iterator[tuple[Record, ValuePath, str]]:
    """Yield the unusual values at some paths of each kind of record: the record, the path and the value."""
    for kind, of_kind in paths.items():
        pickers = [(path, picker(path)) for path in of_kind]
        for record in corpus.of_kind(kind).values():
            for path, pick in pickers:
                if not all(map(is_usual, pick(record.data))):
                    yield from ((record, at, value) for at, value in record.values(path) if not is_usual(value))


def _login(url: str) -> str:
    address = parts(url)
    return address.login if address else ""
