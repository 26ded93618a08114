# SPDX-License-Identifier: MIT
"""The status bar: the microphone's device, rate, level, losses and time left."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLabel, QStatusBar

_NO_DEVICE = "Microphone off"


class StatusLine(QStatusBar):
    """Texts change only when they differ, so that 30 updates a second cost nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.device = QLabel(_NO_DEVICE)
        self.rate = QLabel()
        self.level = QLabel()
        self.dropped = QLabel()
        self.disk = QLabel()
        for label in (self.device, self.rate, self.level, self.dropped, self.disk):
            self.addPermanentWidget(label)
        self.level.setMinimumWidth(self.fontMetrics().horizontalAdvance("-100 dB") + 8)
        self.show_live(None)

    def show_live(self, status: Any, *, is_preparing: bool = False) -> None:
        """The state of the microphone; None when it is off."""
        if is_preparing:
            texts = ("Preparing the microphone…", "", "", "", "")
        elif status is None:
            texts = (_NO_DEVICE, "", "", "", "")
        else:
            n_dropped = status.n_dropped_blocks
            texts = (
                status.device_name or "Microphone",
                f"{status.sr / 1000:g} kHz" if status.sr else "",
                f"{max(status.rms_db, -100.0):.0f} dB",
                f"{n_dropped} block{'' if n_dropped == 1 else 's'} dropped",
                _disk_text(status.disk_left_s),
            )
        labels = (self.device, self.rate, self.level, self.dropped, self.disk)
        for label, text in zip(labels, texts, strict=True):
            _set(label, text)
            label.setVisible(bool(text))


def _set(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)


def _disk_text(left_s: float | None) -> str:
    if left_s is None:
        return ""
    if left_s >= 100 * 3600:
        return "disk: over 100 h left"
    if left_s >= 3600:
        return f"disk: {left_s / 3600:.0f} h left"
    return f"disk: {left_s / 60:.0f} min left"
