"""The scorecard's plots are well-formed SVG that shows every line and number."""

from __future__ import annotations

from xml.etree import ElementTree

from classifiers.figures import Axis, Line, counts, plot

SVG = "{http://www.w3.org/2000/svg}"


def test_a_plot_shows_each_line_with_its_name() -> None:
    lines = [
        Line("one & two", [(0.0, 0.0), (1.0, 1.0)]),
        Line("three", [(0.0, 0.5), (1.0, 0.5)], is_dashed=True),
    ]
    root = ElementTree.fromstring(plot("A <title>", Axis("across"), Axis("up"), lines))
    assert len(root.findall(f"{SVG}polyline")) == 2
    words = {element.text for element in root.iter(f"{SVG}text")}
    assert {"A <title>", "across", "up", "one & two", "three"} <= words


def test_points_lie_where_the_axes_say() -> None:
    root = ElementTree.fromstring(
        plot("t", Axis("x", 0, 10), Axis("y", 0, 2), [Line("a", [(0, 0), (10, 2)])])
    )
    line = root.find(f"{SVG}polyline")
    assert line is not None
    assert line.get("points") == "64.0,344.0 536.0,44.0"


def test_counts_are_shown_each_in_its_cell() -> None:
    root = ElementTree.fromstring(counts("t", ["yes", "no"], ["flagged", "clear"], [[7, 2], [0, 0]]))
    words = [element.text for element in root.iter(f"{SVG}text")]
    assert words == ["t", "flagged", "clear", "yes", "7", "2", "no", "0", "0"]
    assert len(root.findall(f"{SVG}rect")) == 5
