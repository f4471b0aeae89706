"""The network: a BERT of few layers with three heads, as plain functions over named tensors.

Heads: ``token`` says of each token whether it lies in words that carry a label; ``message`` says what labels
the message carries and, from them, its severity. The best tokens speak in the message's score as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from classifiers.labels import LABELS
from classifiers.tune.pretrained import INNER, POSITIONS, WIDTH, Pretrained

if TYPE_CHECKING:
    Weights = dict[str, Any]

HEADS: Final = 12
EPSILON: Final = 1e-12
STEPS: Final = 2
_DROP: Final = 0.1
SHARPNESS: Final = 2.0
USUAL_TOKENS: Final = 4.0
_FAR: Final = -1e4


def start(base: Pretrained, layers: Sequence[int], kept: Sequence[int]) -> Weights:
    """The weights before tuning: some layers of the pretrained encoder, its kept pieces, new heads."""
    import torch

    words = base.tensor("emb.word", -1, WIDTH)[list(kept)]
    places = base.tensor("emb.pos", POSITIONS, WIDTH) + base.tensor("emb.type", 2, WIDTH)[0]
    weights = {
        "words": torch.from_numpy(words),
        "places": torch.from_numpy(places),
        **_norm(base, "emb.ln", "first"),
        "token.w": torch.empty(len(LABELS), WIDTH).uniform_(-0.05, 0.05),
        "token.b": torch.full((len(LABELS),), -3.0),
        "message.w": torch.empty(len(LABELS) + STEPS, 2 * WIDTH).uniform_(-0.035, 0.035),
        "message.b": torch.tensor([-1.0] * len(LABELS) + [0.0] * STEPS),
        "mix": torch.full((len(LABELS),), 0.5),
    }  # fmt: skip
    for new, old in enumerate(layers):
        weights |= _layer(base, old, new)
    return weights


def _norm(base: Pretrained, old: str, new: str) -> Weights:
    import torch

    return {f"{new}.{part}": torch.from_numpy(base.tensor(f"{old}.{part}", WIDTH)) for part in "wb"}


def _layer(base: Pretrained, old: int, new: int) -> Weights:
    import torch

    def matrix(name: str, rows: int, columns: int) -> Any:
        return torch.from_numpy(base.tensor(f"l{old}.{name}.w", rows, columns))

    def bias(name: str, rows: int) -> Any:
        return torch.from_numpy(base.tensor(f"l{old}.{name}.b", rows))

    return {
        f"{new}.attend.w": torch.cat([matrix(name, WIDTH, WIDTH) for name in "qkv"]),
        f"{new}.attend.b": torch.cat([bias(name, WIDTH) for name in "qkv"]),
        f"{new}.join.w": matrix("ao", WIDTH, WIDTH),
        f"{new}.join.b": bias("ao", WIDTH),
        f"{new}.wide.w": matrix("fi", INNER, WIDTH),
        f"{new}.wide.b": bias("fi", INNER),
        f"{new}.narrow.w": matrix("fo", WIDTH, INNER),
        f"{new}.narrow.b": bias("fo", WIDTH),
        **_norm(base, f"l{old}.aln", f"{new}.joined"),
        **_norm(base, f"l{old}.oln", f"{new}.narrowed"),
    }


def depth(weights: Weights) -> int:
    """How many layers there are."""
    return sum(name.endswith(".attend.w") for name in weights)


def forward(weights: Weights, tokens: Any, is_word: Any, is_training: bool) -> tuple[Any, Any]:
    """(message scores, token scores) in log-odds of tokens (messages, length); ``is_word``: no padding."""
    from torch.nn import functional

    drop = _drop if is_training else _keep
    states = weights["words"][tokens] + weights["places"][: tokens.shape[1]]
    states = drop(_normed(weights, states, "first"))
    mask = states.new_zeros(is_word.shape).masked_fill(~is_word, _FAR)[:, None, None, :]
    for number in range(depth(weights)):
        mixed = _attention(weights, states, mask, number)
        states = _normed(weights, states + drop(mixed), f"{number}.joined")
        wide = functional.gelu(_linear(weights, states, f"{number}.wide"), approximate="tanh")
        states = _normed(
            weights, states + drop(_linear(weights, wide, f"{number}.narrow")), f"{number}.narrowed"
        )
    return _heads(weights, states, is_word, drop)


def _heads(weights: Weights, states: Any, is_word: Any, drop: Any) -> tuple[Any, Any]:
    import torch

    token = _linear(weights, states, "token").float()
    share = is_word[..., None].to(states.dtype)
    mean = ((states * share).sum(1).float() / share.sum(1).float()).to(states.dtype)
    message = _linear(weights, drop(torch.cat([mean, states[:, 0]], dim=-1)), "message").float()
    far = token.masked_fill(~is_word[..., None], -30.0) * SHARPNESS
    top = (torch.logsumexp(far, dim=1) - math.log(USUAL_TOKENS)) / SHARPNESS
    labels = message[:, : len(LABELS)] + weights["mix"].float() * top
    return torch.cat([labels, message[:, len(LABELS) :]], dim=-1), token


def _attention(weights: Weights, states: Any, mask: Any, number: int) -> Any:
    """By hand: several times faster on a CPU, backwards, than the fused one."""
    import torch

    messages, length, width = states.shape
    parts = _linear(weights, states, f"{number}.attend").view(messages, length, 3, HEADS, width // HEADS)
    asked, told, value = parts.permute(2, 0, 3, 1, 4)
    heed = torch.softmax((asked * (width // HEADS) ** -0.5) @ told.transpose(-1, -2) + mask, dim=-1)
    return _linear(weights, (heed @ value).transpose(1, 2).reshape(states.shape), f"{number}.join")


def _linear(weights: Weights, states: Any, name: str) -> Any:
    from torch.nn import functional

    return functional.linear(states, weights[f"{name}.w"], weights[f"{name}.b"])


def _normed(weights: Weights, states: Any, name: str) -> Any:
    from torch.nn import functional

    return functional.layer_norm(
        states, states.shape[-1:], weights[f"{name}.w"], weights[f"{name}.b"], EPSILON
    )


def _drop(states: Any) -> Any:
    """Dropout with one mask for the whole length: drawing one for each token takes as long as the rest."""
    import torch

    shape = (*states.shape[:1], *[1] * (states.dim() - 2), states.shape[-1])
    return states * ((torch.rand(shape) >= _DROP).to(states.dtype) / (1 - _DROP))


def _keep(states: Any) -> Any:
    return states
