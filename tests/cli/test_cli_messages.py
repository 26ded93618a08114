# SPDX-License-Identifier: MIT
"""Progress and messages on stderr."""

from __future__ import annotations

import io

import pytest

from desktop_app.cli.progress import Messages


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def talk(messages: Messages) -> None:
    messages.working("/x/a.wav", 0.25)
    messages.say("A word.")
    messages.finished("/x/a.wav")
    messages.working("/x/b.wav", None)
    messages.clear()


def said(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, progress: bool | None) -> str:
    monkeypatch.setattr("sys.stderr", stream)
    talk(Messages(2, progress))
    return stream.getvalue()


@pytest.mark.parametrize("progress", [None, True])
def test_a_terminal_shows_one_line_that_changes(
    monkeypatch: pytest.MonkeyPatch, progress: bool | None
) -> None:
    clear = "\r\x1b[K"
    expected = f"{clear}1/2 “a.wav” 25 %{clear}right-in-tune: A word.\n{clear}2/2 “b.wav”{clear}"
    assert said(monkeypatch, Terminal(), progress) == expected


def test_a_terminal_without_progress_shows_messages_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(monkeypatch, Terminal(), False) == "right-in-tune: A word.\n"


def test_a_file_gets_a_line_for_each_input_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(monkeypatch, io.StringIO(), True) == "right-in-tune: A word.\n1/2 “a.wav”\n"
    assert said(monkeypatch, io.StringIO(), None) == "right-in-tune: A word.\n"
