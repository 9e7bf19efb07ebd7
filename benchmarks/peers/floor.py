"""What no reader of YAML files can go below: reading the files, and libyaml's scan or parse of them.

python benchmarks/peers/floor.py FOLDER read|scan|parse
"""

import os
import sys
from collections.abc import Iterator

from yaml.cyaml import CParser


def contents(folder: str) -> Iterator[bytes]:
    """Yield the contents of all files of a folder."""
    for entry in os.scandir(folder):
        if entry.is_dir():
            yield from contents(entry.path)
        else:
            file = os.open(entry.path, os.O_RDONLY)
            yield os.read(file, entry.stat().st_size + 1)
            os.close(file)


def main(folder: str, what: str) -> None:
    """Go through all files."""
    for content in contents(folder):
        if what == "scan":
            CParser(content).raw_scan()
        elif what == "parse":
            CParser(content).raw_parse()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
