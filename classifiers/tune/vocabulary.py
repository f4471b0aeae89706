"""Which of the pretrained encoder's 250,000 pieces are kept: those that mail in seven languages uses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from classifiers.tune.pretrained import Pretrained

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN: Final = 3
SPECIALS: Final = (0, 1, 2, UNKNOWN)
_PIECES: Final = 20_000
_WORDS: Final = 40_000
# How much each language weighs in the choice: as in the mail that is expected.
_SHARES: Final = {"en": 3.0, "de": 1.3, "es": 1.3, "fr": 1.3, "pt": 1.3, "it": 0.6, "nl": 0.6}
_CAPITALISED: Final = 0.15
_SIGNS: Final = "▁€£–—…“”‘’«»„"
_LATIN_END: Final = 0x250


def tokenizer_of(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    """A tokenizer over (piece, log-probability) pairs, as XLM-RoBERTa's."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    return tokenizer


def choose_pieces(base: Pretrained, texts: Sequence[str]) -> list[int]:
    """Numbers of the pieces to keep: special ones, single signs, then the commonest.

    Counted over the commonest words of each language and, as much again as English, the corpus itself.
    """
    whole = tokenizer_of(
        [(piece, float(score)) for piece, score in zip(base.pieces, base.scores, strict=True)]
    )
    counts = _counts_of_languages(whole)
    seen = Counter(
        n for found in whole.encode_batch(list(texts), add_special_tokens=False) for n in found.ids
    )
    total = sum(seen.values())
    for number, times in seen.items():
        counts[number] += 3 * times / total if times > 1 else 0
    kept = {*SPECIALS, *(n for n, piece in enumerate(base.pieces) if _is_single(piece))}
    for number in sorted(counts, key=lambda n: (-counts[n], n)):
        if len(kept) >= _PIECES:
            break
        kept.add(number)
    return sorted(kept)


def _counts_of_languages(whole: Any) -> dict[int, float]:
    from wordfreq import top_n_list, word_frequency

    counts: dict[int, float] = defaultdict(float)
    for language, share in _SHARES.items():
        words = top_n_list(language, _WORDS)
        weights = [word_frequency(word, language) * share for word in words]
        for forms, part in ((words, 1.0), ([word.capitalize() for word in words], _CAPITALISED)):
            for found, weight in zip(
                whole.encode_batch(forms, add_special_tokens=False), weights, strict=True
            ):
                for number in found.ids:
                    counts[number] += weight * part
    return counts


def _is_single(piece: str) -> bool:
    return len(piece) == 1 and (ord(piece) < _LATIN_END or piece in _SIGNS)
