"""Refusals: what keeps a file from being read, where it stands, and in which words it is told."""

from textwrap import indent
from typing import Any, NamedTuple

from alleged.issues import Suggestion

SHOWN = 60  # characters of a value that a message repeats

ValuePath = tuple[str | int, ...]
Point = tuple[int, int]  # line and column, from 0, as libyaml counts
Span = tuple[Point, Point]


class TextFinding(NamedTuple):
    """A refusal inside the text, before it is placed in the file."""

    rule: str
    span: Span
    path: ValuePath
    message: str
    help: str
    suggestion: Suggestion | None = None
    related: tuple[Span, ...] = ()


class Message(NamedTuple):
    """The texts of one rule: the message (`{}` is what was found), what to type, and the rest of its page."""

    message: str
    help: str
    wrong: str
    why: str
    example: str


def words(rule: str, said: str = "") -> tuple[str, str]:
    """Return the message and the help of a rule; `said` is what was found."""
    refusal = MESSAGES[rule]
    return refusal.message.replace("{}", said), refusal.help


def span_of(event: Any) -> Span:
    """Return where an event of libyaml begins and ends."""
    start, end = event.start_mark, event.end_mark
    return (start.line, start.column), (end.line, end.column)


MESSAGES: dict[str, Message] = {
    "symbolic-link": Message(
        "this is a link, or lies behind one, and links are not followed",
        "put a copy of the file here instead of the link",
        "A link stands where a record file should.",
        "A link can lead to any file of the machine, and its text would end up in the report.",
        "claims/2024/notes.yaml -> ../../.git/config",
    ),
    "not-a-regular-file": Message(
        "this is not an ordinary file",
        "remove it, or put an ordinary text file in its place",
        "A folder, pipe or device stands where a record file should.",
        "Reading a pipe or a device may never end.",
        "mkfifo claims/2024/notes.yaml",
    ),
    "outside-project": Message(
        "the file lies outside the project",
        "move the file below 'claims/', and check files of one project at a time",
        "The file lies outside the project's folder.",
        "A release can name and rebuild only what the project holds.",
        "alleged check ../elsewhere/notes.yaml",
    ),
    "tracked-texts": Message(
        "git tracks files in '.texts/', which holds the words of articles",
        "take them out of the repository: git rm -r --cached .texts; echo /.texts/ >> .gitignore",
        "Copies of articles are in the repository.",
        "The words of an article belong to its publisher; they stay with the curator and are never passed on.",
        "git add --force .texts/kcna-2024-06-19.txt",
    ),
    "odd-file-name": Message(
        "the name {} does not work on every computer",
        "rename it with letters a-z, digits, '-', '_' and '.', as in 'kcna-2024-06-19.yaml'",
        "The name of a file or folder does not work on every computer.",
        "Spaces, accents and signs break links and scripts; Windows keeps names such as 'con' for itself.",
        "claims/2024/Kim & Putin.yaml",
    ),
    "unreadable-file": Message(
        "the file cannot be read: {}",
        "allow everyone to read it: chmod a+r FILE",
        "The file exists, but it cannot be opened.",
        "A file that is passed over in silence would be missing from the release.",
        "chmod 000 claims/2024/notes.yaml",
    ),
    "too-large": Message(
        "the file is larger than 1 MiB",
        "split it into several files, one for each article",
        "The file is larger than 1 MiB.",
        "An article and its claims take a few kilobytes; a huge file is an accident or an attack.",
        "claims/everything.yaml  (1.2 MiB)",
    ),
    "too-many-values": Message(
        "the file holds too many fields and values to be read at once",
        "split it into several files, one for each article",
        "The file holds more than about 10,000 fields.",
        "The limit keeps a damaged or hostile file from stopping the check.",
        "topics: [a, b, c, ...]",
    ),
    "too-deep": Message(
        "lists and fields stand more than 16 levels deep in each other",
        "bring the fields further out; no record needs more than 6 levels",
        "Lists and fields stand more than 16 levels deep in each other.",
        "No record has that many levels, and thousands of brackets can crash the programs that read them.",
        "[[[[[[[[[[[[[[[[[[ ]]]]]]]]]]]]]]]]]]",
    ),
    "long-line": Message(
        "the line has {} characters; the most is 20,000",
        "break it: a text may go on over several lines below  note: >-  and each field may have a line of its own",
        "A line has more than 20,000 characters.",
        "Nobody sees what stands so far to the right, and every message on it would carry the whole of it along.",
        "note: (all that the article says, on one line)",
    ),
    "wide-gap": Message(
        "{} spaces or tabs in a row push the rest of the line out of sight",
        "delete them; two spaces are enough before a comment",
        "More than 100 spaces or tabs stand in a row within a line.",
        "Most editors do not show what stands behind them, so words or a whole field could hide there.",
        "- {act: accuse,  (200 spaces)  background: true}",
    ),
    "empty-file": Message(
        "the file holds no records",
        "write a record, starting from an example in docs/curating.md, or delete the file",
        "The file is empty, or holds comments only.",
        "It is mostly a file that was not saved.",
        "# claims of June 2024, to be written",
    ),
    "not-a-mapping": Message(
        "the file does not begin with a kind of record",
        "begin with a kind of record, such as 'claims:', and write the list below it",
        "The file is a bare list, or a bare text.",
        "A bundle begins with a kind of record, such as 'claims:', so that each list says what it holds.",
        "- id: stoltenberg-2024-breach",
    ),
    "several-documents": Message(
        "a second document begins here",
        "remove the line '---' or '...', or put what follows into a file of its own",
        "The file holds several documents, parted by '---'.",
        "Many tools read the first one only and pass over the rest in silence.",
        "claims: []\n---\nclaims: []",
    ),
    "directive": Message(
        "a line beginning with '%' gives orders to the reader",
        "remove the line",
        "The file begins with a line such as '%YAML 1.1'.",
        "It changes how the values below are read: under YAML 1.1, NO is not Norway but 'false'.",
        "%YAML 1.1\n---\ncountry: NO",
    ),
    "not-utf-8": Message(
        "the file is not UTF-8: {}",
        "save as UTF-8 (in the editor: Save As, Encoding: UTF-8)",
        "The file is saved in another encoding than UTF-8.",
        "Read by guesswork, names turn into other names.",
        "publisher: Le Monde diplomatique, \xe9dition de juin",
    ),
    "control-character": Message(
        "a control character: {}",
        "delete it; a new line or a tab is typed as such",
        "The text holds a character that is an order to a screen, not a letter.",
        "Such characters can hide text on a reviewer's screen, and other tools cut the text there.",
        'summary: "no convoy\\ecrossed"',
    ),
    "bare-carriage-return": Message(
        "a carriage return without a line feed, which ends this line for YAML but not on every screen",
        "save the file with line ends of Unix (LF) or Windows (CRLF), and look at this place again",
        "A line ends with a carriage return alone.",
        "Many screens show it and the next line as one, so that a field can hide behind a comment.",
        "act: accuse  # as printed<CR>act: deny",
    ),
    "hidden-direction": Message(
        "a hidden character: {}",
        "delete it; Arabic, Hebrew and Persian text needs no such character",
        "The text holds an invisible character that changes the order in which text is shown.",
        "Readers and reviewers would see different words from the ones stored.",
        "summary: The envoy denied <U+202E>detroper saw tahw",
    ),
    "invisible-character": Message(
        "a character that cannot be seen: {}",
        "delete it; if it stands for a space, type a space",
        "The text holds a character that cannot be seen, such as a soft hyphen from a web page.",
        "Two texts that look the same would be different ones, and a search for the one misses the other. Joiners are "
        "let pass where they shape letters, as in Persian and Hindi, and so are the signs of Mongolian.",
        "quote: viole les sanc<U+00AD>tions",
    ),
    "stacked-marks": Message(
        "{} stand on one letter; the most is 30",
        "delete all but the one or two that the letter has",
        "More than 30 accents or other marks stand on one letter.",
        "They cover the lines above and below, and to put n of them in order takes n times n steps. Unicode's "
        "Stream-Safe Text Format (UAX 15) has the same limit, and no language comes near it.",
        "summary: Shells went by s<U+0301 31 times>hip",
    ),
    "lone-surrogate": Message(
        "{} does not stand for a whole character",
        "type the character itself",
        "The text holds half of a character (a surrogate).",
        "No file can store it, so it would fail at the last step.",
        'quote: "\\ud83d\\ude80"',
    ),
    "duplicate-key": Message(
        "{} is written twice; only one can count",
        "delete one of the two",
        "A field is written twice in one record.",
        "Many tools keep the last one in silence, which would change the record without anyone noticing.",
        "act: accuse\nact: deny",
    ),
    "key-not-text": Message(
        "{} cannot be the name of a field, as names are words",
        "write a word before the colon, or put the name in quotes",
        "The name of a field is a number, 'true', 'null', nothing, or a list.",
        "Names of fields are words; other kinds of names are lost in most tools.",
        "2024: accuse",
    ),
    "merge-key": Message(
        "'<<' copies fields from elsewhere",
        "write the fields out, or use 'defaults:' for what a file's records share",
        "The field '<<' copies fields from elsewhere.",
        "Each record must be readable by itself, and copies of copies can fill the memory.",
        "<<: *shared",
    ),
    "anchor": Message(
        "{} gives a name to a value, to be copied elsewhere",
        "write the value out at each place; if it is text, put it in quotes",
        "An '&' before a value gives it a name.",
        "Each record must be readable by itself, and copies of copies can fill the memory.",
        "claimant: &kim kim-jong-un",
    ),
    "alias": Message(
        "{} stands for a value from elsewhere",
        "write the value out; if it is text, put it in quotes",
        "A '*' before a word stands for a value from elsewhere in the file.",
        "Each record must be readable by itself, and copies of copies can fill the memory.",
        "claimant: *kim",
    ),
    "tag": Message(
        "{} tells the reader what type a value has",
        "remove it; if it is text, put it in quotes",
        "An '!' before a value tells the reader its type.",
        "The schema says the type of each field, and some readers run programs named in this way.",
        "said: !!timestamp 2024-06-17",
    ),
    "huge-number": Message(
        "the number {} has more than 18 digits, or is out of range",
        "check the digits; if it is a name and not a number, put it in quotes",
        "A number has more than 18 digits, or is too large to be stored.",
        "Programs round such numbers in silence.",
        "low: 12345678901234567890",
    ),
    "curly-quotes": Message(
        "the quotes around {} are typographic ones, and would be part of the text",
        'type straight quotes: " at both ends',
        "A text stands between typographic quotes.",
        "They do not quote in YAML: they become part of the text, and a colon or '#' inside still breaks it.",
        "quote: “viole les sanctions”",
    ),
    "colon-in-text": Message(
        "a colon inside the text reads as the start of a new field",
        "put the whole text in quotes",
        "An unquoted text holds a colon followed by a space.",
        "A colon with a space after it ends the name of a field, so YAML takes the text for one.",
        "summary: Officials said: no convoy crossed",
    ),
    "missing-colon": Message(
        "there is no colon with a space after the field's name: {}",
        "write 'name: value', with a space after the colon; a line that continues a text stands further in",
        "A line is neither a field nor part of a text.",
        "A field is a name, a colon and a space; 'id:x' without the space is one word.",
        "claims:\n  - id:stoltenberg-2024-breach\n    act: accuse",
    ),
    "tab-indent": Message(
        "a tab stands where only spaces may",
        "use spaces instead, two for each level",
        "A line is indented with a tab.",
        "Tabs are as wide as each editor likes, so YAML allows only spaces there.",
        "claims:\n\t- id: stoltenberg-2024-breach",
    ),
    "wrong-indent": Message(
        "{}",
        "put the line straight below the first letter of the field it stands beside",
        "A line begins further left or right than the fields around it.",
        "The spaces at the start of a line say which record a field belongs to.",
        "- id: stoltenberg-2024-breach\n   act: accuse",
    ),
    "unclosed-quote": Message(
        "the quote that begins here does not end where it should: {}",
        "close it on the same line with the same quote; write a quote inside '…' twice",
        "A quoted text has no closing quote, or it ends at the next quote of another line.",
        "All that follows is read as part of the text.",
        'quote: "viole les sanctions\nact: accuse',
    ),
    "text-after-quote": Message(
        "the text goes on behind a closing quote or bracket: {}",
        "put the whole text in quotes of the other kind, or double an apostrophe: 'It''s void'",
        "A text goes on after its closing quote or bracket.",
        "Quotes go around the whole value; what stands behind them would be lost.",
        'summary: "Sanctions" are void',
    ),
    "unknown-escape": Message(
        "{} is no character; within double quotes a backslash begins a special one",
        "use single quotes, or double the backslash",
        "A backslash within double quotes is followed by a letter that means nothing there.",
        "Within double quotes a backslash begins a special character, such as \\n for a new line.",
        'locator: "C:\\photos"',
    ),
    "unclosed-bracket": Message(
        "the bracket {} that begins here is not closed as expected",
        "close it, put commas between the items, and quote text that holds brackets, commas or colons",
        "A list in '[ ]' or fields in '{ }' do not end where they should.",
        "All that follows is read as part of the list.",
        "recorded: {by: some-handle, on: 2024-07-01",
    ),
    "reserved-character": Message(
        "an unquoted text cannot begin with {} here",
        "put the text in quotes",
        "An unquoted text begins with a sign that YAML keeps for itself.",
        "Signs such as @ ` % > | , ] have other meanings at the start of a value.",
        "summary: @KCNA denies it",
    ),
    "hash-without-space": Message(
        "a '#' right behind {} is neither a comment nor part of a text",
        "put a space before it; if it belongs to the text, put the whole text in quotes",
        "A '#' follows a quote, a bracket, a comma or another sign without a space.",
        "Some readers pass over the rest of such a line, and others refuse the file.",
        'quote: "viole les sanctions"# as printed',
    ),
    "leading-question-mark": Message(
        "a '?' stands right before a text between brackets: {}",
        "put the text in quotes",
        "An unquoted text between brackets begins with a '?'.",
        "Some readers take the '?' for a mark before the name of a field and leave it out of the text, others keep it.",
        "basis: [?photo-video]",
    ),
    "broken-yaml": Message(
        "the file cannot be read from here on: {}",
        "compare the line and the one above it with a file that works; when in doubt, quote the text",
        "The file is not YAML, for a reason that has no page of its own.",
        "A file is read as a whole or not at all, so that nothing is lost in silence.",
        "?? what",
    ),
}

PAGES: dict[str, str] = {
    name: f"{wrong}\n\n{why}\n\nExample:\n{indent(example, '    ')}\n\nFix: {help}.\n"
    for name, (_, help, wrong, why, example) in MESSAGES.items()
}
