"""`alleged explain`: what a rule wants, and why."""

import click


@click.command("explain")
@click.argument("rule", required=False)
def command(rule: str | None) -> int:
    r"""Print the page of RULE: what is wrong, why it matters, an example, the mend. Without RULE, list all rules.

    \b
    Examples:
      alleged explain
      alleged explain unknown-reference
    """
    from alleged import report

    if rule is None:
        pages = report.all_pages()
        wide = max(map(len, pages))
        click.echo("\n".join(f"{name:<{wide}}  {page.splitlines()[0]}" for name, page in pages.items()))
    else:
        click.echo(f"{rule}\n\n{report.page(rule)}")
    return 0
