"""Teaching the network: one thread, 16-bit arithmetic over 32-bit weights, batches of like length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from classifiers.labels import LABELS
from classifiers.tune.lessons import Task, stacked
from classifiers.tune.network import forward
from classifiers.tune.vocabulary import UNKNOWN

if TYPE_CHECKING:
    from classifiers.tune.network import Weights

    Judge = Callable[[Weights, Any, Any, bool], tuple[Any, Any]]

_MANY: Final = 16
_WARM_UP: Final = 0.1
_LEAST_RATE: Final = 0.02
_NEW_RATE: Final = 5.0
_TOKENS_WEIGH: Final = 2.0
_SEVERITY_WEIGHS: Final = 0.3
_AT_ONCE: Final = 32


@dataclass(frozen=True, slots=True)
class Settings:
    """How to teach; what each was chosen from stands in docs/scorecard.md.

    ``blotted`` is the share of tokens made unknown, so that no message is learnt by heart.
    """

    layers: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
    epochs: int = 3
    rate: float = 1.5e-4
    blotted: float = 0.08
    batch: int = 24
    decay: float = 0.01
    seed: int = 0


RECIPE: Final = (Settings(), Settings(epochs=2, rate=1.2e-4, blotted=0.0, seed=7))
"""Three rounds with blots, then two that read the text as it stands, without which it is underfed."""


def teach(
    weights: Weights, tasks: Sequence[Task], settings: Settings, tell: Callable[[str], None]
) -> Weights:
    """The weights after some epochs over the tasks."""
    import torch

    torch.manual_seed(settings.seed)
    judge: Judge = torch.compile(forward, dynamic=True)
    exact = {name: value.clone().requires_grad_() for name, value in weights.items()}
    optimiser = _optimiser(exact, settings)
    rates = [group["lr"] for group in optimiser.param_groups]
    batches = [batch for _ in range(settings.epochs) for batch in _batches(tasks, settings)]
    lost = 0.0
    for number, batch in enumerate(batches):
        pace = min((number + 1) / (_WARM_UP * len(batches)), 1.0) * max(
            _LEAST_RATE, 1 - number / len(batches)
        )
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * pace
        batch["tokens"] = _blotted(batch["tokens"], settings.blotted)
        lost += 0.02 * (_step(judge, exact, optimiser, batch) - lost)
        if number % 50 == 49:
            tell(f"step {number + 1} of {len(batches)}, loss {lost:.3f}")
    return {name: value.detach() for name, value in exact.items()}


def _optimiser(exact: Weights, settings: Settings) -> Any:
    import torch

    new = [name for name in exact if name in {"token.w", "message.w"}]
    old = [name for name in exact if exact[name].dim() > 1 and name not in new]
    plain = [name for name in exact if exact[name].dim() == 1]
    groups = [(old, settings.rate, settings.decay), (plain, settings.rate, 0.0)]
    groups.append((new, settings.rate * _NEW_RATE, settings.decay))
    return torch.optim.AdamW(
        [
            {"params": [exact[n] for n in names], "lr": rate, "weight_decay": decay}
            for names, rate, decay in groups
        ],
        fused=True,
    )


def _batches(tasks: Sequence[Task], settings: Settings) -> Iterator[dict[str, Any]]:
    """All tasks once, in random batches of like length."""
    import torch

    order = torch.randperm(len(tasks)).tolist()
    found = []
    for first in range(0, len(order), settings.batch * _MANY):
        stretch = sorted(
            order[first : first + settings.batch * _MANY], key=lambda n: len(tasks[n].window.tokens)
        )
        found += [stretch[n : n + settings.batch] for n in range(0, len(stretch), settings.batch)]
    for number in torch.randperm(len(found)).tolist():
        yield stacked([tasks[n] for n in found[number]])


def _step(judge: Judge, exact: Weights, optimiser: Any, batch: dict[str, Any]) -> float:
    import torch

    # The 16-bit copy is what computes; its gradients are added to the exact weights.
    rough = {name: value.detach().to(torch.bfloat16).requires_grad_() for name, value in exact.items()}
    message, token = judge(rough, batch["tokens"], batch["is_word"], True)
    loss = _loss(message, token, batch)
    loss.backward()
    for name, value in exact.items():
        value.grad = rough[name].grad.float()
    torch.nn.utils.clip_grad_norm_(exact.values(), 1.0)
    optimiser.step()
    return float(loss.detach())


def _blotted(tokens: Any, share: float) -> Any:
    """Some tokens made unknown; BEGIN, PADDING and END stay."""
    import torch

    return tokens.masked_fill((torch.rand(tokens.shape) < share) & (tokens > UNKNOWN), UNKNOWN)


def _loss(message: Any, token: Any, batch: dict[str, Any]) -> Any:
    from torch.nn.functional import binary_cross_entropy_with_logits as entropy

    labels, steps = message[:, : len(LABELS)], message[:, len(LABELS) :]
    told = entropy(token, batch["tags"], reduction="none").mean(-1) * batch["is_word"]
    graded = entropy(steps, batch["steps"], reduction="none").mean(-1) * batch["is_labelled"]
    return (
        entropy(labels, batch["labels"])
        + _TOKENS_WEIGH * told.sum() / batch["is_word"].sum()
        + _SEVERITY_WEIGHS * graded.sum() / batch["is_labelled"].sum().clamp(min=1)
    )


def judged(weights: Weights, tasks: Sequence[Task]) -> list[tuple[Any, Any]]:
    """(message scores, token scores) of each task, by the network as it is before rounding."""
    import torch

    rough = {name: value.to(torch.bfloat16) for name, value in weights.items()}
    found: list[tuple[Any, Any]] = [(None, None)] * len(tasks)
    order = sorted(range(len(tasks)), key=lambda n: len(tasks[n].window.tokens))
    with torch.no_grad():
        for first in range(0, len(order), _AT_ONCE):
            chosen = order[first : first + _AT_ONCE]
            batch = stacked([tasks[n] for n in chosen])
            message, token = forward(rough, batch["tokens"], batch["is_word"], False)
            for row, n in enumerate(chosen):
                found[n] = (message[row].numpy(), token[row, : len(tasks[n].window.tokens)].numpy())
    return found
