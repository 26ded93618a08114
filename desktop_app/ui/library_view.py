# SPDX-License-Identifier: MIT
"""The list on the left: takes and files with their results, and the queue with its progress."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionProgressBar,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.library import COLUMNS, FRACTION_ROLE, Entry, LibraryModel

_NAME_MIN_PX, _NAME_USUAL_PX = 90, 120
_FIRST_TO_GO = ("Sure", "Length")  # where the list is narrow; pointing at an entry tells them


class _StateDelegate(QStyledItemDelegate):
    """Draws a progress bar in the state column while a file is analysed; bold for the open entry."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        fraction = index.data(FRACTION_ROLE)
        if fraction is None:
            super().paint(painter, option, index)
            return
        bar = QStyleOptionProgressBar()
        bar.rect = option.rect.adjusted(3, 4, -3, -4)
        bar.state = option.state | QStyle.StateFlag.State_Horizontal
        bar.palette = option.palette
        bar.fontMetrics = option.fontMetrics
        bar.minimum, bar.maximum, bar.progress = 0, 100, round(100 * fraction)
        bar.text, bar.textVisible = f"{fraction:.0%}", True
        bar.textAlignment = Qt.AlignmentFlag.AlignCenter
        QApplication.style().drawControl(QStyle.ControlElement.CE_ProgressBar, bar, painter)

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        model = index.model()
        if isinstance(model, LibraryModel) and model.entries[index.row()] is model.open_entry:
            option.font.setBold(True)


class LibraryView(QWidget):
    """The list, and under it the queue's progress while there is one.

    Signals
    -------
    open_requested : Entry
    cancel_requested : list of Entry
    cancel_all_requested
    show_requested : Entry
    """

    open_requested = Signal(object)
    cancel_requested = Signal(object)
    cancel_all_requested = Signal()
    show_requested = Signal(object)

    def __init__(self, model: LibraryModel) -> None:
        super().__init__()
        self._model = model
        self.table = QTableView()
        self.bar = QProgressBar()
        self.label = QLabel()
        self.cancel_button = QPushButton("Cancel")
        self.cancel_all_button = QPushButton("Cancel all")
        self._queue = self._build_queue()
        self._widths_px: dict[str, int] = {}
        self._build_table()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        layout.addWidget(self._queue)
        self.set_progress(0, 0)

    def set_progress(self, n_done: int, n_all: int) -> None:
        """Show how far the queue is; hidden when nothing waits."""
        self._queue.setVisible(n_all > 0)
        self.bar.setRange(0, max(1, n_all))
        self.bar.setValue(n_done)
        self.label.setText(f"Analysing {min(n_done + 1, n_all)} of {n_all}")

    def selected(self) -> list[Entry]:
        """The selected entries."""
        rows = self.table.selectionModel().selectedRows()
        return [self._model.entries[index.row()] for index in rows]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The names take the room that the other columns leave; where that is little, some of these go."""
        super().resizeEvent(event)
        frame = 2 * self.table.frameWidth() + self.table.verticalScrollBar().sizeHint().width()
        left_px = self.width() - frame - sum(self._widths_px.values())
        for name in _FIRST_TO_GO:
            is_narrow = left_px < _NAME_USUAL_PX
            self.table.setColumnHidden(COLUMNS.index(name), is_narrow)
            left_px += is_narrow * self._widths_px[name]
        self.table.setColumnWidth(0, max(_NAME_MIN_PX, left_px))

    def sizeHint(self) -> QSize:
        """Room for the columns."""
        return QSize(340, 400)

    def _build_table(self) -> None:
        table = self.table
        table.setModel(self._model)
        table.setItemDelegate(_StateDelegate(table))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        font = table.font()
        font.setPointSizeF(0.9 * font.pointSizeF())  # names need the room
        table.setFont(font)
        table.horizontalHeader().setFont(font)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setAccessibleName("Takes and files")
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 10)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(30)
        widest = {
            "Note": "000 notes",
            "Family": "synth lead",
            "Sure": "100%",
            "Length": "00:00",
            "State": "waiting",
        }
        bold = QFont(table.font())
        bold.setBold(True)  # as the open entry is written
        for column, name in enumerate(COLUMNS[1:], start=1):
            metrics = QFontMetrics(bold)
            width = max(metrics.horizontalAdvance(text) for text in (name, widest[name]))
            self._widths_px[name] = width + 10
            table.setColumnWidth(column, width + 10)
        table.doubleClicked.connect(self._on_double_click)
        table.activated.connect(self._on_activated)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)

    def _build_queue(self) -> QWidget:
        box = QWidget()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(6, 2, 6, 6)
        top, buttons = QHBoxLayout(), QHBoxLayout()
        self.bar.setTextVisible(False)
        top.addWidget(self.label)
        top.addWidget(self.bar, 1)
        self.cancel_button.setToolTip("Cancel the selected files")
        self.cancel_all_button.setToolTip("Cancel all files that wait or are being analysed")
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.cancel_all_button)
        layout.addLayout(top)
        layout.addLayout(buttons)
        self.cancel_button.clicked.connect(self._on_cancel)
        self.cancel_all_button.clicked.connect(self.cancel_all_requested)
        for button in (self.cancel_button, self.cancel_all_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return box

    def _on_double_click(self, index: QModelIndex) -> None:
        self.open_requested.emit(self._model.entries[index.row()])

    def _on_activated(self, index: QModelIndex) -> None:
        entry = self._model.entries[index.row()]
        if entry is not self._model.open_entry:  # a double-click may activate as well
            self.open_requested.emit(entry)

    def _on_cancel(self) -> None:
        """Cancel the selection; without a pending one, the file that runs now."""
        pending: Sequence[Entry] = [entry for entry in self.selected() if entry.is_pending]
        running = [entry for entry in self._model.entries if entry.is_pending][:1]
        self.cancel_requested.emit(pending or running)

    def _show_menu(self, place: QPoint) -> None:
        entries = self.selected()
        if not entries:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open", lambda: self.open_requested.emit(entries[0]))
        menu.addAction("Show in folder", lambda: self.show_requested.emit(entries[0]))
        cancel = menu.addAction("Cancel", lambda: self.cancel_requested.emit(entries))
        cancel.setEnabled(any(entry.is_pending for entry in entries))
        menu.popup(self.table.viewport().mapToGlobal(place))
