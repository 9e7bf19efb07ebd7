"""Draw how times grow with the number of claims: growth.json to growth.svg, with the environment of the peers."""

import json
import math
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter, NullLocator

from results import fitted

HERE = Path(__file__).parent
LOOKS = {"build": ("#b2182b", "o"), "check": ("#2166ac", "s"), "derived tables": ("#4d9221", "^")}
"""Colours that people with colour blindness tell apart, and marks for print."""

LABELS = {"build": "build of all tables", "check": "check, all rules", "derived tables": "derived tables alone"}


def main() -> None:
    """Draw one line for each command."""
    times = json.loads((HERE / "growth.json").read_text(encoding="utf-8"))
    mpl.rcParams |= {"font.family": "sans-serif", "font.size": 11, "svg.hashsalt": "growth", "svg.fonttype": "none"}
    figure, axes = plt.subplots(figsize=(7.2, 4.6), layout="constrained")
    for name, (colour, mark) in LOOKS.items():
        points = {int(n): t for n, t in times[name].items()}
        slope, intercept = fitted(points)
        fit = [math.exp(intercept + slope * math.log(n)) for n in points]
        axes.plot(list(points), fit, color=colour, linewidth=1, alpha=0.5)
        label = f"{LABELS[name]} (slope {slope:.2f})"
        axes.plot(list(points), list(points.values()), mark, color=colour, markersize=6, label=label)
    _axes(axes, [int(n) for n in times["check"]])
    figure.savefig(HERE / "growth.svg", metadata={"Date": None})


def _axes(axes: plt.Axes, sizes: list[int]) -> None:
    axes.set(xscale="log", yscale="log", xlabel="claims", ylabel="time, from nothing kept")
    axes.set_xticks(sizes, [f"{n:,}" for n in sizes])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda t, _: f"{t * 1000:g} ms" if t < 1 else f"{t:g} s"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper left")


if __name__ == "__main__":
    main()
