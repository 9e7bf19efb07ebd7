"""What a record of the wrong shape is told: the pages of the rules that the schemas hold."""

PAGES = {
    "missing-field": """A record lacks a field that its kind always has.

Without a claimant, a date or a source, a claim cannot be attributed, and tables would have holes that nobody can fill.

Example:
    claims:
      - id: stoltenberg-2024-breach
        act: accuse

Fix: add the field; the message shows what one looks like. In a bundle, `defaults` can supply it for all claims.""",
    "unknown-field": """A record has a field that its kind does not know.

A mistyped field would vanish from the tables without anyone noticing, so no unknown field is let through.

Example:
    claims:
      - id: stoltenberg-2024-breach
        claiment: jens-stoltenberg

Fix: correct the spelling, or remove the field. Remarks for curators go into `note`.""",
    "unknown-code": """A field that takes a word from a list has another word.

Lists keep claims comparable: `accuse` and `accuses` would be counted as two acts.

Example:
    act: acuse

Fix: take a word from the list that the message shows; docs/codebook.md explains each.""",
    "wrong-type": """A field has a value of another type than it takes: a number for a text, a text for a list.

YAML reads a bare year as a number, and a single word where a list is wanted is not yet a list.

Example:
    published: 2024

Fix: put a text that looks like a number in quotes ("2024"); begin each entry of a list with "- ".""",
    "wrong-form": """A text does not have the form that the field asks for.

Names of records, languages, days and addresses are read by programs and have one spelling each.

Example:
    id: Stoltenberg 2024

Fix: write it in the form that the message shows.""",
    "empty-field": """A field is there but holds nothing.

Empty means "not stated", and for that the field is left out; an empty field is more often a forgotten one.

Example:
    claimant:

Fix: fill it in, or remove the line.""",
    "too-long": """A text or a list is longer than the field allows.

Summaries are one sentence and quotes a few words; long texts belong to the source. A list of a topic,
an actor or a source that many claims take in has at most a hundred entries.

Example:
    summary: (a paragraph)

Fix: shorten it to what the claim says; divide a topic that names too many.""",
    "out-of-range": """A number lies below the least that the field takes.

Figures count things, so none is below nought, and the first entry of a list is number 1.

Example:
    low: -5

Fix: check the figure in the source.""",
}
"""Pages of the rules of this stage, by name."""
