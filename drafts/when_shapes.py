"""Where the letters of a text (see ``when_words``) make up a moment, and of which shape it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from drafts.when_words import TimeWords, Token

# Each shape in the letters of ``when_words``; the first that fits is taken. Small words may stand between,
# a bounded number of them, so that no text makes the search slow.
SHAPES: tuple[tuple[str, str], ...] = (
    ("days", r"[NO][dyB-]{1,3}[NO][dyg]{0,3}[Mm](?:[,gd]{0,2}Y)?"),
    ("figures", r"(?:[Ww][,dyDg]{0,3})?X"),
    ("date", r"(?:[Ww][,dyDg]{0,4})?[NOa][dyg]{0,3}[Mm](?:[,gdy]{0,2}Y)?[ncl]?"),
    ("date_month_first", r"(?:[Ww][,dyD]{0,2})?[Mm]d?[NO](?:,?Y)?(?![UC:])"),
    ("weekday_of_week", r"[ntclz][dy]{0,2}U[,dyDBI]{0,3}W|U[ncl][,dyDBI]{0,3}W"),
    ("weekday_of_week", r"W[,dyDgI]{0,3}(?:[ntclz][dy]?U|U[ncl])"),
    ("weeks_from_weekday", r"W(?:I[dy]?)?[QN]U|WU(?![ncl])|[QN]U[DS]W"),
    ("weeks_from_day", r"TI[dy]?[QN]U|[QN]U[DS][dy]?T"),
    ("weekday_and_day", r"W[,dyD]{0,3}[NO](?![UCMm:%])"),
    ("weekday_named", r"[ntclz][dy]?[Ww]|W[dy]?[ncl]"),
    ("edge", r"E(?:-|[dygI]{0,3})[ntclz]?[dy]?U[ncl]?|[tn]?[dy]?UE"),
    ("edge_of_month", r"E(?:-|[dyg]{0,3})[ntcl]?[Mm](?:[dg]?Y)?[ncl]?"),
    ("edge_of_quarter", r"E[dyg]{0,3}k(?:[dg]?Y)?"),
    ("edge_of_year", r"E[dyg]{0,3}Y"),
    ("weekend", r"[tncl]?[dy]?e[ncl]?"),
    ("coming_span", r"[IL]?[dy]{0,2}[nc][dy]?[QN]U"),
    ("unit", r"[ntclz][dy]?U|U[dy]?[ncl]|L[dy]{1,2}U"),
    ("ago", r"[QN]d?UA|[VH][dy]{0,2}[QN]U"),
    ("ahead", r"[IL][dy]{0,2}[QN]U"),
    ("week_number", r"K[dy]?[NO]|UN"),
    ("day", r"T"),
    ("this_part", r"tP"),
    ("month", r"[IBFSGRDntclVL][dyg]{0,3}[Mm](?:[dg]?Y)?|M[dg]?Y|M[ncl]"),
    ("quarter", r"[IBFSRtnlL][dy]{0,2}k(?:[dg]?Y)?"),
    ("day_of_month", r"(?:[BFSJGRDgVL][dyg]{0,2}|[dy])O(?:[dgy]{0,3}[ntcl]?U[ncl]?)?"),
    ("day_of_month", r"yN(?:[dgy]{0,3}[ntcl]?U[ncl]?)?(?![UCMm-])"),
    ("weekday", r"W"),
    ("short_weekday", r"[BFSJGRDVL][dy]?w"),
    ("feast", r"f"),
    ("time", r"[BFL][dh]{0,2}(?:C|P)"),
)
LEAD = r"(?P<lead>[dy]{0,2}(?:[BFSJGRDVLgI][dyh]{0,2}){0,3})"
HEAD = r"(?P<head>[PC]Z?[dyDg]{0,2})?"
TAIL = r"(?P<tail>(?:[,dyDhIBg]{0,3}[PC]|[dyD]{0,1}h[NQ]U?){0,2}Z?)"
# "before the fair on the 12th": what a day is named for stands between.
EVENT = re.compile(r"([FRV])[dy]{0,2}x[xdy]{0,3}[Dgdy]{0,3}$")
LOOK_BACK = 10


class Hit(NamedTuple):
    """A moment's letters: its shape, and from which token to which its parts go."""

    shape: str
    lead: str
    start: int
    core: int
    end: int


@cache
def pattern(is_month_first: bool, is_day_bare: bool) -> re.Pattern[str]:
    """Return the pattern of all shapes that a language knows."""
    left_out = set[str]() if is_month_first else {"date_month_first"}
    known = [(name, shape) for name, shape in SHAPES if name not in left_out]
    cores = "|".join(f"(?P<{name}__{number}>{shape})" for number, (name, shape) in enumerate(known))
    if not is_day_bare:
        cores = cores.replace(r"W[,dyD]{0,3}[NO](?![UCMm:%])", r"W[,dyD]{0,3}O(?![UCMm])")
    return re.compile(f"{LEAD}{HEAD}(?P<core>{cores}){TAIL}(?P<late>,?J)?")


def hits(found: list[Token], words: TimeWords) -> Iterator[Hit]:
    """Yield every place where the tokens name a moment."""
    letters = "".join(token.code for token in found)
    for hit in pattern(words.is_month_first, words.is_day_bare).finditer(letters):
        shape = next(name for name, part in hit.groupdict().items() if part is not None and "__" in name)
        before = letters[max(hit.start() - LOOK_BACK, 0) : hit.start()]
        if is_every(before, hit["core"]):
            continue
        core, start = hit.start("core"), hit.start()
        lead = letters[start:core] + leading(hit["core"]) + ("J" if hit["late"] else "")
        event = EVENT.search(before + letters[start:core])
        if event and not set(lead) & set("BFSJGRVL"):
            lead, start = event[1] + lead, core - (len(event.string) - event.start())
        yield Hit(shape.split("__")[0], lead, start, core, hit.end())


def leading(core: str) -> str:
    """Return the prepositions that a shape holds itself: "in" of "in March"."""
    return core[: len(core) - len(core.lstrip("BFSJGRDVLgI"))]


def is_every(before: str, core: str) -> bool:
    """Whether a day comes again and again: "every Monday"."""
    return before.rstrip("dy").endswith("v") or core.startswith("v")
