"""Days that an EDTF text allows, and messages for texts that are not EDTF."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alleged.dates import PRECISIONS, EdtfDate, parse
from alleged.errors import DateError, ReversedIntervalError

# text, first day, last day, precision, flags
FORMS = """
2024                    2024-01-01 2024-12-31 year     -
0001                    0001-01-01 0001-12-31 year     -
9999                    9999-01-01 9999-12-31 year     -
2024-06                 2024-06-01 2024-06-30 month    -
2024-02                 2024-02-01 2024-02-29 month    -
2023-02                 2023-02-01 2023-02-28 month    -
1900-02                 1900-02-01 1900-02-28 month    -
2000-02                 2000-02-01 2000-02-29 month    -
2024-12                 2024-12-01 2024-12-31 month    -
9999-12                 9999-12-01 9999-12-31 month    -
2024-06-18              2024-06-18 2024-06-18 day      -
2024-02-29              2024-02-29 2024-02-29 day      -
9999-12-31              9999-12-31 9999-12-31 day      -
0001-01-01              0001-01-01 0001-01-01 day      -
2024-21                 2024-03-01 2024-05-31 season   -
2024-22                 2024-06-01 2024-08-31 season   -
2024-23                 2024-09-01 2024-11-30 season   -
2024-24                 2024-12-01 2025-02-28 season   -
2023-24                 2023-12-01 2024-02-29 season   -
9999-23                 9999-09-01 9999-11-30 season   -
2024?                   2024-01-01 2024-12-31 year     ?
2024~                   2024-01-01 2024-12-31 year     ~
2024%                   2024-01-01 2024-12-31 year     %
2024-06?                2024-06-01 2024-06-30 month    ?
2024-06-18~             2024-06-18 2024-06-18 day      ~
2024-06-18%             2024-06-18 2024-06-18 day      %
2024-21~                2024-03-01 2024-05-31 season   ~
202X                    2020-01-01 2029-12-31 decade   -
999X                    9990-01-01 9999-12-31 decade   -
20XX                    2000-01-01 2099-12-31 century  -
2024-XX                 2024-01-01 2024-12-31 year     -
2024-XX-XX              2024-01-01 2024-12-31 year     -
2024-06-XX              2024-06-01 2024-06-30 month    -
2024-02-XX              2024-02-01 2024-02-29 month    -
202X?                   2020-01-01 2029-12-31 decade   ?
20XX~                   2000-01-01 2099-12-31 century  ~
2024-06-XX%             2024-06-01 2024-06-30 month    %
2023/2024               2023-01-01 2024-12-31 interval -
2023-09-07/2023-10-01   2023-09-07 2023-10-01 interval -
2024-06/2024-06         2024-06-01 2024-06-30 interval -
2024-06-18/2024-06-18   2024-06-18 2024-06-18 interval -
2024-06-20/2024-06      2024-06-20 2024-06-30 interval -
2024-06/2024-06-01      2024-06-01 2024-06-01 interval -
2023-24/2024-21         2023-12-01 2024-05-31 interval -
2023-12/2024            2023-12-01 2024-12-31 interval -
2024-06?/2024-07        2024-06-01 2024-07-31 interval ?
2024-06/2024-07~        2024-06-01 2024-07-31 interval ~
2024-06?/2024-07~       2024-06-01 2024-07-31 interval %
2024-06%/2024-07        2024-06-01 2024-07-31 interval %
../2024-06              -          2024-06-30 interval -
2024-06/..              2024-06-01 -          interval -
/2024-06-18             -          2024-06-18 interval -
2024-06-18/             2024-06-18 -          interval -
../2024-06~             -          2024-06-30 interval ~
2024?/                  2024-01-01 -          interval ?
"""


@pytest.mark.parametrize("form", FORMS.strip().splitlines(), ids=lambda form: form.split()[0])
def test_a_form_of_edtf_has_exact_bounds(form: str) -> None:
    text, lo, hi, precision, flag = form.split()

    assert parse(text) == EdtfDate(
        edtf=text,
        lo=None if lo == "-" else date.fromisoformat(lo),
        hi=None if hi == "-" else date.fromisoformat(hi),
        precision=precision,
        uncertain=flag in {"?", "%"},
        approximate=flag in {"~", "%"},
    )


def test_every_precision_has_a_form_and_every_form_a_known_precision() -> None:
    assert {form.split()[3] for form in FORMS.strip().splitlines()} == set(PRECISIONS)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("18/06/2024", "2024-06-18"),
        ("06/18/2024", "2024-06-18"),
        ("06/06/2024", "2024-06-06"),
        ("18.06.2024", "2024-06-18"),
        ("06.07.2024", "2024-07-06"),
        ("18 June 2024", "2024-06-18"),
        ("18th of June, 2024", "2024-06-18"),
        ("June 18, 2024", "2024-06-18"),
        ("2024 June 18", "2024-06-18"),
        ("29 Feb 2024", "2024-02-29"),
        ("1 may 2024", "2024-05-01"),
        ("June 2024", "2024-06"),
        ("Sept. 2024", "2024-09"),
        ("06/2024", "2024-06"),
        ("2024/06", "2024-06"),
        ("2024/06/18", "2024-06-18"),
        ("2024-6-18", "2024-06-18"),
        ("2024-6", "2024-06"),
        ("20240618", "2024-06-18"),
        ("Y2024", "2024"),
        ("c. 2024", "2024~"),
        ("circa 18 June 2024", "2024-06-18~"),
        ("ca 2024?", "2024%"),
        ("perhaps June 2024", "2024-06?"),
        ("2024 (?)", "2024?"),
        ("2024?~", "2024%"),
        ("202x", "202X"),
        ("199u", "199X"),
        ("1990s", "199X"),
        ("summer 2024", "2024-22"),
        ("winter 2023-24", "2023-24"),
        (" 2024-06-18\n", "2024-06-18"),
        ("2024–06–18", "2024-06-18"),
        ("2024-06-18T10:00Z", "2024-06-18"),
        ("2024-06-18T10:00:00.5-05:00", "2024-06-18"),
        ("20240618T101500Z", "2024-06-18"),
        ("18 June 2024 at 5 pm", "2024-06-18"),
        ("2024-06-18T10:00/2024-06-19T11:00", "2024-06-18/2024-06-19"),
        ("2024-06-18T10:00..2024-06-19", "2024-06-18/2024-06-19"),
        ("2024-06-18..2024-06-20", "2024-06-18/2024-06-20"),
        ("2024-06 - 2024-07", "2024-06/2024-07"),
        ("2024-06 / 2024-07", "2024-06/2024-07"),
        ("2023–2024", "2023/2024"),
        ("2023/24", "2023/2024"),
        ("2024-06-18/20", "2024-06-18/2024-06-20"),
        ("18-20 June 2024", "2024-06-18/2024-06-20"),
        ("June to July 2024", "2024-06/2024-07"),
        ("between 18 June 2024 and 20 June 2024", "2024-06-18/2024-06-20"),
        ("18/06/2024-20/06/2024", "2024-06-18/2024-06-20"),
        ("06/07/2024 - 18/07/2024", "2024-07-06/2024-07-18"),
        ("2024-06-XX/2024-07", "2024-06/2024-07"),
        ("since June 2024", "2024-06/.."),
        ("until 18 June 2024", "../2024-06-18"),
        ("1999/open", "1999/.."),
        ("../18 June 2024", "../2024-06-18"),
        ("unknown/1999", "/1999"),
    ],
)
def test_a_date_in_another_habit_is_answered_with_its_edtf_form(text: str, meant: str) -> None:
    with pytest.raises(DateError, match=re.escape(repr(text))) as refusal:
        parse(text)

    assert refusal.value.help == meant
    assert parse(meant).edtf == meant


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("06/07/2024", ("2024-07-06", "2024-06-07")),
        ("06-07-2024", ("2024-07-06", "2024-06-07")),
        ("06/07/2024 - 08/07/2024", ("2024-07-06/2024-07-08", "2024-06-07/2024-08-07")),
        ("2009/10", ("2009-10", "2009/2010")),
        ("winter 2024", ("2024-24", "2023-24")),
        ("the 2000s", ("200X", "20XX")),
    ],
)
def test_an_ambiguous_date_is_answered_with_both_readings(text: str, readings: tuple[str, str]) -> None:
    with pytest.raises(DateError, match="may mean") as refusal:
        parse(text)

    assert refusal.value.help == f"`{readings[0]}` or `{readings[1]}`, whichever the source means"


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("2024-02-30", "30 February does not exist", "`2024-02` if the source gives only the month"),
        ("2023-02-29", "29 February 2023 does not exist", "`2023-02` if the source gives only the month"),
        ("0900-02-29", "29 February 0900 does not exist", "`0900-02` if the source gives only the month"),
        ("2024-06-31~", "31 June does not exist", "`2024-06` if the source gives only the month"),
        ("2024-06-00", "00 June does not exist", "`2024-06` if the source gives only the month"),
        ("2024-06/2024-06-31", "31 June does not exist", "`2024-06` if the source gives only the month"),
        ("early 30/02/2024", "30 February does not exist", "`2024-02` if the source gives only the month"),
        ("30/02/2024", "30 February does not exist", "`2024-02` if the source gives only the month"),
        ("9999-24", "the winter of 9999 ends in the year 10000, outside 0001 to 9999", "9999-12"),
        ("", "the date is empty", "leave the field out if the source gives no date"),
        ("/", "the interval '/' has no date at either end", "leave the date out if the source gives none"),
        (
            "../..",
            "the interval '../..' has no date at either end",
            "leave the date out if the source gives none",
        ),
        (
            "late June 2024",
            "'late June 2024' is not EDTF, which has no word for 'late'",
            "`2024-06` spans all of it; give an interval if the source is more precise",
        ),
        (
            "mid-2024",
            "'mid-2024' is not EDTF, which has no word for 'mid'",
            "`2024` spans all of it; give an interval if the source is more precise",
        ),
    ],
)
def test_an_impossible_date_is_refused_in_words(text: str, message: str, help: str) -> None:
    with pytest.raises(DateError) as refusal:
        parse(text)

    assert (str(refusal.value), refusal.value.help) == (message, help)


@pytest.mark.parametrize("text", ["2024-13", "2024-00", "2024-13-01", "2024-25", "2024-22-18", "2024-22-XX"])
def test_a_month_that_does_not_exist_is_named(text: str) -> None:
    with pytest.raises(DateError, match=f"^month {text[5:7]} does not exist$") as refusal:
        parse(text)

    assert '`"2024"` if the source gives only the year' in refusal.value.help


@pytest.mark.parametrize(("text", "swapped"), [("2024-13-10", "2024-10-13"), ("2024-31-12~", "2024-12-31")])
def test_a_day_in_the_place_of_the_month_is_recognised(text: str, swapped: str) -> None:
    with pytest.raises(DateError) as refusal:
        parse(text)

    assert refusal.value.help.startswith(f"`{swapped}` if month and day are swapped; ")


@pytest.mark.parametrize("text", ["2024-13-13", "2024-13", "2024-00-10", "2024-22-18", "2024-31-02"])
def test_no_swap_is_proposed_that_gives_no_date(text: str) -> None:
    with pytest.raises(DateError) as refusal:
        parse(text)

    assert "swapped" not in refusal.value.help


@pytest.mark.parametrize(
    "text", ["0000", "0000-01-01", "000X", "00XX", "-0044", "-0044-03", "Y17000", "Y-17E7", "12024"]
)
def test_a_year_that_the_calendar_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(DateError, match="is outside 0001 to 9999"):
        parse(text)


@pytest.mark.parametrize("text", ["2XXX", "XXXX", "202X-06", "2024-XX-18", "2024-06-1X", "2024-1X", "202X/2025"])
def test_unspecified_digits_of_level_2_are_refused(text: str) -> None:
    with pytest.raises(DateError, match="leaves digits unspecified") as refusal:
        parse(text)

    assert "`202X`, `20XX`, `2024-XX`, `2024-06-XX`" in refusal.value.help


@pytest.mark.parametrize(
    "text",
    ["2024-06?-18", "?2024-06-~18", "[2023,2024]", "{2023..2024}", "..2024", "2024-", "2024--06", "18/06/24",
     "2024-W25", "2024-06-18-20", "1/2/3/4", "2023/2024/2025", "before 2024", "yesterday", "٢٠٢٤"],
)  # fmt: skip
def test_any_other_text_is_answered_with_how_dates_are_typed(text: str) -> None:
    with pytest.raises(DateError, match="cannot be read as a date") as refusal:
        parse(text)

    assert "a day as `2024-06-18`" in refusal.value.help


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024-06-20/2024-06-18", "2024-06-20", "2024-06-18"),
        ("2024-07-01/2024-06", "2024-07-01", "2024-06"),
        ("2025/2024?", "2025", "2024?"),
        ("18 June 2024 - 16 June 2024", "2024-06-18", "2024-06-16"),
    ],
)
def test_an_interval_that_starts_after_its_end_is_distinguished(text: str, start: str, end: str) -> None:
    with pytest.raises(ReversedIntervalError) as refusal:
        parse(text)

    assert str(refusal.value) == f"the interval starts {start}, after its end {end}"
    assert refusal.value.help == f"{end}/{start}"


def test_a_text_too_long_for_a_date_is_not_repeated() -> None:
    with pytest.raises(DateError, match=r"^a text of 1000000 characters is too long to be a date$"):
        parse("2" * 1_000_000)


# Properties

PROFILE = settings(derandomize=True, max_examples=150, deadline=None)
days = st.dates().map(date.isoformat)
months = days.map(lambda day: day[:7])
seasons = st.tuples(st.integers(1, 9998), st.integers(21, 24)).map(lambda s: f"{s[0]:04}-{s[1]}")
plain = st.one_of(days, months, days.map(lambda day: day[:4]), seasons)
unspecified = st.one_of(
    months.map(lambda month: f"{month}-XX"),
    months.map(lambda month: f"{month[:4]}-XX"),
    months.map(lambda month: f"{month[:4]}-XX-XX"),
    st.integers(1, 999).map(lambda decade: f"{decade:03}X"),
    st.integers(1, 99).map(lambda century: f"{century:02}XX"),
)
marks = st.sampled_from(["", "?", "~", "%"])
dates = st.tuples(plain | unspecified, marks).map("".join)
ends = st.tuples(plain, marks).map("".join)
near_dates = st.text(alphabet="0123456789-/.X?~% TZ:Junec", max_size=24)


@PROFILE
@given(dates)
def test_a_date_keeps_its_text_and_starts_no_later_than_it_ends(text: str) -> None:
    span = parse(text)

    assert span.edtf == text
    assert span.lo is not None
    assert span.hi is not None
    assert span.lo <= span.hi


@PROFILE
@given(st.dates())
def test_a_day_is_itself(day: date) -> None:
    assert parse(day.isoformat()) == EdtfDate(day.isoformat(), day, day, "day", False, False)


@PROFILE
@given(st.dates(max_value=date(9999, 11, 30)))
@example(date(2024, 2, 29))
@example(date(1900, 2, 28))
def test_a_month_holds_all_its_days_and_no_other(day: date) -> None:
    month = parse(f"{day:%Y-%m}".zfill(7))

    assert month.lo is not None
    assert month.hi is not None
    assert month.lo <= day <= month.hi
    assert month.lo.day == 1
    assert (month.hi + timedelta(days=1)).day == 1
    assert (month.hi - month.lo).days in range(27, 31)


@PROFILE
@given(ends, ends)
def test_an_interval_has_the_first_day_of_its_start_and_the_last_of_its_end(start: str, end: str) -> None:
    first, last = parse(start), parse(end)
    assert first.lo is not None
    assert last.hi is not None

    if first.lo > last.hi:
        with pytest.raises(ReversedIntervalError) as refusal:
            parse(f"{start}/{end}")
        assert parse(refusal.value.help).precision == "interval"
    else:
        assert parse(f"{start}/{end}") == EdtfDate(
            edtf=f"{start}/{end}",
            lo=first.lo,
            hi=last.hi,
            precision="interval",
            uncertain=first.uncertain or last.uncertain,
            approximate=first.approximate or last.approximate,
        )


@PROFILE
@given(plain | unspecified, st.sampled_from("?~%"))
def test_a_qualifier_alters_flags_and_no_bound(text: str, mark: str) -> None:
    bare = parse(text)

    expected = EdtfDate(text + mark, bare.lo, bare.hi, bare.precision, mark in "?%", mark in "~%")
    assert parse(text + mark) == expected


@settings(PROFILE, max_examples=250)
@given(st.text(max_size=80) | near_dates | st.tuples(near_dates, st.sampled_from("/- "), near_dates).map("".join))
def test_any_text_gives_a_span_or_a_date_error_on_one_line(text: str) -> None:
    try:
        said = parse(text).edtf
    except DateError as refusal:
        message, help = str(refusal), refusal.help
    else:
        assert said == text
        return

    assert len(message.splitlines()) == 1
    assert help


@PROFILE
@given(st.sampled_from(["{} - {}", "from {} to {}", "{}..{}", "{} / {}"]), days, days)
def test_a_proposal_for_two_days_is_the_interval_of_them(pattern: str, one: str, other: str) -> None:
    start, end = sorted([one, other])

    with pytest.raises(DateError) as refusal:
        parse(pattern.format(start, end))

    assert refusal.value.help == f"{start}/{end}"


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        ("2024-06-17", "2024-06-19", 2),
        ("2024-06-17", "2024-06-17", 0),
        ("2024-06-17", "2024-06-16", -1),
        ("2024-05", "2024-06", 1),
        ("2024-06", "2024-06-30", 0),
        ("../2024-06-17", "2024-06-19/..", 2),
        ("2024-06-17/..", "2025", 0),
        ("2024-06-17", "../2025", 0),
    ],
)
def test_days_between_two_dates_are_the_fewest_that_they_allow(first: str, second: str, days: int) -> None:
    assert parse(first).min_days_to(parse(second)) == days
    assert parse(first).certainly_before(parse(second)) == (days > 0)


@pytest.mark.parametrize(
    ("first", "second", "common"),
    [
        ("2024-06", "2024-06-30", True),
        ("2024-06", "2024-07-01", False),
        ("2024-06-17", "2024-06-17", True),
        ("2024/..", "../2023", False),
        ("2024/..", "../2024-01-01", True),
        ("../2024", "../2023", True),
    ],
)
def test_dates_overlap_where_they_have_a_possible_day_in_common(first: str, second: str, common: bool) -> None:
    assert parse(first).overlaps(parse(second)) == common
    assert parse(second).overlaps(parse(first)) == common


def test_an_open_end_reaches_to_the_end_of_the_calendar() -> None:
    assert (parse("2024/..").first_day, parse("2024/..").last_day) == (date(2024, 1, 1), date.max)
    assert (parse("../2024").first_day, parse("../2024").last_day) == (date.min, date(2024, 12, 31))
