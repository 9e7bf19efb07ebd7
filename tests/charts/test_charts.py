"""Charts show what the tables hold, as the public knew it on a day, and nothing that nobody said."""

import hashlib
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import polars as pl
import pytest

import alleged
from alleged import charts
from alleged.api import Release
from alleged.charts import figures, lanes, svg, words
from alleged.charts.axes import Numbers
from alleged.charts.chart import Chart
from alleged.charts.style import DARK, LIGHT, PRINT, STYLE
from alleged.errors import DateError, UnknownNameError
from paths import ROOT, stable

RELEASE = stable()
TROOPS, MUNITIONS, COMBAT = "dprk-troops-to-russia", "dprk-munitions-to-russia", "dprk-troops-in-combat"
DRAWN = (charts.timeline, charts.origins, charts.quantities, charts.sparkline)

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = """</title><script>alert(1)</script>" onload='x' &amp; \u202e\u0007 ]]> <style>*{}</style>"""


@pytest.fixture(scope="module")
def release() -> Release:
    return alleged.open(RELEASE, project=ROOT)


@pytest.fixture(scope="module")
def frames(release: Release) -> charts.Frames:
    return charts.frames_of(release)


def topics(frames: charts.Frames) -> list[str]:
    return frames.load("topics")["topic_id"].to_list()


def parsed(chart: Chart) -> ET.Element:
    return ET.fromstring(chart.svg)  # noqa: S314 - it is ours


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in root.iter() if name in e.get("class", "").split()]


def all_charts(frames: charts.Frames) -> Iterator[Chart]:
    for topic in topics(frames):
        yield from (draw(frames, topic) for draw in DRAWN)


def altered(frames: charts.Frames, table: str, **columns: str) -> charts.Frames:
    """Return the tables with these texts in every row of one."""
    changed = frames.load(table).with_columns(pl.lit(text).alias(name) for name, text in columns.items())
    return charts.Frames({**frames.tables, table: changed}, frames.day, frames.release, frames.source)


def test_a_timeline_has_one_mark_for_each_claim(frames: charts.Frames) -> None:
    for topic in topics(frames):
        chart = charts.timeline(frames, topic, link=lambda kind, id: f"{kind}/{id}")
        links = [e.get("href", "") for e in of_class(parsed(chart), "claim")]
        ids = frames.load("flat_claims").filter(topic_id=topic)["claim_id"].to_list()
        here = chart.data.filter(~pl.col("root"))["claim_id"].to_list()

        assert sorted(here) == sorted(ids)
        assert sorted(links) == sorted(f"claim/{id}" for id in chart.data["claim_id"])


def test_a_chart_of_figures_has_one_row_for_each_figure_that_asserts_the_question(
    frames: charts.Frames, release: Release
) -> None:
    for topic in topics(frames):
        chart = charts.quantities(frames, topic)

        assert len(of_class(parsed(chart), "figure")) == chart.data.height
        assert sorted(chart.data.select("claim_id", "seq").rows()) == sorted(
            release.quantities_of(topic).select("claim_id", "seq").rows()
        )


def test_the_band_is_the_interval_of_origins_on_any_day(frames: charts.Frames, release: Release) -> None:
    days = random.Random(16)
    for topic in topics(frames):
        steps = of_class(parsed(charts.origins(frames, topic)), "step")
        day = date(2022, 1, 1) + timedelta(days=days.randrange(1700))
        on = [e for e in steps if e.get("data-known", "") <= day.isoformat()]
        shown = (int(on[-1].get("data-lo", "")), int(on[-1].get("data-hi", ""))) if on else (0, 0)
        counted = release.origins_of(topic, as_of=day)

        assert shown == (counted.lo, counted.hi), (topic, day)


@pytest.mark.parametrize("day", ["2023-11-02", "2024-10-31", "2025-04-28"])
def test_charts_as_of_a_day_show_what_alleged_origins_counts_then(release: Release, day: str) -> None:
    seen = charts.frames_of(release, day)
    for topic in (TROOPS, MUNITIONS, COMBAT, "russia-use-of-dprk-missiles"):
        counted = release.origins_of(topic, as_of=day)
        chart = charts.origins(release, topic, day)
        last = chart.data.rows(named=True)[-1] if chart.data.height else {"lo": 0, "hi": 0}
        joined = {id for ids in chart.data["joined_ids"].to_list() for id in ids}

        assert (last["lo"], last["hi"]) == (counted.lo, counted.hi)
        assert joined >= set(counted.names)
        assert chart.svg == charts.origins(seen, topic).svg == charts.origins(release.as_of(day), topic).svg


def test_nothing_is_drawn_as_of_a_day_that_became_public_later(release: Release) -> None:
    day = "2024-10-31"
    seen = charts.frames_of(release, day)
    for topic in topics(seen):
        for draw in DRAWN:
            known = re.findall(r'data-(?:known|updated)="([^"]+)"', draw(seen, topic).svg)
            assert [k for k in known if k > day] == []


def test_the_marks_known_by_a_day_are_those_that_are_drawn_as_of_that_day(
    frames: charts.Frames, release: Release
) -> None:
    def link(kind: str, id: str) -> str:
        return id

    for topic in (TROOPS, MUNITIONS):
        for day in ("2023-11-02", "2024-06-18", "2024-10-31"):
            whole = parsed(charts.timeline(frames, topic, link=link))
            then = parsed(charts.timeline(release, topic, day, link=link))
            by_script = {e.get("href") for e in of_class(whole, "claim") if e.get("data-known", "") <= day}
            lanes_by_script = {e.get("href") for e in of_class(whole, "name") if e.get("data-known", "") <= day}

            assert by_script == {e.get("href") for e in of_class(then, "claim")}
            assert lanes_by_script == {e.get("href") for e in of_class(then, "name")}


def test_the_words_of_the_band_are_no_score(frames: charts.Frames) -> None:
    assert words.reading(2, 7) == "2 showed evidence; up to 7 not excluded"
    assert words.reading(0, 3) == "none showed evidence; up to 3 not excluded"
    assert words.reading(1, 1) == "1 showed evidence; no further one known"
    assert re.search(r"\d+[-–]\d+ independent", charts.origins(frames, TROOPS).standalone()) is None


def test_each_new_origin_is_named_where_it_joins(frames: charts.Frames) -> None:
    chart = charts.origins(frames, MUNITIONS)
    names = " ".join(e.text or "" for e in of_class(parsed(chart), "joins"))

    assert "+ United States" in names
    assert "evidence: CSIS" in names
    joined = [id for ids in chart.data["joined_ids"].to_list() for id in ids]
    assert len(joined) == len(set(joined)) == max(chart.data["hi"])


def figure(**values: float | str | None) -> dict[str, float | str | None]:
    return {"low": None, "point": None, "high": None, "bound": "none", "mode": "past", **values}


SCALE = Numbers(0, 100_000, 0, 1000)


@pytest.mark.parametrize("value", [10, 5_000, 90_000])
def test_an_open_bound_ends_open_and_its_line_has_one_length(value: float) -> None:
    drawn = figures.shape(figure(low=value, bound="gt"), SCALE, 0)
    other = figures.shape(figure(high=value, bound="le"), SCALE, 0)

    for text in (drawn, other):
        (line,) = re.findall(r'class="q open" d="M([\d.-]+) 0H([\d.-]+)"', text)
        assert abs(float(line[1]) - float(line[0])) == pytest.approx(figures.ARROW, abs=0.11)
        assert text.count('"q arrow"') == 1
        assert text.count('"q cap"') == 1, "only the end that was named has a cap"


def test_about_has_no_width_that_somebody_made_up() -> None:
    halos = {
        re.findall(r'class="q about".*? r="(\d+)"', figures.shape(figure(point=v, bound="about"), SCALE, 0))[0]
        for v in (5, 5_000, 90_000)
    }

    assert halos == {str(figures.HALO)}


def test_each_part_of_a_figure_is_a_number_that_was_named() -> None:
    drawn = figures.shape(figure(low=1000, high=3000), SCALE, 0)

    assert drawn.count("<circle") == 0, "no point in the middle"
    assert re.findall(r'class="q cap" d="M([\d.]+) ', drawn) == ["10", "30"]


def test_no_mark_of_a_chart_is_a_mean(frames: charts.Frames) -> None:
    for topic in topics(frames):
        chart = charts.quantities(frames, topic)
        for row, drawn in zip(chart.data.iter_rows(named=True), of_class(parsed(chart), "figure"), strict=True):
            named = sum(row[c] is not None for c in ("low", "point", "high"))
            marks = [e for e in drawn.iter() if e.get("class", "").startswith(("q cap", "q dot"))]
            planned_bound = row["mode"] == "planned" and row["point"] is None

            assert len(marks) == named + planned_bound


def test_figures_name_the_principal_and_say_what_updates_them(frames: charts.Frames) -> None:
    chart = charts.quantities(frames, TROOPS)
    updated = of_class(parsed(chart), "updated")

    assert "South Korea · 18 Oct 2024" in chart.svg
    assert len(updated) == chart.data["updated_by"].is_not_null().sum() > 0
    for row in updated:
        (note,) = row.iter(f"{SVG}tspan")
        assert row.get("data-updated") == note.get("data-known"), "a script can leave out what was not known yet"


def test_parties_named_in_the_question_stand_apart(frames: charts.Frames) -> None:
    drawn = lanes.lanes_of(lanes.marks_of(frames, TROOPS))
    sections = [lane.section for lane in drawn]

    assert sections == sorted(sections, key=lanes.ORDER.index)
    assert {lane.principal for lane in drawn if lane.section == "parties"} == {"dprk", "russia"}
    assert "accused" not in charts.timeline(frames, TROOPS).standalone()


def test_admissions_have_a_mark_and_a_lane_of_their_own(frames: charts.Frames) -> None:
    chart = charts.timeline(frames, COMBAT)
    admissions = chart.data.filter(act="acknowledge")

    assert set(admissions["mark"]) == {"admits"}
    assert set(chart.data.filter(pl.col("act") != "acknowledge")["mark"]).isdisjoint({"admits"})
    for lane in lanes.lanes_of(lanes.marks_of(frames, COMBAT)):
        assert {mark.kind == "admits" for mark in lane.marks} == {lane.admits}


def test_a_lane_of_admissions_names_whose_they_are(frames: charts.Frames) -> None:
    chart = charts.timeline(frames, COMBAT, link=lambda kind, id: id)
    labels = {
        e.get("href"): [t.text for t in e.iter(f"{SVG}text")]
        for e in of_class(parsed(chart), "name")
        if "admissions" in "".join(e.itertext())
    }

    assert labels["dprk"] == ["North Korea", "admissions"], "there is no other lane of North Korea above"
    assert labels["russia"] == ["admissions"], "it stands below the lane of Russia"


def test_an_origin_stands_in_the_lane_of_its_principal_and_an_echo_is_small(frames: charts.Frames) -> None:
    data = {row["claim_id"]: row for row in charts.timeline(frames, TROOPS).data.iter_rows(named=True)}
    echo, root = data["gamereactor-2025-fourteen-thousand"], data["dprk-cmc-2025-kursk"]

    assert (echo["echo"], echo["root"]) == (True, False)
    assert (root["principal_id"], root["root"], root["topic_id"]) == ("dprk", True, COMBAT)
    sections = {lane.principal: lane.section for lane in lanes.lanes_of(lanes.marks_of(frames, TROOPS))}
    assert sections["gamereactor"] == "retelling"


def test_a_denial_is_never_read_as_its_opposite(frames: charts.Frames) -> None:
    chart = charts.timeline(frames, "belarus-troops-in-war")
    titles = [t.text or "" for e in of_class(parsed(chart), "deny") for t in e.iter(f"{SVG}title")]

    assert titles
    assert all(title.startswith("Denial · ") for title in titles)


def test_a_mark_is_never_later_than_the_day_on_which_it_was_public(frames: charts.Frames) -> None:
    for topic in topics(frames):
        data = charts.timeline(frames, topic).data.drop_nulls("known_hi")
        assert data.filter(pl.col("day") > pl.col("known_hi")).is_empty()


def test_colour_is_never_alone(frames: charts.Frames) -> None:
    shapes = {kind: re.sub(r' class="[^"]*"', "", lanes.mark(kind, 0, 0)) for kind in ("yes", "no", "admits")}

    assert len(set(shapes.values())) == len(shapes)
    assert "fill: var(--chart-paper)" in next(line for line in STYLE.splitlines() if ".m.other {" in line)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK, PRINT], ids=["light", "dark", "print"])
def test_text_and_marks_contrast_with_the_paper(palette: dict[str, str]) -> None:
    for name in ("ink", "soft", "yes", "no", "admits", "other"):
        assert contrast(palette[name], palette["paper"]) >= 4.5, name
    assert contrast(palette["updated"], palette["paper"]) >= 3
    for ground in ("band", "hover"):
        assert contrast(palette["ink"], palette[ground]) >= 4.5
    assert contrast(palette["soft"], palette["hover"]) >= 4.5


def test_the_line_of_a_day_has_a_colour_that_no_mark_has() -> None:
    rule = next(line for line in STYLE.splitlines() if line.startswith(".chart .asof path"))

    assert "var(--chart-ink)" in rule
    assert {"yes", "no", "admits", "other"}.isdisjoint(re.findall(r"--chart-(\w+)", rule))


def test_charts_for_pages_have_neither_styles_nor_scripts_nor_ids(frames: charts.Frames) -> None:
    for chart in all_charts(frames):
        for element in parsed(chart).iter():
            assert element.tag.removeprefix(SVG) not in ("style", "script", "foreignObject", "image", "use")
            assert {"style", "id"}.isdisjoint(element.attrib)
            assert [name for name in element.attrib if name.startswith("on")] == []


def test_standalone_charts_are_well_formed_and_ask_for_nothing(frames: charts.Frames) -> None:
    for draw in DRAWN:
        text = draw(frames, MUNITIONS).standalone()

        ET.fromstring(text)  # noqa: S314 - it is ours
        assert "prefers-color-scheme: dark" in text
        assert re.findall(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", text) == []


@pytest.mark.parametrize("width", [960, 342])
def test_hostile_texts_stay_text(frames: charts.Frames, width: float) -> None:
    hostile = altered(frames, "flat_claims", summary=HOSTILE, claimant=HOSTILE, principal=HOSTILE)
    hostile = altered(hostile, "flat_quantities", verbatim=HOSTILE, claimant=HOSTILE, principal=HOSTILE)
    hostile = altered(altered(hostile, "actors", name=HOSTILE), "topics", question=HOSTILE)
    for draw in (charts.timeline, charts.origins, charts.quantities):
        chart = draw(hostile, MUNITIONS, link=lambda kind, id: HOSTILE, width=width)
        for text in (chart.svg, chart.standalone(), f"<p>{chart.legend}</p>"):
            found = ET.fromstring(text)  # noqa: S314 - it is ours
            tags = {element.tag.removeprefix(SVG) for element in found.iter()}
            assert "script" not in tags
            assert [name for e in found.iter() for name in e.attrib if name.startswith("on")] == []
            assert "\u202e" not in text


def test_every_kind_of_script_is_drawn_upright_or_slanted_as_it_should_be() -> None:
    assert svg.is_slantable("more than 10,000 Три тисячі — “plus”")
    assert not svg.is_slantable("특수부대 1천500여명")
    assert not svg.is_slantable("حدود مئة")
    assert svg.language("약 3000명 이상") == "ko"
    assert 'direction="rtl"' in svg.words(0, 0, "حدود مئة", "words")


def test_right_to_left_words_begin_at_the_edge_where_others_begin() -> None:
    assert 'text-anchor="end"' in svg.words(10, 0, "حدود مئة", "words")
    assert "text-anchor" not in svg.words(10, 0, "about 100", "words")
    for anchor in ("start", "middle", "end"):
        plain = svg.words(10, 0, "about 100", "words", anchor).replace("about 100", "حدود مئة")
        assert svg.physical(svg.words(10, 0, "حدود مئة", "words", anchor)) == plain


def test_the_same_tables_give_the_same_bytes_whatever_the_hash_seed() -> None:
    script = (
        "import hashlib, alleged; from alleged import charts\n"
        f"f = charts.frames_of(alleged.open({RELEASE!r}))\n"
        f"s = [d(f, t) for t in ({TROOPS!r}, {MUNITIONS!r}, {COMBAT!r})"
        " for d in (charts.timeline, charts.origins, charts.quantities, charts.sparkline)]\n"
        "print(hashlib.sha256(''.join(c.standalone() + c.data.write_json() for c in s).encode()).hexdigest())"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("0", "1", "3", "5", "77")
    ]
    digests = {process.communicate()[0] for process in started}

    assert all(process.returncode == 0 for process in started)
    assert len(digests) == 1


def test_dates_and_numbers_have_one_style() -> None:
    assert words.day(date(2024, 10, 31)) == "31 Oct 2024"
    assert words.period("2024-10-08/2024-10-13") == "8–13 Oct 2024"
    assert words.period("../2024-06") == "up to Jun 2024"
    assert words.period("2022-06~/2024-08-27") == "about Jun 2022 – 27 Aug 2024"
    assert words.period("2024-06-18/..") == "from 18 Jun 2024"
    assert [words.number(n) for n in (1500, 0.5, 24_000)] == ["1,500", "0.5", "24,000"]
    assert words.tick(2_000_000) == "2 million"


@pytest.mark.parametrize("values", [(0, 7), (3, 9), (100, 24_000), (0.5, 0.7), (1, 1), (-5, 5), (0, 0)])
def test_every_number_lies_between_the_first_and_the_last_tick(values: tuple[float, float]) -> None:
    scale = Numbers(*values, 0, 300)
    ticks = scale.ticks()

    assert 2 <= len(ticks) <= 8
    assert ticks[0] <= values[0]
    assert ticks[-1] >= values[1] or scale.logarithmic
    assert all(0 <= scale(v) <= 300 for v in values)


def test_pictures_of_all_topics_share_one_axis(frames: charts.Frames) -> None:
    for topic in topics(frames):
        chart = charts.sparkline(frames, topic)
        bars = of_class(parsed(chart), "s")

        assert len(bars) == chart.data.height
        assert all(0 <= float(b.get("x", "")) <= 260 and 0 <= float(b.get("y", "")) <= 32 for b in bars)


def test_a_notebook_shows_charts_of_a_release(release: Release) -> None:
    chart = release.plot.timeline(TROOPS)

    assert chart._repr_svg_() == charts.timeline(release, TROOPS).standalone()
    assert release.plot.origins(TROOPS, "2024-10-31").svg == release.as_of("2024-10-31").plot.origins(TROOPS).svg
    assert release.plot.quantities(TROOPS).data.height > 0
    assert "timeline" in repr(chart)


def test_a_topic_or_day_that_does_not_exist_is_an_error(release: Release) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'dprk-troops-to-russia'"):
        release.plot.timeline("dprk-troops-to-rusia")
    with pytest.raises(DateError):
        release.plot.timeline(TROOPS, "2024-13-01")


def test_before_anything_was_public_a_chart_says_so(release: Release) -> None:
    seen = charts.frames_of(release, "1990-01-01")
    for draw in (charts.timeline, charts.origins):
        assert "Nothing was public yet." in draw(seen, TROOPS).svg
    assert "No figure was named." in charts.quantities(seen, TROOPS).svg
    assert charts.sparkline(seen, TROOPS).data.is_empty()


def test_the_busiest_weeks_hold_much_of_a_topic_or_are_not_named(frames: charts.Frames) -> None:
    span = charts.busiest(frames, TROOPS)

    assert span is not None
    inside = charts.timeline(frames, TROOPS, span=span).data
    assert 0.4 * charts.timeline(frames, TROOPS).data.height <= inside.height
    assert inside["day"].is_between(span.lo, span.hi).all()
    assert charts.busiest(frames, MUNITIONS) is None


def test_the_picture_in_the_documents_is_the_one_that_is_drawn_now(frames: charts.Frames) -> None:
    drawn = charts.timeline(frames, TROOPS).standalone().encode()
    committed = (ROOT / "docs" / "troops-timeline.svg").read_bytes()

    assert hashlib.sha256(committed).hexdigest() == hashlib.sha256(drawn).hexdigest(), "run 'make docs'"
