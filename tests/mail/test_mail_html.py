"""HTML to the text that a reader sees: hidden text is not the client's, quotes stand behind a mark."""

from __future__ import annotations

import pytest

from triage.mail.html import html_to_text

HIDDEN = {
    "display": '<div style="display:none">SECRET</div>',
    "display spaced": '<div style="color:red; display : none !important">SECRET</div>',
    "visibility": '<span style="visibility:hidden">SECRET</span>',
    "font size zero": '<span style="font-size:0">SECRET</span>',
    "font size one": '<span style="font-size:1px">SECRET</span>',
    "opacity": '<div style="opacity:0">SECRET</div>',
    "white on white": '<p style="color:#ffffff">SECRET</p>',
    "white by name": '<p style="color:white">SECRET</p>',
    "font tag": '<font color="#FFF">SECRET</font>',
    "same colours": '<p style="background:#123456;color:#123456">SECRET</p>',
    "rgb": '<p style="background-color:rgb(1, 2, 3);color:#010203">SECRET</p>',
    "inherited background": '<div bgcolor="#333333"><p style="color:#333">SECRET</p></div>',
    "hidden attribute": "<div hidden>SECRET</div>",
    "no height": '<div style="max-height:0;overflow:hidden">SECRET</div>',
    "no width": '<div style="width:0px;overflow:hidden">SECRET</div>',
    "outlook": '<div style="mso-hide:all;display:none">SECRET</div>',
    "comment": "<!-- SECRET -->",
    "conditional comment": "<!--[if mso]><p>SECRET</p><![endif]-->",
    "head": "<head><title>SECRET</title></head>",
    "style": "<style>SECRET{}</style>",
    "script": "<script>SECRET</script>",
    "nested": '<div style="display:none"><div><p style="display:block">SECRET</p></div></div>',
    "noscript": "<noscript>SECRET</noscript>",
}


@pytest.mark.parametrize("way", HIDDEN)
def test_hidden_text_is_left_out_and_what_stands_around_it_stays(way: str) -> None:
    assert html_to_text(f"<p>before</p>{HIDDEN[way]}<p>after</p>").split() == ["before", "after"]


SHOWN = {
    "white on dark": '<div style="background:#222"><p style="color:#fff">SEEN</p></div>',
    "white on a picture": '<div style="background:url(x.png)"><p style="color:#fff">SEEN</p></div>',
    "white under a style sheet": '<style>body{background:#000}</style><p style="color:#fff">SEEN</p>',
    "gap fix": '<div style="font-size:0"><span style="font-size:14px">SEEN</span></div>',
    "visible again": '<div style="visibility:hidden"><p style="visibility:visible">SEEN</p></div>',
    "half opacity": '<p style="opacity:0.5">SEEN</p>',
    "small": '<p style="font-size:9px">SEEN</p>',
    "em": '<p style="font-size:1em">SEEN</p>',
    "narrow": '<td style="width:0">SEEN</td>',
    "transparent": '<p style="background:transparent;color:#000">SEEN</p>',
    "black on black outside": '<div style="color:#000">SEEN</div>',
}


@pytest.mark.parametrize("way", SHOWN)
def test_visible_text_stays(way: str) -> None:
    assert "SEEN" in html_to_text(SHOWN[way])


def test_invisible_characters_are_dropped_and_odd_spaces_become_plain() -> None:
    assert html_to_text("<p>pay\u200bment\u00a0is\u202flate\ufeff</p>") == "payment is late"


def test_blocks_breaks_and_lists_keep_their_lines() -> None:
    html = "<p>One<br>two</p><ul><li>a</li><li>b</li></ul><div>three</div>"
    assert [line.strip() for line in html_to_text(html).split("\n") if line.strip()] == [
        "One",
        "two",
        "* a",
        "* b",
        "three",
    ]


def test_cells_of_a_data_table_stand_side_by_side() -> None:
    lines = html_to_text(
        "<table><tr><td>Logo</td><td>500</td></tr><tr><td>Site</td><td>900</td></tr></table>"
    )
    assert [line.split() for line in lines.split("\n") if line.strip()] == [["Logo", "500"], ["Site", "900"]]


def test_a_layout_table_reads_from_top_to_bottom() -> None:
    html = (
        "<table><tr><td><table><tr><td><p>First</p></td></tr></table></td><td><p>Second</p></td></tr></table>"
    )
    assert html_to_text(html).split() == ["First", "Second"]


def test_quotes_stand_behind_marks_by_depth() -> None:
    html = "<p>new</p><blockquote>old<blockquote>older</blockquote></blockquote><p>more</p>"
    lines = [line for line in html_to_text(html).split("\n") if line.strip("> ")]
    assert lines == ["new", "> old", ">> older", "more"]


def test_nobody_can_write_the_marks_themselves() -> None:
    assert html_to_text("<p>\ue0f0my own words\ue0f1</p>") == "my own words"


@pytest.mark.parametrize("depth", [100, 300, 5000])
def test_deep_nesting_loses_no_words(depth: int) -> None:
    assert "words" in html_to_text("<div>" * depth + "words" + "</div>" * depth)


@pytest.mark.parametrize(
    "broken",
    [
        "",
        " ",
        "<",
        "<>",
        "<p",
        "&",
        "&#99999999;",
        "<?xml version='1.0' encoding='utf-16'?><p>x",
        "<![CDATA[x]]>",
        "\x00",
        "<p>\ud800",
    ],
)
def test_broken_markup_is_survived(broken: str) -> None:
    assert isinstance(html_to_text(broken), str)


def test_entities_and_unclosed_tags() -> None:
    assert html_to_text("<p>a &lt; b &amp; c &euro;5<p>next") == "a < b & c €5\n\nnext"
