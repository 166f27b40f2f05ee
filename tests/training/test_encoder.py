"""The encoder gives the vectors the original model gives.

The quick part looks at the one that is installed; the thorough part builds it again and compares.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from components.onnx_encoder import EMBEDDING, FEATURES, MANY_TEXTS, Encoder, EncoderMissing, whole_words_of
from training.encoder import __main__ as command
from training.encoder import recipe, weights
from training.encoder.build import build
from training.encoder.graph import build_graph

PROJECT = Path(__file__).parents[2]
REFERENCE = Path(__file__).with_name("reference.jsonl")
LINES = [json.loads(line) for line in REFERENCE.read_text(encoding="utf-8").splitlines()]
TEXTS = [line["text"] for line in LINES]


@pytest.fixture(scope="module")
def source() -> Path:
    return weights.source_folder("auto")


@pytest.fixture(scope="module")
def installed() -> Path:
    return Path(os.environ.get("FRONT_DESK_VAR", PROJECT / "var"), "encoder")


@pytest.fixture(scope="module")
def encoder(installed: Path) -> Encoder:
    return Encoder(installed)


@pytest.fixture(scope="module")
def float32(source: Path, installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The same encoder before it is quantised."""
    folder = tmp_path_factory.mktemp("float32")
    for name in (weights.VOCABULARY_FILE, recipe.DESCRIPTION_FILE):
        shutil.copyfile(installed / name, folder / name)
    model = build_graph(weights.load_weights(source))
    (folder / recipe.MODEL_FILE).write_bytes(model.SerializeToString())
    return Encoder(folder)


def cosines(encoder: Encoder) -> np.ndarray:
    """Cosine of our vector and the original model's for every reference line."""
    expected = np.array([line["embedding"] for line in LINES])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    similarity: np.ndarray = np.sum(encoder.embed(TEXTS) * expected, axis=1)
    return similarity


@pytest.mark.thorough
def test_a_build_gives_what_is_installed_byte_for_byte(source: Path, installed: Path, tmp_path: Path) -> None:
    build(source, tmp_path / "encoder")
    for name in (*recipe.FILES, recipe.DESCRIPTION_FILE):
        assert (tmp_path / "encoder" / name).read_bytes() == (installed / name).read_bytes()


@pytest.mark.thorough
def test_the_float32_graph_gives_the_original_vectors(float32: Encoder) -> None:
    assert cosines(float32).min() >= 0.9999


def test_the_int8_encoder_stays_close_to_the_original_vectors(encoder: Encoder) -> None:
    assert cosines(encoder).mean() >= 0.985
    assert cosines(encoder).min() >= 0.93


def test_the_int8_encoder_is_small(installed: Path) -> None:
    assert (installed / recipe.MODEL_FILE).stat().st_size <= 25_000_000


@pytest.mark.thorough
def test_padding_does_not_change_a_vector(float32: Encoder) -> None:
    ids = np.array([float32._tokenizer.encode(TEXTS[3]).ids + [0] * 9])
    inputs = {"input_ids": ids, "attention_mask": (ids > 0).astype(np.int64)}
    (padded,) = float32._session.run([EMBEDDING], inputs)
    assert padded[0] @ float32.embed([TEXTS[3]])[0] == pytest.approx(1.0, abs=1e-5)


def test_rows_are_float32_and_of_length_one(encoder: Encoder) -> None:
    vectors = encoder.embed(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), encoder.vector_size)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_features_are_other_vectors_of_length_one(installed: Path, encoder: Encoder) -> None:
    features = Encoder(installed, FEATURES).embed(TEXTS)
    assert np.linalg.norm(features, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert np.sum(features * encoder.embed(TEXTS), axis=1).max() < 0.99


def test_features_hold_little_of_what_all_messages_have_in_common(installed: Path, encoder: Encoder) -> None:
    everyday = recipe.EVERYDAY.read_text(encoding="utf-8").splitlines()
    features = Encoder(installed, FEATURES).embed(everyday)
    assert np.linalg.norm(features.mean(axis=0)) < np.linalg.norm(encoder.embed(everyday).mean(axis=0))


def test_a_vector_does_not_depend_on_its_neighbours(installed: Path, encoder: Encoder) -> None:
    alone = [Encoder(installed).embed([text])[0] for text in TEXTS[:3]]
    assert np.array_equal(encoder.embed(TEXTS)[:3], alone)


@pytest.mark.parametrize("text", ["", " ", "\U0001f600", "word " * 5000])
def test_any_text_has_a_vector(encoder: Encoder, text: str) -> None:
    assert np.isfinite(encoder.embed([text])).all()


def test_many_texts_on_every_core_give_the_vectors_of_one_at_a_time(installed: Path) -> None:
    texts = [f"question number {number}" for number in range(MANY_TEXTS)]
    alone = Encoder(installed)
    assert np.array_equal(Encoder(installed).embed(texts), [alone.embed([text])[0] for text in texts])


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.embed([]).shape == (0, encoder.vector_size)


def test_a_cached_vector_cannot_be_changed_by_its_reader(encoder: Encoder) -> None:
    encoder.embed(["hello"])[0, 0] = 9.0
    assert encoder.embed(["hello"])[0, 0] != 9.0


def test_the_cache_holds_vectors_but_no_words(installed: Path) -> None:
    encoder = Encoder(installed)
    encoder.embed(["my name is Grace"])
    assert len(encoder._cache) == 1
    assert b"Grace" not in b"".join(encoder._cache)


def test_whole_words_come_most_frequent_first(installed: Path) -> None:
    words = whole_words_of(installed)
    assert words.index("the") < words.index("doctor") < words.index("umbrella")
    assert not [word for word in words if word.startswith(("#", "["))]


def test_a_folder_without_an_encoder_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissing, match=str(tmp_path)):
        Encoder(tmp_path)


def test_changed_weights_are_refused(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (weights.WEIGHTS_FILE, weights.VOCABULARY_FILE):
        shutil.copyfile(source / name, tmp_path / name)
    with (tmp_path / weights.WEIGHTS_FILE).open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\x00\x01\x02\x03")
    target = tmp_path / "encoder"
    assert command.main(["--from", str(tmp_path), "--to", str(target)]) == 1
    assert "SHA-256" in capsys.readouterr().err
    assert not target.exists()


def test_a_right_encoder_is_left_alone(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (installed / recipe.MODEL_FILE).stat().st_mtime_ns
    assert command.main(["--from", "nowhere", "--to", str(installed)]) == 0
    assert command.main(["--check", "--to", str(installed)]) == 0
    assert "up to date" in capsys.readouterr().out
    assert (installed / recipe.MODEL_FILE).stat().st_mtime_ns == before


@pytest.mark.parametrize("name", [*recipe.FILES, recipe.DESCRIPTION_FILE])
def test_a_damaged_encoder_is_not_taken_for_a_right_one(installed: Path, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(installed, tmp_path / "encoder")
    assert recipe.is_built(folder)
    (folder / name).write_bytes((folder / name).read_bytes()[:-7])
    assert not recipe.is_built(folder)


def test_the_encoder_runs_on_one_thread(encoder: Encoder) -> None:
    options = encoder._session.get_session_options()
    assert isinstance(options, onnxruntime.SessionOptions)
    assert options.intra_op_num_threads == 1
