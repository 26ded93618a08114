# SPDX-License-Identifier: MIT
"""The window: panels, menus, keys and dropped files, wired to the controller."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDockWidget,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.actions import fill_menu_bar, make_actions
from desktop_app.ui.banner import Banner
from desktop_app.ui.command import Feature
from desktop_app.ui.controller import Controller
from desktop_app.ui.explorer.feature import ExplorerFeature
from desktop_app.ui.exporting.feature import ExportFeature
from desktop_app.ui.library_view import LibraryView
from desktop_app.ui.listening.feature import ListeningFeature
from desktop_app.ui.notes.feature import NotesFeature
from desktop_app.ui.notes.notes_bar import NotesBar
from desktop_app.ui.notes.notes_table import NotesView
from desktop_app.ui.projects.feature import ProjectFeature
from desktop_app.ui.score.feature import ScoreFeature
from desktop_app.ui.screen import Screen
from desktop_app.ui.status_line import StatusLine
from desktop_app.ui.submenus import Submenus
from desktop_app.ui.theme import set_icon
from desktop_app.ui.views.analysis_views import VIEW_NAMES, AnalysisViews
from desktop_app.ui.views.empty_state import EmptyState
from desktop_app.ui.views.heard_panel import HeardPanel
from desktop_app.ui.views.transport import TransportBar
from desktop_app.ui.why.feature import WhyFeature
from desktop_app.ui.window_commands import WindowCommands

FEATURES = (
    *(ListeningFeature, NotesFeature, ScoreFeature, WhyFeature),
    *(ExportFeature, ProjectFeature, ExplorerFeature),
)
DEFAULT_SIZE = (1400, 900)
_LIBRARY_MIN_PX = 250


class MainWindow(QMainWindow):
    """The one window.

    Signals
    -------
    painted
        The first paint of the window and all that is in it is on the screen.
    closed
        The user has closed the window.
    """

    painted = Signal()
    closed = Signal()

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self.controller = controller
        self._is_painted = self._asks_nothing = False
        self.setWindowTitle("Right In Tune")
        self.setAcceptDrops(True)
        self.resize(*DEFAULT_SIZE)
        self._build_widgets()
        self._build_centre()
        self._build_docks()
        self.commands = WindowCommands(self)
        self.features: list[Feature] = [make(self) for make in FEATURES]
        handlers = self.commands.handlers()
        for feature in self.features:
            handlers.update(feature.handlers())
        self.named_actions = make_actions(self, handlers)
        self._add_listen_button()
        self.notes_bar = NotesBar(self.named_actions)
        self.notes.put_above(self.notes_bar)
        self.submenus = Submenus(self)
        fill_menu_bar(self, self.named_actions, self.submenus.menus)
        self._connect()
        for feature in self.features:
            feature.connect()
        self._restore()
        self.screen_ = Screen(self)

    def say(self, sentence: str, offers_devices: bool = False) -> None:
        """Show one sentence in the banner, with a way to the devices where that may help."""
        if offers_devices:
            self.banner.say(sentence, "Choose a device…", self.submenus.pop_up_devices)
        else:
            self.banner.say(sentence)

    def close_unasked(self) -> None:
        """Close at once; what is unsaved is kept for the next start."""
        self._asks_nothing = True
        self.close()

    def store_settings(self) -> None:
        """Put size and layout into the settings."""
        settings = self.controller.settings
        settings.geometry = bytes(self.saveGeometry().data())
        settings.window_state = bytes(self.saveState().data())

    # -- building ------------------------------------------------------------------------------

    def _build_widgets(self) -> None:
        self.views = AnalysisViews()
        self.empty = EmptyState()
        self.heard = HeardPanel()
        self.transport = TransportBar()
        self.library = LibraryView(self.controller.library)
        self.notes = NotesView()
        self.banner = Banner()
        self.status_line = StatusLine()
        self.setStatusBar(self.status_line)

    def _build_centre(self) -> None:
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.views)
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.banner)
        layout.addWidget(self.pages, 1)
        self.setCentralWidget(centre)
        bar = QToolBar("Record and play")  # under the panels too, so that nothing in it is cut
        bar.setObjectName("transport")
        bar.setMovable(False)
        bar.toggleViewAction().setVisible(False)
        bar.addWidget(self.transport)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, bar)

    def _add_listen_button(self) -> None:
        """Beside Record, because it is the other way to use the microphone."""
        button = QToolButton()
        button.setObjectName("listen_button")
        button.setCheckable(True)
        button.setText("Listen")
        button.setToolTip("Show what the microphone hears and store nothing (Ctrl+L)")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(self.transport.record_button.iconSize())
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self.named_actions["listen"].trigger)
        set_icon(button, "microphone")
        self.listen_button = button
        layout = self.transport.layout()
        assert isinstance(layout, QBoxLayout)
        layout.insertWidget(1, button)

    def _build_docks(self) -> None:
        scroll = QScrollArea()  # the panel is tall, and a window may be low
        scroll.setWidget(self.heard)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumWidth(
            self.heard.minimumSizeHint().width() + scroll.verticalScrollBar().sizeHint().width()
        )
        areas = Qt.DockWidgetArea
        self.docks = [
            self._dock("Takes and files", self.library, areas.LeftDockWidgetArea),
            self._dock("What am I hearing", scroll, areas.RightDockWidgetArea),
            self._dock("Notes", self.notes, areas.BottomDockWidgetArea),
        ]
        self.library.setMinimumWidth(_LIBRARY_MIN_PX)
        self.setCorner(Qt.Corner.BottomLeftCorner, areas.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, areas.RightDockWidgetArea)
        self.resizeDocks(self.docks[:2], [340, 290], Qt.Orientation.Horizontal)
        self.resizeDocks(self.docks[2:], [170], Qt.Orientation.Vertical)

    def _dock(self, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title)
        dock.setObjectName(title)
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _connect(self) -> None:
        controller, trigger = self.controller, self.named_actions
        controller.problem.connect(self.say)
        self.library.open_requested.connect(controller.open_entry)
        self.library.cancel_requested.connect(controller.queue.cancel)
        self.library.cancel_all_requested.connect(controller.queue.cancel_all)
        self.library.show_requested.connect(self.commands.show_in_folder)
        self.notes.seek_requested.connect(controller.seek)
        self.notes_bar.cancel_requested.connect(controller.notes.cancel)
        self.views.seek_requested.connect(controller.seek)
        self.views.follow_changed.connect(self.commands.note_follow)
        self.empty.record_requested.connect(trigger["record"].trigger)
        self.empty.open_requested.connect(trigger["open"].trigger)
        self.empty.example_requested.connect(trigger["example"].trigger)
        self.transport.record_toggled.connect(trigger["record"].trigger)
        self.transport.play_toggled.connect(trigger["play"].trigger)
        self.transport.seek_requested.connect(controller.seek)
        self.transport.stop_requested.connect(controller.stop)
        self.transport.follow_toggled.connect(lambda _is_on: trigger["follow"].trigger())
        controller.commanded.connect(self.banner.hide)

    def _restore(self) -> None:
        settings = self.controller.settings
        for name in settings.hidden_views:
            if name in VIEW_NAMES:
                self.views.set_view_visible(name, False)
        self.named_actions["follow"].setChecked(settings.follow)
        if settings.geometry:
            self.restoreGeometry(QByteArray(settings.geometry))
            self.restoreState(QByteArray(settings.window_state))

    # -- events --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that the window is on the screen: when this round of painting, children too, is over."""
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def changeEvent(self, event: QEvent) -> None:
        """Show the present answer again in the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "screen_"):
            self.screen_.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders may be dropped anywhere."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Queue what was dropped."""
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.controller.open_files(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The program ends with its window; before, it is asked what becomes of unsaved work."""
        if self._asks_nothing or all(feature.may_close() for feature in self.features):
            super().closeEvent(event)
            self.closed.emit()
        else:
            event.ignore()


def dropped_paths(data: QMimeData) -> list[Path]:
    """The local files and folders among what was dropped."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
