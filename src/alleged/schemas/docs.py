"""Pages of the rules of shape, which the JSON Schemas check."""

PAGES = {
    "missing-field": """A record lacks a required field.

Without a claimant, a date or a source, a claim cannot be attributed, and nobody could fill the gaps in the tables.

Example:
    claims:
      - id: stoltenberg-2024-breach
        act: allege

Fix: add the field; the message shows what one looks like. In a bundle, `defaults` can supply it for all claims.""",
    "unknown-field": """A record has a field that its schema does not define.

A mistyped field would be missing from the tables without notice, so unknown fields are refused.

Example:
    claims:
      - id: stoltenberg-2024-breach
        claiment: jens-stoltenberg

Fix: correct the spelling, or remove the field. Remarks for curators go into `note`.""",
    "unknown-code": """A field that takes a code of a list has another value.

Codes keep claims comparable: `allege` and `alleges` would be counted as two acts.

Example:
    act: alege

Fix: take a word from the list that the message shows; docs/codebook.md explains each.""",
    "wrong-type": """A field has a value of the wrong type: a number instead of a text, a text instead of a list.

Each field takes one type of value; tables and programs rely on it. YAML reads a year without quotes as a number, and a
single word is not a list.

Example:
    published: 2024

Fix: put a text that looks like a number in quotes ("2024"); begin each entry of a list with "- ".""",
    "wrong-form": """A text does not have the form that its field requires.

Programs read ids, languages, dates and addresses, so each has one exact form.

Example:
    id: Stoltenberg 2024

Fix: write it in the form that the message shows.""",
    "empty-field": """A field is empty.

What is not stated is left out; an empty field was usually forgotten.

Example:
    claimant:

Fix: fill it in, or remove the line.""",
    "too-long": """A text or a list is longer than the field allows.

Summaries are one sentence and quotes a few words; long texts remain in the source. A list in a topic,
an actor or a source, to which many claims refer, has at most a hundred entries.

Example:
    summary: (a paragraph)

Fix: shorten it to what the claim says; divide a topic that names too many.""",
    "unknown-list": """A file in `vocabularies/` is not named after a code list to which a dataset may add codes.

Its codes would be used nowhere.

Example:
    vocabularies/items.yaml

Fix: name the file after a list that the message shows, such as vocabularies/item.yaml.""",
    "duplicate-code": """A code of a dataset's own exists already: in its list, or in the same file.

Nobody could say which of the two a record means.

Example:
    codes:
      - code: artillery-shell

Fix: use the code that exists, or choose another name.""",
    "circular-code": """A code of a dataset's own is narrower than itself.

What is wider and what is narrower could not be decided, so figures could not be compared.

Example:
    codes:
      - code: sarin-munition
        broader: sarin-munition

Fix: name a wider code that does not lead back, or none.""",
    "out-of-range": """A number is smaller than its field allows.

Figures count things, so none is below zero, and the first entry of a list is number 1.

Example:
    low: -5

Fix: check the figure in the source.""",
}
"""Page of each rule, by name."""
