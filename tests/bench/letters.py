"""Two thousand messages such as a busy freelancer's inbox holds, the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from classifiers.corpus import Example, read_corpus

# Of a hundred human messages so many are trouble; one message in six is a list's or a machine's.
TROUBLE_PERCENT = 5
ONE_MACHINE_IN = 6


def letters(count: int, now: datetime) -> Iterator[tuple[datetime, bytes]]:
    """(arrival, MIME) of so many messages of the last 18 hours, by arrival; none is near its deadline."""
    draw = random.Random(20)
    examples = read_corpus()
    calm = [example for example in examples if not example.labels]
    trouble = [example for example in examples if example.labels]
    for number in range(count):
        pool = trouble if draw.randrange(100) < TROUBLE_PERCENT else calm
        arrival = (now - timedelta(hours=18) + number * timedelta(hours=17) / count).replace(microsecond=0)
        yield arrival, _mime(draw.choice(pool), number, arrival, draw)


def _mime(example: Example, number: int, arrival: datetime, draw: random.Random) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Client {number % 300} <client{number % 300}@studio{number % 90}.example>"
    message["To"] = "Mara Lindqvist <mara@lindqvist.example>"
    message["Subject"] = example.subject.replace("\n", " ")
    message["Date"] = format_datetime(arrival)
    message["Message-ID"] = f"<bench-{number}@studio{number % 90}.example>"
    for hop in range(5):
        message["Received"] = f"from mx{hop}.example by mx{hop + 1}.example with ESMTPS id {number:08d}; " * 2
    if number % ONE_MACHINE_IN == 0:
        message["List-Id"] = "<news.studio.example>"
    message.set_content(example.body + "\n" + _history(draw))
    if number % 2:
        paragraphs = "".join(f"<p>{line}</p>" for line in (example.body + _history(draw)).splitlines())
        message.add_alternative(f"<html><body>{paragraphs}</body></html>", subtype="html")
    if number % 10 == 0:
        message.add_attachment(
            draw.randbytes(60_000), maintype="application", subtype="pdf", filename="plan.pdf"
        )
    return message.as_bytes()


def _history(draw: random.Random) -> str:
    """The quoted mail below most replies."""
    lines = [
        f"> line {line} of what was written before, as it stands below every reply" for line in range(25)
    ]
    return "\nOn Monday Mara Lindqvist wrote:\n" + "\n".join(lines[: draw.randrange(25)]) + "\n"
