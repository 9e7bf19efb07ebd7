"""Messages of everything that the reader refuses, and the pages of its rules."""

from textwrap import indent
from typing import Any, NamedTuple

from alleged.issues import Suggestion, ValuePath

MAX_SHOWN = 60  # characters of a value that a message repeats

Point = tuple[int, int]  # line and column, from 0, as libyaml counts
Span = tuple[Point, Point]


class TextFinding(NamedTuple):
    """A problem in the text of a file, before it is placed in the file."""

    rule: str
    span: Span
    path: ValuePath
    message: str
    help: str
    suggestion: Suggestion | None = None
    related: tuple[Span, ...] = ()


class RuleTexts(NamedTuple):
    """The texts of one rule: the message (`{}` is replaced by a detail), what to type, and the rest of its page."""

    message: str
    help: str
    summary: str
    reason: str
    example: str


def message_and_help(rule: str, detail: str = "") -> tuple[str, str]:
    """Return the message and the help of a rule; `detail` is what the file contains."""
    texts = MESSAGES[rule]
    return texts.message.replace("{}", detail), texts.help


def finding_in(rule: str, span: Span, detail: str = "", path: ValuePath = ()) -> TextFinding:
    """Return the finding of a rule in a span of the text."""
    return TextFinding(rule, span, path, *message_and_help(rule, detail))


def finding_at(rule: str, point: Point, detail: str = "") -> TextFinding:
    """Return the finding of a rule at one character of the text."""
    return finding_in(rule, (point, (point[0], point[1] + 1)), detail)


def span_of(event: Any) -> Span:
    """Return where an event of libyaml begins and ends."""
    start, end = event.start_mark, event.end_mark
    return (start.line, start.column), (end.line, end.column)


MESSAGES: dict[str, RuleTexts] = {
    "symbolic-link": RuleTexts(
        "this is a link, or is in a folder reached through one, and links are not followed",
        "put a copy of the file here instead of the link",
        "A record file is a link.",
        "A link can point to any file of the computer, whose text would then appear in the report.",
        "claims/2024/notes.yaml -> ../../.git/config",
    ),
    "not-a-regular-file": RuleTexts(
        "this is not a regular file",
        "remove it, or put a text file in its place",
        "A record file is a folder, a pipe or a device.",
        "Reading a pipe or a device may never finish.",
        "mkfifo claims/2024/notes.yaml",
    ),
    "outside-project": RuleTexts(
        "the file is outside the project",
        "move the file below 'claims/', and check files of one project at a time",
        "The file is outside the project's folder.",
        "A release can only name and rebuild files of the project.",
        "alleged check ../elsewhere/notes.yaml",
    ),
    "tracked-texts": RuleTexts(
        "git tracks files in '.texts/', which contains the texts of articles",
        "take them out of the repository: git rm -r --cached .texts; echo /.texts/ >> .gitignore",
        "The repository contains copies of articles.",
        "The text of an article belongs to its publisher, so curators must not publish their copies.",
        "git add --force .texts/kcna-2024-06-19.txt",
    ),
    "odd-file-name": RuleTexts(
        "the name {} does not work on every computer",
        "rename it with letters a-z, digits, '-', '_' and '.', as in 'kcna-2024-06-19.yaml'",
        "The name of a file or folder does not work on every computer.",
        "Spaces, accents and symbols break links and scripts, and Windows reserves names such as 'con'.",
        "claims/2024/Kim & Putin.yaml",
    ),
    "unreadable-file": RuleTexts(
        "the file cannot be read: {}",
        "allow everyone to read it: chmod a+r FILE",
        "The file exists, but it cannot be opened.",
        "A file that is skipped without notice would be missing from the release.",
        "chmod 000 claims/2024/notes.yaml",
    ),
    "too-large": RuleTexts(
        "the file is larger than 1 MiB",
        "split it into several files, one for each article",
        "The file is larger than 1 MiB.",
        "An article and its claims take a few kilobytes. A huge file is a mistake or an attack.",
        "claims/everything.yaml  (1.2 MiB)",
    ),
    "too-many-values": RuleTexts(
        "the file has too many fields and values",
        "split it into several files, one for each article",
        "The file has more than about 10,000 fields.",
        "The limit prevents a damaged or malicious file from blocking the check.",
        "topics: [a, b, c, ...]",
    ),
    "too-deep": RuleTexts(
        "lists and fields are nested more than 16 levels deep",
        "reduce the nesting; no record needs more than 6 levels",
        "Lists and fields are nested more than 16 levels deep.",
        "No record needs that many levels, and thousands of open brackets can crash a program.",
        "[[[[[[[[[[[[[[[[[[ ]]]]]]]]]]]]]]]]]]",
    ),
    "long-line": RuleTexts(
        "the line has {} characters; the most is 20,000",
        "break it: write a text on several lines below  note: >-  and each field on its own line",
        "A line has more than 20,000 characters.",
        "Nobody sees text so far to the right, and every message about the line would contain all of it.",
        "note: (all that the article says, on one line)",
    ),
    "wide-gap": RuleTexts(
        "{} spaces or tabs in a row move the rest of the line off the screen",
        "delete them; two spaces are enough before a comment",
        "A line has more than 100 spaces or tabs in a row.",
        "Most editors do not show the text after them, so words or a whole field could be hidden there.",
        "- {act: allege,  (200 spaces)  background: true}",
    ),
    "empty-file": RuleTexts(
        "the file has no records",
        "write a record into it, or delete it; `alleged new` writes records where they belong",
        "The file is empty, or has only comments.",
        "Usually the file was not saved.",
        "# claims of June 2024, to be written",
    ),
    "not-a-mapping": RuleTexts(
        "the file does not begin with a kind of record",
        "begin with a kind of record, such as 'claims:', and write the list below it",
        "The file is a list or a text, not a mapping.",
        "A bundle names a kind of record, such as 'claims:', above each list of records.",
        "- id: stoltenberg-2024-breach",
    ),
    "several-documents": RuleTexts(
        "a second document begins here",
        "remove the line '---' or '...', or move what follows to another file",
        "The file has several documents, separated by '---'.",
        "Many tools read only the first one and ignore the rest without notice.",
        "claims: []\n---\nclaims: []",
    ),
    "directive": RuleTexts(
        "a line that begins with '%' is a directive, which changes how the file is read",
        "remove the line",
        "The file begins with a line such as '%YAML 1.1'.",
        "It changes how the values below are read: under YAML 1.1, NO is not Norway but 'false'.",
        "%YAML 1.1\n---\ncountry: NO",
    ),
    "not-utf-8": RuleTexts(
        "the file is not UTF-8: {}",
        "save as UTF-8 (in the editor: Save As, Encoding: UTF-8)",
        "The file is not encoded in UTF-8.",
        "If a program guesses the encoding, names change.",
        "publisher: Le Monde diplomatique, \xe9dition de juin",
    ),
    "control-character": RuleTexts(
        "a control character: {}",
        "delete it; type new lines and tabs as such",
        "The text has a control character.",
        "Such characters can hide text on a reviewer's screen, and some tools cut the text there.",
        'summary: "no convoy\\ecrossed"',
    ),
    "bare-carriage-return": RuleTexts(
        "a carriage return without a line feed ends this line for YAML, but not on every screen",
        "save the file with line endings of Unix (LF) or Windows (CRLF), and check this place",
        "A line ends with a carriage return that no line feed follows.",
        "Many screens show it and the next line as one line, so that a comment can hide a field.",
        "act: allege  # as printed<CR>act: deny",
    ),
    "hidden-direction": RuleTexts(
        "a hidden character: {}",
        "delete it; Arabic, Hebrew and Persian text needs no such character",
        "The text has an invisible character that changes the direction of the text.",
        "Readers and reviewers would see other words than those stored.",
        "summary: The envoy denied <U+202E>detroper saw tahw",
    ),
    "invisible-character": RuleTexts(
        "an invisible character: {}",
        "delete it; if it is used as a space, type a space",
        "The text has an invisible character, such as a soft hyphen from a web page.",
        "Two texts that look the same would differ, and a search for one would miss the other. Joiners are allowed "
        "where they shape letters, as in Persian and Hindi, and so are the variation selectors of Mongolian.",
        "quote: viole les sanc<U+00AD>tions",
    ),
    "stacked-marks": RuleTexts(
        "{} on one letter; the most is 30",
        "delete all but the one or two that the letter has",
        "A letter has more than 30 accents or other marks.",
        "They cover the lines above and below, and normalising n of them takes n times n steps. Unicode's "
        "Stream-Safe Text Format (UAX 15) has the same limit, and no language needs as many.",
        "summary: Shells went by s<U+0301 31 times>hip",
    ),
    "lone-surrogate": RuleTexts(
        "{} is not a whole character",
        "type the character itself",
        "The text has half of a character (a surrogate).",
        "No file can store it, so writing the tables would fail.",
        'quote: "\\ud83d\\ude80"',
    ),
    "duplicate-key": RuleTexts(
        "{} is written twice; a field can have only one value",
        "delete one of the two",
        "A field is written twice in one record.",
        "Many tools keep only the last one, without notice, which would change the record.",
        "act: allege\nact: deny",
    ),
    "key-not-text": RuleTexts(
        "{} cannot be the name of a field; names are text",
        "write a word before the colon, or put the name in quotes",
        "The name of a field is a number, 'true', 'null', nothing, or a list.",
        "Names of fields are text; most tools lose other kinds of names.",
        "2024: allege",
    ),
    "merge-key": RuleTexts(
        "'<<' copies fields from elsewhere",
        "write the fields out, or use 'defaults:' for fields that all claims of the file share",
        "The field '<<' copies fields from elsewhere.",
        "Each record must be readable on its own, and copies of copies can exhaust memory.",
        "<<: *shared",
    ),
    "anchor": RuleTexts(
        "{} is an anchor, which names a value to be copied elsewhere",
        "write the value out wherever it is needed; if this is text, put it in quotes",
        "An '&' before a value gives it a name.",
        "Each record must be readable on its own, and copies of copies can exhaust memory.",
        "claimant: &kim kim-jong-un",
    ),
    "alias": RuleTexts(
        "{} is an alias, which copies a value from elsewhere",
        "write the value out; if it is text, put it in quotes",
        "A '*' before a word copies a value from elsewhere in the file.",
        "Each record must be readable on its own, and copies of copies can exhaust memory.",
        "claimant: *kim",
    ),
    "tag": RuleTexts(
        "{} is a tag, which gives the type of a value",
        "remove it; if it is text, put it in quotes",
        "An '!' before a value gives its type.",
        "The schema defines the type of each field, and some YAML readers run programs that a tag names.",
        "said: !!timestamp 2024-06-17",
    ),
    "huge-number": RuleTexts(
        "the number {} has more than 18 digits, or is out of range",
        "check the digits; if it is a name and not a number, put it in quotes",
        "A number has more than 18 digits, or is too large to be stored.",
        "Programs round such numbers without notice.",
        "low: 12345678901234567890",
    ),
    "curly-quotes": RuleTexts(
        "the quotes around {} are typographic, and would become part of the text",
        'type straight quotes: " at both ends',
        "A text is in typographic quotes.",
        "YAML does not treat them as quotes: they become part of the text, and a colon or '#' inside is still special.",
        "quote: “viole les sanctions”",
    ),
    "colon-in-text": RuleTexts(
        "a colon inside the text is read as the start of a new field",
        "put the whole text in quotes",
        "An unquoted text contains a colon followed by a space.",
        "A colon with a space after it ends the name of a field, so YAML reads the text before it as a name.",
        "summary: Officials said: no convoy crossed",
    ),
    "missing-colon": RuleTexts(
        "there is no colon with a space after the field's name: {}",
        "write a space after the colon, as in  act: allege; if the line continues a text, indent it",
        "A line is neither a field nor part of a text.",
        "A field is a name, a colon, a space and a value; 'id:x' without the space is one word.",
        "claims:\n  - id:stoltenberg-2024-breach\n    act: allege",
    ),
    "tab-indent": RuleTexts(
        "a tab where only spaces are allowed",
        "use spaces instead, two for each level",
        "A line is indented with a tab.",
        "The width of a tab differs between editors, so YAML allows only spaces there.",
        "claims:\n\t- id: stoltenberg-2024-breach",
    ),
    "wrong-indent": RuleTexts(
        "{}",
        "align the line with the first letter of the field that it belongs with",
        "A line is indented less or more than the fields around it.",
        "The spaces at the start of a line decide which record a field belongs to.",
        "- id: stoltenberg-2024-breach\n   act: allege",
    ),
    "unclosed-quote": RuleTexts(
        "the quote that begins here does not end where it should: {}",
        "close it on the same line with the same quote; write a quote inside '…' twice",
        "A quoted text has no closing quote, or it ends at the next quote on another line.",
        "Everything that follows is read as part of the text.",
        'quote: "viole les sanctions\nact: allege',
    ),
    "text-after-quote": RuleTexts(
        "there is text after a closing quote or bracket: {}",
        'put the whole text in quotes of the other kind: \'"Sanctions" are void\' or "It\'s void"',
        "There is text after a closing quote or bracket.",
        "Quotes must enclose the whole value; text after them would be lost.",
        'summary: "Sanctions" are void',
    ),
    "unknown-escape": RuleTexts(
        "{} is not a character; within double quotes a backslash begins a special character",
        "use single quotes, or double the backslash",
        "A backslash within double quotes is followed by a letter that has no meaning there.",
        "Within double quotes a backslash begins a special character, such as \\n for a new line.",
        'locator: "C:\\photos"',
    ),
    "unclosed-bracket": RuleTexts(
        "the bracket {} that begins here is not closed as expected",
        "close it, put commas between the items, and quote text that contains brackets, commas or colons",
        "A list in '[ ]' or a mapping in '{ }' does not end where it should.",
        "Everything that follows is read as part of the list.",
        "recorded: {by: some-handle, on: 2024-07-01",
    ),
    "reserved-character": RuleTexts(
        "an unquoted text cannot begin with {} here",
        "put the text in quotes",
        "An unquoted text begins with a character that YAML reserves.",
        "Characters such as @ ` % > | , ] have special meanings at the start of a value.",
        "summary: @KCNA denies it",
    ),
    "hash-without-space": RuleTexts(
        "a '#' directly after {} is neither a comment nor part of a text",
        "put a space before it; if it belongs to the text, put the whole text in quotes",
        "A '#' follows a quote, a bracket, a comma or another special character without a space.",
        "Some YAML readers ignore the rest of such a line, others refuse the file.",
        'quote: "viole les sanctions"# as printed',
    ),
    "leading-question-mark": RuleTexts(
        "a '?' directly before a text between brackets: {}",
        "put the text in quotes",
        "An unquoted text between brackets begins with a '?'.",
        "Some YAML readers take the '?' as the start of a field and leave it out of the text, others keep it.",
        "basis: [?photo-video]",
    ),
    "broken-yaml": RuleTexts(
        "the file cannot be read from here: {}",
        "compare the line and the one above it with a file that can be read; if in doubt, quote the text",
        "The file is not YAML, for a reason without a page of its own.",
        "A file is read as a whole or not at all, so that nothing is lost without notice.",
        "?? what",
    ),
}

PAGES: dict[str, str] = {
    name: f"{wrong}\n\n{why}\n\nExample:\n{indent(example, '    ')}\n\nFix: {help}.\n"
    for name, (_, help, wrong, why, example) in MESSAGES.items()
}
