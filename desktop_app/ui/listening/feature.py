# SPDX-License-Identifier: MIT
"""ListeningFeature: wires this folder to the window."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QDialog

from desktop_app.domain.listening import Mix
from desktop_app.domain.note import Note
from desktop_app.ui.command import Feature
from desktop_app.ui.listening.commands import COMMANDS
from desktop_app.ui.listening.keys import AltGrKeys, ButtonsKeepSpace
from desktop_app.ui.listening.listen_bar import ListenBar
from desktop_app.ui.listening.loops import meant_stretch, next_onset_s, previous_onset_s
from desktop_app.ui.listening.outputs import OutputChoice
from desktop_app.ui.listening.sound_panel import SoundPanel
from desktop_app.ui.listening.trainer_dialog import TrainerDialog

if TYPE_CHECKING:
    from desktop_app.ui.main_window import MainWindow

_STEP_S, _LITTLE_STEP_S = 1.0, 0.1
_SPEED_STEP, _LITTLE_SPEED_STEP = 0.05, 0.01
_PLAYING_REACH_S = 0.25  # so that the key, pressed again while it plays, goes further back


class ListeningFeature(Feature):
    """Playing, loop, speed, pitch and sound; see :mod:`desktop_app.ui.command`."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        controller = self.controller
        self.playback = controller.playback
        self.outputs = OutputChoice(self.playback.list_outputs, controller.background, controller.settings)
        self.bar = ListenBar()
        window.transport.put_listening(self.bar)
        self.sound_panel: SoundPanel | None = None
        self.trainer_dialog: TrainerDialog | None = None

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What its commands do."""
        controller, playback = self.controller, self.playback
        handlers: dict[str, Callable[[], object]] = {
            "play": controller.toggle_play,
            "start": lambda: controller.seek(0.0),
            "end": lambda: controller.seek(math.inf),
            "metronome": self._toggle_metronome,
            "trainer": self.show_trainer,
            "sound": self.show_sound,
        }
        of_a_recording: dict[str, Callable[[], object]] = {
            "to_mark": lambda: playback.move_to(playback.listening.mark_s),
            "back": lambda: self._step(-_STEP_S),
            "forward": lambda: self._step(_STEP_S),
            "back_little": lambda: self._step(-_LITTLE_STEP_S),
            "forward_little": lambda: self._step(_LITTLE_STEP_S),
            "previous_note": self._to_previous_note,
            "next_note": self._to_next_note,
            "loop": playback.toggle_loop,
            "loop_start": playback.set_loop_start,
            "loop_end": playback.set_loop_end,
            "clear_loop": playback.clear_loop,
            "slower": lambda: self._change_speed(-_SPEED_STEP),
            "faster": lambda: self._change_speed(_SPEED_STEP),
            "little_slower": lambda: self._change_speed(-_LITTLE_SPEED_STEP),
            "little_faster": lambda: self._change_speed(_LITTLE_SPEED_STEP),
            "full_speed": lambda: playback.set_speed(1.0),
            "higher": lambda: playback.set_semitones(playback.listening.semitones + 1.0),
            "lower": lambda: playback.set_semitones(playback.listening.semitones - 1.0),
            "own_pitch": lambda: playback.set_semitones(0.0),
        }
        return handlers | {name: self._guarded(run) for name, run in of_a_recording.items()}

    def connect(self) -> None:
        """Wire bar, views, list and loudspeakers."""
        window, bar, playback = self.window, self.bar, self.playback
        actions = window.named_actions
        self._alt_gr = AltGrKeys({"[": actions["loop_start"], "]": actions["loop_end"]}, window)
        window.installEventFilter(self._alt_gr)
        for button, name in (
            (bar.loop_button, "loop"),
            (bar.slower_button, "slower"),
            (bar.faster_button, "faster"),
            (bar.lower_button, "lower"),
            (bar.higher_button, "higher"),
            (bar.sound_button, "sound"),
            (bar.pitch_button, "sound"),
        ):
            button.clicked.connect(actions[name].trigger)
        bar.speed_chosen.connect(lambda percent: playback.set_speed(percent / 100.0))
        bar.volume_chosen.connect(lambda percent: self.set_mix(replace(playback.mix, volume=_gain(percent))))
        loop = window.views.window_.loop
        loop.chosen.connect(self._loop_now)
        loop.double_clicked.connect(self.loop_meant)
        window.views.ruler.seek_requested.connect(self.controller.seek)
        window.notes.table.doubleClicked.connect(self._loop_listed)
        playback.changed.connect(self.show_state)
        self.outputs.listed.connect(self._use_output)
        self.controller.became_ready.connect(self.outputs.refresh)
        self.controller.devices.listed.connect(self.outputs.refresh)
        self._restore()

    def show_document(self) -> None:
        """Loops belong to recordings; live sound has its level there."""
        is_file = self._is_file
        self.window.transport.show_listening(is_file)
        self.window.views.window_.loop.cancel()
        self.window.views.window_.loop.is_enabled = is_file
        self.show_state()

    def show_notes(self) -> None:
        """Notes and beats can sound, and ends of loops snap to them."""
        notes, beats_s = self._notes, self._beats_s
        if self._is_file:
            self.playback.set_music(notes, float(self.controller.settings.a4_hz), beats_s)
        ends_s = [time_s for note in notes for time_s in (note.onset_s, note.offset_s)]
        self.window.views.window_.loop.set_marks([*ends_s, *beats_s])
        if self.sound_panel is not None:
            self.sound_panel.set_has_beats(bool(beats_s))

    def tick(self) -> None:
        """Say what is being rendered or practised."""
        self.bar.show_hint(self.playback.rendering_text or self.playback.training.text)

    def show_state(self) -> None:
        """Show loop, speed, pitch and volume wherever they are shown."""
        listening, mix = self.playback.listening, self.playback.mix
        self.bar.show_listening(listening)
        self.bar.show_volume(_percent(mix.volume))
        self.window.named_actions["loop"].setChecked(listening.is_looping)
        self.window.named_actions["metronome"].setChecked(mix.has_metronome)
        loop_s = listening.loop_s if self._is_file else None
        self.window.views.window_.loop.set_loop(loop_s, listening.is_looping)

    def set_mix(self, mix: Mix) -> None:
        """Take a mix that the user has chosen, and keep what holds for all recordings."""
        self.playback.mix = mix
        settings = self.controller.settings
        settings.volume_percent = _percent(mix.volume)
        settings.notes_percent = round(100.0 * mix.notes_balance)

    def loop_meant(self, time_s: float, note: Note | None) -> None:
        """Loop the note under the mouse, else the phrase."""
        if self._is_file:
            stretch = meant_stretch(time_s, note, self._notes)
            if stretch is not None:
                self._loop_now(*stretch)

    def show_sound(self) -> None:
        """Open the Sound window beside the work, or bring it to the front."""
        if self.sound_panel is None:
            rescan = self.controller.rescan_devices
            self.sound_panel = SoundPanel(self.window, self.playback, self.outputs, self.set_mix, rescan)
            self._lend_keys(self.sound_panel)
        self.sound_panel.set_has_beats(bool(self._beats_s))
        _bring_up(self.sound_panel)

    def show_trainer(self) -> None:
        """Open the speed trainer beside the work, or bring it to the front."""
        if self.trainer_dialog is None:
            self.trainer_dialog = TrainerDialog(self.window, self.playback, self.controller.settings)
            self._lend_keys(self.trainer_dialog)
        _bring_up(self.trainer_dialog)

    # -- what it needs -------------------------------------------------------------------------

    @property
    def _is_file(self) -> bool:
        return self.controller.document is not None and not self.controller.is_live_shown

    @property
    def _notes(self) -> Sequence[Note]:
        document = self.controller.document
        return document.notes if document is not None and self._is_file else ()

    @property
    def _beats_s(self) -> Sequence[float]:
        document = self.controller.document
        tempo = document.analysis.tempo if document is not None and self._is_file else None
        return tempo.beats_s if tempo is not None else ()

    def _guarded(self, run: Callable[[], object]) -> Callable[[], None]:
        """What makes sense in the pictures of a recording alone."""

        def run_on_file() -> None:
            if self._is_file:
                self.controller.commanded.emit()
                run()
            self.show_state()  # a button that was clicked shows what came of it

        return run_on_file

    def _restore(self) -> None:
        settings = self.controller.settings
        volume, balance = _gain(settings.volume_percent), settings.notes_percent / 100.0
        self.playback.mix = Mix(min(volume, 1.0), min(balance, 1.0))

    def _use_output(self) -> None:
        if self.outputs.device != self.playback.device:
            self.playback.device = self.outputs.device

    def _lend_keys(self, dialog: QDialog) -> None:
        """The keys of listening work in its windows too."""
        dialog.installEventFilter(self._alt_gr)
        dialog.installEventFilter(ButtonsKeepSpace(dialog))
        dialog.addActions([self.window.named_actions[command.name] for command in COMMANDS if command.keys])

    # -- commands ------------------------------------------------------------------------------

    def _step(self, seconds: float) -> None:
        self.playback.move_to(self.playback.position_s + seconds)

    def _change_speed(self, step: float) -> None:
        self.playback.set_speed(round(self.playback.listening.speed + step, 2))

    def _toggle_metronome(self) -> None:
        mix = self.playback.mix
        if not mix.has_metronome and not self._beats_s:
            self.window.say("No beats were found in this recording, so the metronome stays silent.")
        self.set_mix(replace(mix, has_metronome=not mix.has_metronome and bool(self._beats_s)))

    def _to_previous_note(self) -> None:
        reach_s = _PLAYING_REACH_S if self.playback.is_playing else 0.0
        time_s = previous_onset_s(self._notes, self.playback.position_s - reach_s)
        self.playback.move_to(0.0 if time_s is None else time_s)

    def _to_next_note(self) -> None:
        time_s = next_onset_s(self._notes, self.playback.position_s)
        if time_s is not None:
            self.playback.move_to(time_s)

    def _loop_now(self, start_s: float, end_s: float) -> None:
        self.controller.commanded.emit()  # old messages are of no use
        self.playback.set_loop(start_s, end_s)

    def _loop_listed(self, index: QModelIndex) -> None:
        if self._is_file:
            note = self.window.notes.model.notes[index.row()]
            self._loop_now(note.onset_s, note.offset_s)


def _gain(percent: int) -> float:
    """A slider as one hears it: half way is a quarter of the amplitude."""
    return (percent / 100.0) ** 2


def _percent(gain: float) -> int:
    return round(100.0 * math.sqrt(gain))


def _bring_up(dialog: QDialog) -> None:
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
