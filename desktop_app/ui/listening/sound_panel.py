# SPDX-License-Identifier: MIT
"""The Sound window: what is heard beside the recording, and of it; it stays open beside the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.listening import Mix
from desktop_app.ui.listening.listen_bar import ResetSlider
from desktop_app.ui.listening.outputs import OutputChoice
from desktop_app.ui.listening.playback import Playback

BANDS: Final[tuple[tuple[str, tuple[int, int] | None], ...]] = (
    ("All", None),
    ("Bass", (30, 250)),
    ("Melody", (250, 4000)),
)
_OWN = "Own"
_LOWEST_HZ, _HIGHEST_HZ = 20, 20_000
_MAX_COUNT_IN = 8


class SoundPanel(QDialog):
    """Balance, pitch, filter, metronome, count-in and loudspeaker.

    Parameters
    ----------
    playback
        Is told each change, and shown.
    outputs
        The loudspeakers.
    set_mix
        Takes a mix that the user has chosen.
    rescan
        Looks again for loudspeakers.
    """

    def __init__(
        self,
        parent: QWidget,
        playback: Playback,
        outputs: OutputChoice,
        set_mix: Callable[[Mix], None],
        rescan: Callable[[], None],
    ) -> None:
        super().__init__(parent)
        self._playback, self._outputs, self._set_mix = playback, outputs, set_mix
        self.setWindowTitle("Sound")
        self.setObjectName("sound_panel")
        self.setModal(False)
        tip = "0 is the recording alone, 100 the notes alone; a double-click gives the recording"
        self.balance = ResetSlider("balance_slider", "Balance of recording and notes", tip, (0, 100), 0)
        self.semitones = spin_box("semitones", "Semitones", "Pitch shift in semitones", (-12, 12), " st")
        self.cents = spin_box("cents", "Cents", "Fine pitch shift", (-50, 50), " cents")
        self.band = QComboBox()
        limits = (_LOWEST_HZ, _HIGHEST_HZ)
        self.low = spin_box("band_low", "From", "Lower sounds are taken away", limits, " Hz")
        self.high = spin_box("band_high", "To", "Higher sounds are taken away", limits, " Hz")
        self.metronome = QCheckBox("Click on the &beats")
        self.count_in = spin_box("count_in", "Count-in", "Clicks before it plays", (0, _MAX_COUNT_IN), "")
        self.output = QComboBox()
        self.rescan = QPushButton("&Rescan")
        self.rescan.setToolTip("Look again for loudspeakers and microphones")
        self.rescan.setAutoDefault(False)
        self.rescan.clicked.connect(rescan)
        self._build()
        self._fill_outputs()
        self.show_state()
        self._connect()

    def show_state(self) -> None:
        """Show what holds now."""
        mix, semitones = self._playback.mix, self._playback.listening.semitones
        self.balance.show_value(round(100.0 * mix.notes_balance))
        _show(self.semitones, round(semitones))
        _show(self.cents, round(100.0 * (semitones - round(semitones))))
        low, high = mix.band_hz or (_LOWEST_HZ, _HIGHEST_HZ)
        _show(self.low, round(low))
        _show(self.high, round(high))
        names = {band: name for name, band in BANDS}
        band = None if mix.band_hz is None else (round(low), round(high))
        self.band.setCurrentText(names.get(band, _OWN))
        self.metronome.setChecked(mix.has_metronome)
        _show(self.count_in, mix.n_count_in)

    def set_has_beats(self, has_beats: bool) -> None:
        """Tell whether beats were found, without which nothing can click."""
        self.metronome.setEnabled(has_beats)
        self.metronome.setToolTip("(K)" if has_beats else "No beats were found in this recording")

    def _build(self) -> None:
        self.band.addItems([name for name, _ in BANDS] + [_OWN])
        self.count_in.setSpecialValueText("None")
        for widget, name, title in (
            (self.band, "band", "Which part of the recording is heard"),
            (self.metronome, "metronome_box", "Metronome on the beats"),
            (self.output, "output", "Loudspeaker"),
        ):
            widget.setObjectName(name)
            widget.setAccessibleName(title)
            widget.setToolTip(title)
        form = QFormLayout()
        for title, first, row in (
            ("Ba&lance", self.balance, (QLabel("Recording"), self.balance, QLabel("Notes"))),
            ("&Pitch shift", self.semitones, (self.semitones, self.cents)),
            ("&Hear", self.band, (self.band, self.low, QLabel("–"), self.high)),
        ):
            label = QLabel(title)
            label.setBuddy(first)
            form.addRow(label, _in_a_row(*row))
        form.addRow("Metronome", self.metronome)
        form.addRow("&Count-in", self.count_in)
        loudspeaker = _in_a_row(self.output, self.rescan)
        loudspeaker.setStretch(1, 0)
        label = QLabel("Loud&speaker")
        label.setBuddy(self.output)
        form.addRow(label, loudspeaker)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self.setMinimumWidth(30 * self.fontMetrics().height())

    def _connect(self) -> None:
        self._playback.changed.connect(self.show_state)
        self._outputs.listed.connect(self._fill_outputs)
        self.balance.valueChanged.connect(lambda percent: self._change(notes_balance=percent / 100.0))
        for box in (self.semitones, self.cents):
            box.valueChanged.connect(self._shift)
        for box in (self.low, self.high):
            box.valueChanged.connect(self._filter)
        self.band.textActivated.connect(self._choose_band)
        self.metronome.clicked.connect(lambda is_on: self._change(has_metronome=is_on))
        self.count_in.valueChanged.connect(lambda n_clicks: self._change(n_count_in=n_clicks))
        self.output.activated.connect(self._choose_output)

    def _change(self, **changes: Any) -> None:
        self._set_mix(replace(self._playback.mix, **changes))

    def _shift(self) -> None:
        self._playback.set_semitones(self.semitones.value() + self.cents.value() / 100.0)

    def _filter(self) -> None:
        low, high = self.low.value(), self.high.value()
        is_all = (low, high) == (_LOWEST_HZ, _HIGHEST_HZ)
        if low < high:  # while typing, they may cross
            self._change(band_hz=None if is_all else (float(low), float(high)))

    def _choose_band(self, name: str) -> None:
        if name != _OWN:
            band = dict(BANDS)[name]
            self._change(band_hz=None if band is None else (float(band[0]), float(band[1])))
        self.low.setFocus()

    def _fill_outputs(self) -> None:
        devices: Sequence[Any] = self._outputs.devices
        default = f" ({devices[0].name})" if devices else ""
        self.output.clear()
        self.output.addItem(f"System default{default}", None)
        for device in devices:
            self.output.addItem(f"{device.name} — {device.host_api}", device)
        chosen = self._outputs.device
        self.output.setCurrentIndex(1 + list(devices).index(chosen) if chosen in devices else 0)

    def _choose_output(self, index: int) -> None:
        self._outputs.choose(self._outputs.devices[index - 1] if index > 0 else None)


def spin_box(name: str, title: str, tip: str, range_: tuple[int, int], unit: str) -> QSpinBox:
    """A box for a whole number that tells it once it is typed."""
    box = QSpinBox()
    box.setObjectName(name)
    box.setAccessibleName(title)
    box.setToolTip(tip)
    box.setRange(*range_)
    box.setSuffix(unit)
    box.setKeyboardTracking(False)
    return box


def _show(box: QSpinBox, value: int) -> None:
    if not box.hasFocus() or box.value() != value:
        box.blockSignals(True)
        box.setValue(value)
        box.blockSignals(False)


def _in_a_row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget, 0 if isinstance(widget, QLabel) else 1)
        if isinstance(widget, QLabel):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return row
