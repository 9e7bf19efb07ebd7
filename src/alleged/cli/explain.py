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
    from alleged import rule_docs
    from alleged.cli.printing import echo

    if rule is None:
        echo(*rule_docs.listing())
    else:
        echo(rule, "", *rule_docs.page(rule).text.split("\n"))
    return 0
