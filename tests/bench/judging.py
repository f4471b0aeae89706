"""The bare classification that a sweep is measured against, in a process of its own. CACHE SAMPLE.

Prints the seconds to load and the messages judged a second, of those that people wrote.
"""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from classifiers.judge import load_or_train
from tests.bench.letters import ONE_MACHINE_IN, letters
from triage.mail.new_text import message_new_text
from triage.mail.parse import parse

cache, sample = Path(sys.argv[1]), int(sys.argv[2])
load_or_train(cache)  # trained where it isn't there or fits no more: no part of the figures
started = time.perf_counter()
loaded = load_or_train(cache)
loading = time.perf_counter() - started
mail = [parse(raw) for _, raw in letters(sample, datetime.now(UTC))]
items = [(one.subject, message_new_text(one)) for number, one in enumerate(mail) if number % ONE_MACHINE_IN]
loaded.judge_many(items[:64])
rates = []
for _ in range(3):
    started = time.perf_counter()
    loaded.judge_many(items)
    rates.append(len(items) / (time.perf_counter() - started))
print(json.dumps({"loading": loading, "rate": median(rates)}))
