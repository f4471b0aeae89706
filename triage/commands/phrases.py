"""``triage phrases``: the sentences that drafts are made of, and whether the user's own are sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.commands.common import ConfigOption, JsonOption, emit, exits
from triage.config import default_paths, load_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.phrase_file import OwnPhrases


@exits
def phrases(
    key: Annotated[
        str, typer.Argument(metavar="[LIST]", help="A list, or how its name begins: next_step.")
    ] = "",
    language: Annotated[str, typer.Option(help="Two letters.")] = "en",
    own: Annotated[bool, typer.Option("--own", help="Your own phrases alone.")] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Show the sentences of drafts by list, with the facts they name; check those of your phrases.toml."""
    from drafts.compose import supported_languages

    if language not in supported_languages():
        raise typer.BadParameter(f"take one of {', '.join(supported_languages())}.", param_hint="--language")
    for record in records(language, key, _own(config), only_own=own):
        if json:
            emit(record)
        else:
            typer.echo(_told(record))


def records(language: str, key: str, own: OwnPhrases, *, only_own: bool) -> Iterator[dict[str, object]]:
    """One record a list: its name, the facts that a phrase of it must name, and the sentences."""
    from drafts.own_phrases import facts_needed
    from drafts.phrasebook import phrasebook

    mine = own.get(language, {})
    lists = phrasebook(language).phrases
    for name in sorted({*lists, *mine}):
        if name.startswith(key) and (name in mine or not only_own):
            yield {
                "language": language,
                "list": name,
                "needs": sorted(facts_needed(language, name)),
                "own": list(mine.get(name, ())),
                "phrases": [] if only_own else [phrase.source for phrase in lists.get(name, ())],
            }


def _own(config: Path | None) -> OwnPhrases:
    from triage.phrase_file import load_phrases, own_phrases

    if config is None and not default_paths().config.exists():
        return load_phrases(default_paths().phrases, may_be_missing=True)
    return own_phrases(load_config(config))


def _told(record: dict[str, object]) -> str:
    needs = record["needs"]
    head = f"{record['list']}" + (
        f"  (needs {', '.join(needs)})" if isinstance(needs, list) and needs else ""
    )
    lines = [head]
    for mark, name in (("*", "own"), ("-", "phrases")):
        texts = record[name]
        lines += [f"  {mark} {text}" for text in texts] if isinstance(texts, list) else []
    return "\n".join(lines)
