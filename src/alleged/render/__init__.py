"""Render results as text, JSON, Markdown, HTML, SARIF. `cli/printing.py` escapes lines when it prints them."""
