# SPDX-License-Identifier: MIT
"""NotesFeature: wires this folder to the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from desktop_app.domain.note import Note
from desktop_app.domain.pitch import note_name
from desktop_app.ui.command import Feature
from desktop_app.ui.notes.commands import CHANGES, CHANGING
from desktop_app.ui.notes.enter_key import EnterKey
from desktop_app.ui.notes.note_actions import NoteActions
from desktop_app.ui.notes.note_menu import add_actions, note_menu

if TYPE_CHECKING:
    from desktop_app.ui.main_window import MainWindow

_STEP_S = 0.01
_OCTAVE = 12
_MESSAGE_MS = 5000


class NotesFeature(Feature):
    """Selection, edits and their menus; see :mod:`desktop_app.ui.command`."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.selection = window.notes.selection
        self.acts = NoteActions(self.controller, self.selection, window.notes.model.row_at, self._say)
        self._are_new = False
        self._enter = EnterKey(window, window.notes.table)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What its commands do."""
        editor, on = self.controller.editor, self.acts.with_targets
        handlers: dict[str, Callable[[], object]] = {
            "undo": editor.undo,
            "redo": editor.redo,
            "select_all_notes": self.selection.select_all,
            "select_no_note": self._let_go,
            "sound_selected": self._switch_sound,
            "add_note": self.acts.add_at_cursor,
            "split_note": self.acts.split_at_cursor,
        }
        handlers |= {
            "hear_notes": on(self.acts.hear),
            "delete_notes": on(editor.delete),
            "join_notes": on(editor.join),
            "candidate_up": on(lambda notes: editor.to_candidate(notes, 1)),
            "candidate_down": on(lambda notes: editor.to_candidate(notes, -1)),
            "semitone_up": on(lambda notes: editor.transpose(notes, 1)),
            "semitone_down": on(lambda notes: editor.transpose(notes, -1)),
            "octave_up": on(lambda notes: editor.transpose(notes, _OCTAVE)),
            "octave_down": on(lambda notes: editor.transpose(notes, -_OCTAVE)),
            "note_earlier": on(lambda notes: editor.move(notes, -_STEP_S)),
            "note_later": on(lambda notes: editor.move(notes, _STEP_S)),
            "note_shorter": on(lambda notes: editor.resize(notes, 0.0, -_STEP_S)),
            "note_longer": on(lambda notes: editor.resize(notes, 0.0, _STEP_S)),
        }
        return handlers

    def connect(self) -> None:
        """Wire list, roll and spectrogram to one selection and one editor."""
        window, acts, editor = self.window, self.acts, self.controller.editor
        self.selection.changed.connect(self._show_selection)
        editor.edited.connect(self._show_edited)
        editor.refused.connect(self._say)
        window.notes.model.typed.connect(acts.take_typed)
        window.notes.menu_requested.connect(self._pop_up_menu)
        window.views.spectrogram.note_clicked.connect(
            lambda note, is_more: self._select_by_mouse((note,), "toggle" if is_more else "only")
        )
        roll = window.views.roll
        roll.select_requested.connect(self._select_by_mouse)
        roll.change_requested.connect(acts.change)
        roll.add_requested.connect(acts.add)
        roll.menu_requested.connect(self._pop_up_menu)
        roll.candidate_heard.connect(acts.hear_candidate)
        roll.candidate_chosen.connect(acts.choose)
        self._enter.use(window.named_actions["hear_notes"])
        window.named_actions["sound_selected"].setChecked(self.controller.settings.sound_selected)
        add_actions(window.submenus.menus["note"], window.named_actions, CHANGES)
        self._enable()

    def show_document(self) -> None:
        """Live sound cannot be corrected."""
        is_file = self.controller.document is not None and not self.controller.is_live_shown
        self._are_new = True
        self.controller.editor.entry = self.controller.library.open_entry if is_file else None
        self.window.views.roll.is_editable = is_file
        self.window.notes.model.is_editable = is_file
        self.window.notes.table.scrollToTop()
        self._enable()

    def tick(self) -> None:
        """Keep the note at the cursor marked in the list, when the notes are others too."""
        if self._are_new and self.window.views.roll.is_editable:
            self._are_new = False
            self.window.notes.mark_time(self.controller.playback.position_s)

    def show_notes(self) -> None:
        """Another recording may have other corrections."""
        self._are_new = True
        self._enable()

    def _select_by_mouse(self, notes: Sequence[Note], mode: str) -> None:
        """Select in a picture; the keys then belong to the list of notes."""
        self.selection.select(notes, mode)
        if notes:
            self.window.notes.table.setFocus()

    def _show_selection(self) -> None:
        self.window.views.set_selected_notes(self.selection.selected)
        self._enable()
        if len(self.selection.selected) == 1:
            [note] = self.selection.selected
            self._bring_into_sight(note)
            if self.controller.settings.sound_selected:
                self.acts.hear([note])

    def _bring_into_sight(self, note: Note) -> None:
        """Turn the page to a note that was selected in the list, unless the page turns with the sound."""
        start_s, end_s = self.window.views.visible_range()
        is_in_sight = note.onset_s < end_s and note.offset_s > start_s
        if not is_in_sight and not self.controller.playback.is_playing:
            self.window.views.window_.reveal(note.onset_s)

    def _show_edited(self, notes: tuple[Note, ...]) -> None:
        """What has come of an edit is selected, so that one can go on with it."""
        if notes:
            self.selection.select(notes)
        self._enable()

    def _enable(self) -> None:
        actions, editor = self.window.named_actions, self.controller.editor
        is_file = self.window.views.roll.is_editable
        for name in CHANGING:
            actions[name].setEnabled(is_file)
        self._enter.set_wanted(is_file)
        for name, what in (("undo", editor.undo_text), ("redo", editor.redo_text)):
            actions[name].setEnabled(is_file and bool(what))
            actions[name].setText(f"&{name.capitalize()} {what}".rstrip())

    def _let_go(self) -> None:
        """Give a drag up; when there is none, the selection."""
        if not self.window.views.roll.mouse.cancel():
            self.selection.select(())

    def _switch_sound(self) -> None:
        self.controller.settings.sound_selected = self.window.named_actions["sound_selected"].isChecked()

    def _say(self, sentence: str) -> None:
        self.window.status_line.showMessage(sentence, _MESSAGE_MS)

    def _pop_up_menu(self, place: QPoint, where: tuple[float, int] | None = None) -> None:
        """Show the menu of the selected notes, and of a time and key in the roll."""
        menu = note_menu(self.window, self.window.named_actions, self.selection.selected, self.acts.choose)
        if where is not None:
            time_s, midi = where
            action = menu.addAction(f"Add {note_name(midi)} here")
            action.triggered.connect(partial(self.acts.add, time_s, None, midi))
        menu.popup(place)
