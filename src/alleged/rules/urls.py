"""Rules on web addresses: each can be opened, and is written in one way."""

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
    """An address cannot be opened: it names no host that exists, or holds signs that no address has.

    Whoever doubts a claim follows the address to the page. Programs differ in what they make of a broken
    one, and some can be led astray by it.

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
    """An address holds a login: something before an @ that stands in front of the host.

    `https://apnews.com@pages.example` looks like one outlet and opens another site. A real login would make
    a password public.

    Example:
        sources:
          - id: ap-2023-10-13
            url: https://apnews.com@pages.example/article/1

    Fix: drop all that stands between `//` and the @, and look whether the page is the one that was read.
    """
    for record, path, url in unusual_values(corpus, ADDRESSES):
        if "@" in url and (login := _login(url)):
            yield (
                record.at(*path),
                f"the address {url!r} {flaw(url)}",
                f"drop {login!r} and open the page to see whether it is the right one",
            )


@rule(severity="info")
def untidy_address(corpus: Corpus) -> Findings:
    """An address carries what leads to no other page: capitals in the host, the usual port, tracking parameters.

    Tracking parameters tell who sent the reader, and the same page under two addresses looks like two.

    Example:
        sources:
          - id: gazette-2023-10-14
            url: https://Gazette.example/article/1?utm_source=mail

    Fix: let `alleged check --fix` tidy it; the page it leads to stays the same.
    """
    for record, path, url in unusual_values(corpus, ADDRESSES):
        if not flaw(url) and (tidy := normal_url(url)) != url:
            where = record.at(*path)
            place = where.place
            plain = place.text[place.column - 1 : place.column - 1 + place.length] == url
            yield Finding(
                where,
                f"the address {url!r} carries more than leads to the page",
                f"write  {tidy}",
                Suggestion(tidy, "safe") if plain else None,
            )


def unusual_values(
    corpus: Corpus, paths: dict[str, tuple[ValuePath, ...]], usual: Callable[[str], bool] = is_plain
) -> Iterator[tuple[Record, ValuePath, str]]:
    """Yield the values at some paths of the records, but for those that are as usual."""
    for kind, of_kind in paths.items():
        pickers = [(path, picker(path)) for path in of_kind]
        for record in corpus.of_kind(kind).values():
            for path, pick in pickers:
                if not all(map(usual, pick(record.data))):
                    yield from ((record, found, value) for found, value in record.values(path) if not usual(value))


def _login(url: str) -> str:
    address = parts(url)
    return address.login if address else ""
