"""`alleged rules`: everything that a check looks for."""

import click


@click.command("rules")
@click.option("--write", is_flag=True, help="Write the pages of all rules to docs/rules.md instead.")
def command(write: bool) -> int:
    """List the rules, by subject: severity, name, what is wrong.

    \b
    Examples:
      alleged rules
      alleged rules | grep quote
      alleged explain unknown-reference
    """
    from alleged import rule_docs
    from alleged.cli.pages import save
    from alleged.cli.printing import echo
    from alleged.cli.progress import find_project

    if not write:
        echo(*rule_docs.listing())
        return 0
    save(find_project(), "docs/rules.md", rule_docs.markdown())
    echo("wrote docs/rules.md")
    return 0
