"""What `import alleged` offers."""

from importlib.util import find_spec

import pytest

import alleged
from alleged import api


@pytest.mark.parametrize("name", [*alleged.__all__, "open"])
def test_no_module_has_the_name_of_a_public_function(name: str) -> None:
    """Importing such a module would replace the function: `alleged.as_of` would be a module."""
    assert find_spec(f"alleged.{name}") is None


@pytest.mark.parametrize("name", sorted({*alleged.__all__, "open"} - {"__version__"}))
def test_public_functions_are_those_of_one_module(name: str) -> None:
    assert getattr(alleged, name) is getattr(api, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'alleged' has no attribute 'tabels'"):
        _ = alleged.tabels  # type: ignore[attr-defined]
