"""`alleged explain`: what a rule wants, and why."""

import click


@click.command("explain")
@click.argument("rule", required=False)
def command(rule: str | None) -> int:
    """Print the page of RULE: what is wrong, why it matters, an example, the mend. Without RULE, list all rules.

    \b
    Examples:
      alleged explain
      alleged explain unknown-reference
    """
    from alleged import rulepages

    if rule is None:
        click.echo("\n".join(rulepages.listing()))
    else:
        click.echo(f"{rule}\n\n{rulepages.page(rule).text}")
    return 0
