"""Results as text for people and machines; `cli/printing.py` escapes the lines for people where it prints them."""
