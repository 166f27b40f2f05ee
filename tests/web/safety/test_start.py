"""Without its weights the web half does not start; it says what is missing and how to mend it."""

from __future__ import annotations

import pytest

from safety.classifier import ModelRefused
from web import __main__ as program


def test_a_start_without_the_weights_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path
) -> None:
    def refuse() -> None:
        raise ModelRefused("Safety's weights cannot be read. Make them anew.")

    monkeypatch.setattr(program, "second_opinion", refuse)
    monkeypatch.setattr(program, "_is_free", lambda *_: True)
    monkeypatch.setenv("FRONT_DESK_VAR", str(tmp_path))
    assert program.main([]) == 2
    assert "Make them anew." in capsys.readouterr().err
