"""Shared by all tests: the trained classifier, made once and kept until corpus or code change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from triage.ledger.lock import account_lock

if TYPE_CHECKING:
    from classifiers.judge import Classifier

pytest_plugins = ["tests.rig.fixtures"]

# Longer than training takes on a slow machine: the other workers wait for the one that trains.
TRAINING_S = 1200.0


@pytest.fixture(scope="session")
def model_cache(pytestconfig: pytest.Config) -> Path:
    """A cache folder that holds the trained classifier; trained by whoever comes first."""
    from classifiers.judge import load_or_train

    assert pytestconfig.cache is not None
    folder = Path(pytestconfig.cache.mkdir("model"))
    folder.chmod(0o700)
    with account_lock(folder, "training", wait=TRAINING_S):
        load_or_train(folder)
    return folder


@pytest.fixture(scope="session")
def classifier(model_cache: Path) -> Classifier:
    """The trained classifier itself."""
    from classifiers.judge import load_or_train

    return load_or_train(model_cache)
