"""Training on a handful of articles of our own: what is learnt, dropped and written."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from extractor.builtin.tagger import Network
from extractor.builtin.tagger.vocabulary import Vocabulary
from extractor.builtin.tagger.weights import read
from extractor.errors import InputError
from extractor.evaluation import read_gold
from extractor.training.__main__ import main, train
from extractor.training.examples import ARTICLES, examples, folds, lexicon_of

NAMES = ("Roe", "Maas", "Vidal", "Okafor", "Lind", "Sato", "Brandt", "Costa", "Haddad")


def corpus(folder: Path) -> Path:
    """Nine annotated articles in PolNeAR's layout."""
    for part in ("text", "attributions"):
        (folder / part).mkdir()
    for number, name in enumerate(NAMES):
        said = f"Ann {name} said the dam leaks."
        text = f"{said}\nThe road{number} was closed in May."
        (folder / "text" / f"paper_{number}.txt").write_text(text, encoding="utf-8")
        source, cue = said.index(" said"), said.index("said")
        marks = [(0, source, "Source"), (cue, cue + 4, "Cue"), (cue + 5, len(said) - 1, "Content")]
        lines = [f"T{k}\t{role} {start} {end}\t{text[start:end]}" for k, (start, end, role) in enumerate(marks, 1)]
        event = "E1\tAttribution:T4 Content:T3 Cue:T2 Source:T1"
        (folder / "attributions" / f"paper_{number}_a.ann").write_text("\n".join([*lines, event]), encoding="utf-8")
    return folder


def test_labels_tell_role_and_side(tmp_path: Path) -> None:
    """A source before its cue, the cue, and the content after it."""
    (first, *_) = examples(read_gold(corpus(tmp_path)), Vocabulary())
    assert first.labels[0] == ["B-Sb", "I-Sb", "B-Q", "B-Ca", "I-Ca", "I-Ca", "O"]
    assert set(first.labels[1]) == {"O"}


def test_rare_words_are_no_features(tmp_path: Path) -> None:
    """A word counts from five articles on, so that no name of a single article is learnt."""
    vocabulary = Vocabulary()
    known = lexicon_of(examples(read_gold(corpus(tmp_path)), vocabulary), vocabulary)
    assert {"w=said", "w=dam", "said the"} <= known
    assert not any(name.lower() in feature for name in NAMES for feature in known)
    assert len(NAMES) > ARTICLES


def test_every_article_is_left_out_once(tmp_path: Path) -> None:
    """The parts hold all articles, each in one part, and are of even size."""
    gold = read_gold(corpus(tmp_path))
    parts = folds(gold, 3)
    assert sorted(one.name for part in parts for one in part) == [one.name for one in gold]
    assert [len(part) for part in parts] == [3, 3, 3]


def test_training_writes_weights_that_tag(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Training prints figures on articles left out and writes the same weights every time."""
    pytest.importorskip("pycrfsuite")
    folder = corpus(tmp_path)
    for name in ("one.xz", "two.xz"):
        train(folder, tmp_path / name)
    weights = read((tmp_path / "one.xz").read_bytes())
    assert (tmp_path / "one.xz").read_bytes() == (tmp_path / "two.xz").read_bytes()
    assert "attribution_source: F1" in capsys.readouterr().out
    assert Network(weights).weights.labels[0] == "O"


def test_command_tells_what_is_wrong_and_exits_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without articles gives a line on the standard error, not a traceback."""
    pytest.importorskip("pycrfsuite")
    assert main([str(tmp_path / "nowhere"), str(tmp_path / "w.xz")]) == 2
    assert capsys.readouterr().err.startswith("extractor.training: ")
    assert not (tmp_path / "w.xz").exists()


def test_command_wants_a_corpus(capsys: pytest.CaptureFixture[str]) -> None:
    """Without arguments it says how it is called."""
    with pytest.raises(SystemExit) as stopped:
        main([])
    assert stopped.value.code == 2
    assert "usage: python -m extractor.training" in capsys.readouterr().err


def test_missing_package_is_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without python-crfsuite the message says what to install."""
    monkeypatch.setitem(sys.modules, "pycrfsuite", None)
    assert main([str(tmp_path / "nowhere"), str(tmp_path / "w.xz")]) == 2
    assert "pip install 'commentary-extractor[train]'" in capsys.readouterr().err


def test_target_is_checked_before_training(tmp_path: Path) -> None:
    """A target that cannot be written is refused at once, not after a quarter of an hour."""
    pytest.importorskip("pycrfsuite")
    for target in (tmp_path, tmp_path / "nowhere" / "w.xz"):
        with pytest.raises(InputError, match="cannot be written"):
            train(tmp_path / "no corpus", target)


def test_corpus_without_attributions_is_refused(tmp_path: Path) -> None:
    """Articles in which nobody marked anything, or just one article, teach nothing."""
    pytest.importorskip("pycrfsuite")
    folder = corpus(tmp_path)
    marks = sorted((folder / "attributions").iterdir())
    for path in marks[1:]:
        path.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="too few attributions"):
        train(folder, tmp_path / "w.xz")
