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
    from alleged.cli.printing import echo

    if rule is None:
        echo(*rulepages.listing())
    else:
        echo(rule, "", *rulepages.page(rule).text.split("\n"))
    return 0
