"""`alleged explain`: what a rule, a field, a code, a table or a column means."""

import click


@click.command("explain")
@click.argument("name", required=False)
@click.option("--write", is_flag=True, help="Write docs/rules.md and docs/codebook.md, which explain all of them.")
def command(name: str | None, write: bool) -> int:
    """Explain a rule, field, code or table.

    Explains NAME: a rule, a field of a record, a code list, a code, a table or a column. Without NAME, lists them.

    \b
    Examples:
      alleged explain
      alleged explain unknown-reference
      alleged explain act
      alleged explain claims.known_hi
    """
    from alleged.cli.printing import echo
    from alleged.cli.progress import use_own_codes
    from alleged.render import explanations

    use_own_codes()
    if write:
        if name is not None:
            raise click.UsageError("--write explains everything; it takes no NAME")
        return _write()
    echo(*(explanations.listing() if name is None else explanations.explanation(name)))
    return 0


def _write() -> int:
    from alleged import codebook, rule_docs
    from alleged.cli.pages import save
    from alleged.cli.printing import echo
    from alleged.cli.progress import find_project

    project = find_project()
    for page, text in (("docs/rules.md", rule_docs.markdown()), ("docs/codebook.md", codebook.markdown())):
        save(project, page, text)
        echo(f"wrote {page}")
    return 0
