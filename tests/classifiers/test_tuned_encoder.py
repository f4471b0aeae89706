"""The tuned encoder: only its own files run, a text always reads the same, nothing is learnt from a peek."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifiers.corpus import Example, corpus_folder, read_corpus
from classifiers.errors import ModelRefused
from classifiers.judge import load_or_train
from classifiers.labels import LABELS
from classifiers.lesson import prepare
from classifiers.reading import BEGIN, END, MOST_TOKENS, NOWHERE, windows_of
from classifiers.sentences import Pieces, split_message
from classifiers.tuned import (
    COLUMNS,
    MODEL,
    SUMS,
    TOKENIZER,
    UNSEEN,
    TunedEncoder,
    load_tuned,
    tuned_folder,
)
from classifiers.unseen import Taught, load_taught, read_fairly, read_unseen

FILES = (MODEL, TOKENIZER, UNSEEN, SUMS)


@pytest.fixture(scope="module")
def taught() -> Taught:
    """The shipped encoder and what is known of its corpus."""
    return load_taught()


@pytest.fixture(scope="module")
def encoder(taught: Taught) -> TunedEncoder:
    """The shipped encoder."""
    return taught.encoder


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of its files, to be maltreated."""
    for name in FILES:
        shutil.copyfile(tuned_folder() / name, tmp_path / name)
    return tmp_path


def cut(*texts: str) -> list[Pieces]:
    """Messages without subject, in sentences."""
    return [split_message("", text) for text in texts]


def taught_examples(count: int = 5) -> list[Example]:
    """Some messages of the corpus."""
    return read_corpus()[:count]


def test_shipped_files_are_the_pinned_ones_and_small() -> None:
    assert load_tuned() is not None
    assert (tuned_folder() / MODEL).stat().st_size <= 30_000_000
    assert sum((tuned_folder() / name).stat().st_size for name in FILES) <= 32_000_000


@pytest.mark.parametrize("name", [MODEL, TOKENIZER, UNSEEN])
@pytest.mark.parametrize("harm", ["missing", "truncated", "changed", "foreign", "folder"])
def test_a_harmed_file_is_refused(copied: Path, name: str, harm: str) -> None:
    path = copied / name
    raw = path.read_bytes()
    if harm in {"missing", "folder"}:
        path.unlink()
    if harm == "folder":
        path.mkdir()
    changes = {"truncated": raw[:-50], "changed": raw[:-9] + b"X" + raw[-8:], "foreign": b"\x08\x09" + raw}
    if harm in changes:
        path.write_bytes(changes[harm])
    with pytest.raises(ModelRefused, match=name):
        load_taught(copied)


def test_without_pinned_hashes_nothing_is_run(copied: Path) -> None:
    (copied / SUMS).unlink()
    with pytest.raises(ModelRefused):
        load_tuned(copied)
    (copied / SUMS).write_text("not a list of hashes\n")
    with pytest.raises(ModelRefused):
        load_tuned(copied)


def test_the_classifier_works_without_the_encoder_and_says_so(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copied / MODEL).write_bytes(b"not a model")
    for module in ("tuned", "storage"):
        monkeypatch.setattr(f"classifiers.{module}.tuned_folder", lambda: copied)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in "aefglm":
        text = (corpus_folder() / f"{name}.txt").read_text(encoding="utf-8")
        (corpus / f"{name}.txt").write_text("====\n".join(text.split("====\n")[:60]), encoding="utf-8")
    classifier = load_or_train(tmp_path / "cache", None, corpus)
    judgement = classifier.judge("", "Hello, the files are in the folder. Thanks.")
    assert classifier.encoder is None
    assert "damaged or from elsewhere" in judgement.note
    assert judgement.flagged == ()


def test_company_changes_nothing(encoder: TunedEncoder) -> None:
    texts = ["You are a fraud.", "Thanks, all fine. See you on Monday! The invoice is on its way.", "Ok then"]
    together = encoder.read(cut(*texts))
    for number, text in enumerate(texts):
        np.testing.assert_array_equal(encoder.read(cut(text)).messages[0], together.messages[number])


def test_scores_have_one_row_a_message_and_a_sentence(encoder: TunedEncoder) -> None:
    messages = cut("One thing. Another thing here. A third.", "", "👍", "Just this one.")
    reading = encoder.read(messages)
    assert reading.messages.shape == (4, COLUMNS)
    assert reading.sentences.shape == (4, len(LABELS))
    assert np.isfinite(reading.messages).all()
    np.testing.assert_array_equal(reading.messages[1], reading.messages[2])
    assert encoder.read([]).messages.shape == (0, COLUMNS)


def test_tokens_know_their_place(encoder: TunedEncoder) -> None:
    messages = cut("The logo is fine. I will not pay for it.", "Das ist eine Frechheit!")
    told = encoder.read(messages).told
    assert told is not None
    normal = [sentence.normal for pieces in messages for sentence in pieces.sentences]
    for row, (start, end) in zip(told.rows, told.spans, strict=True):
        assert 0 <= start < end <= len(normal[row])
    assert sorted(set(told.rows.tolist())) == [0, 1, 2]


def test_long_messages_are_read_in_windows_of_whole_sentences(encoder: TunedEncoder) -> None:
    pieces = split_message("A subject", "The page is fine and the words are too, thank you for it. " * 100)
    windows = windows_of([pieces], encoder._tokenizer)
    assert len(windows) > 3
    seen: list[int] = []
    for window in windows:
        assert window.tokens[0] == BEGIN
        assert window.tokens[-1] == END
        assert len(window.tokens) == len(window.sentences) == len(window.spans) <= MOST_TOKENS
        seen += sorted(set(window.sentences) - {NOWHERE})
    assert seen == list(range(len(pieces.sentences)))


def test_what_is_said_late_in_a_long_message_counts(encoder: TunedEncoder) -> None:
    calm = "The page is fine and the words are too, thank you for it. " * 60
    rude = calm + "You are a fraud, an idiot and a liar."
    plain, angry = encoder.read(cut(calm, rude)).messages[:, LABELS.index("hostility")]
    assert angry > plain + 2


def test_messages_of_the_corpus_have_the_scores_of_strangers(taught: Taught) -> None:
    examples = taught_examples()
    fair = read_fairly(examples, [split_message(e.subject, e.body, e.lang) for e in examples], taught)
    assert fair.is_fair.all()
    kept = read_unseen().messages[[taught.known.places[key] for key in _keys(examples)]]
    np.testing.assert_array_equal(fair.reading.messages, kept.astype(np.float64))


def _keys(examples: list[Example]) -> list[int]:
    from classifiers.unseen import content_key

    return [content_key(each.subject, each.body) for each in examples]


def test_every_message_of_the_corpus_has_a_score(taught: Taught) -> None:
    missing = [each.id for each in read_corpus() if _keys([each])[0] not in taught.known.places]
    assert missing == [], "the corpus has changed: run make encoder"


def test_a_new_message_is_read_by_the_encoder_itself(taught: Taught) -> None:
    new = replace(
        taught_examples(1)[0], id="new-1", body="A text that stands nowhere in the corpus, I think.", marks=()
    )
    pieces = [split_message(new.subject, new.body)]
    fair = read_fairly([new], pieces, taught)
    assert fair.is_fair.tolist() == [True]
    np.testing.assert_array_equal(fair.reading.messages, taught.encoder.read(pieces).messages)


def test_nothing_is_learnt_from_a_taught_message_in_another_wording(taught: Taught) -> None:
    """The encoder was taught the original: what it says of the new wording would be too good."""
    known, other = taught_examples(2)
    changed = replace(known, body=known.body + " Thanks.")
    examples = [changed, other]
    pieces = [split_message(e.subject, e.body, e.lang) for e in examples]
    assert read_fairly(examples, pieces, taught).is_fair.tolist() == [False, True]
    lesson = prepare(examples, taught, lambda _step, _done: None)
    assert lesson.is_fair.tolist() == [False, True]


def test_a_taught_message_that_is_now_cut_otherwise_is_not_fair(taught: Taught) -> None:
    example = taught_examples(1)[0]
    pieces = split_message(example.subject, example.body, example.lang)
    shorter = replace(pieces, sentences=pieces.sentences[:-1])
    assert read_fairly([example], [shorter], taught).is_fair.tolist() == [False]


def test_it_runs_on_one_thread(encoder: TunedEncoder) -> None:
    options = encoder._session.get_session_options()
    assert options.intra_op_num_threads == options.inter_op_num_threads == 1
    assert encoder._session.get_providers() == ["CPUExecutionProvider"]


@pytest.mark.parametrize(
    "text", ["a" * 5000, "שלום וברכה לכולם", "你好，谢谢你的工作", "\u0000\u0001 ab cd", "é" * 300]
)
def test_odd_text_is_read_without_a_crash(encoder: TunedEncoder, text: str) -> None:
    assert np.isfinite(encoder.read(cut(text)).messages).all()
