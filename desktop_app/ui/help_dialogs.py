# SPDX-License-Identifier: MIT
"""Help, the key list and the licences; none of them stops the work."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from desktop_app import __version__
from desktop_app.ui.actions import key_list

HELP = """
<h2>Right In Tune</h2>
<p>Play a note or open a recording: the window tells which note it is, which family of instruments plays
it, and draws what it hears. Everything happens on this computer; nothing leaves it.</p>
<h3>With the microphone</h3>
<p><b>Listen</b> shows the sound live and stores nothing. <b>Record</b> (R) also writes it to a file; when you
stop, the take is analysed, opened and kept in the list on the left. Choose the microphone with Ctrl+I. A take
that a crash cut off is repaired at the next start and listed as <i>recovered</i>.</p>
<h3>With files</h3>
<p>Drop files or folders anywhere on the window, or use Ctrl+O. WAV, FLAC, OGG and MP3 are read by themselves,
M4A and AAC where FFmpeg is installed. Several files make a queue; the first one that is ready is opened, and
a double-click in the list opens any other.</p>
<h3>Reading the pictures</h3>
<p>From top to bottom: the waveform, the mel-spectrogram with note names at its side, the piano roll, the
strip of families, and the MFCC. The bright line is the pitch, the bars are the notes. Turn the wheel to
scroll, with Ctrl to zoom; drag with the middle button to move; click to put the cursor there, drag to loop.
Point anywhere to read time, frequency, note and level at the bottom.</p>
<h3>Notes</h3>
<p>The list at the bottom tells the notes one after another. <b>Several notes at once</b> (N) listens to the
open recording for chords and pianos instead; going back and forth costs nothing after the first time.
<b>Note settings</b> (Shift+N) says how clear an attack and a sounding note must be, and how short a note may
be: the notes follow at once. Tempo and key stand beside them where they are certain, the beats on the time
axis.</p>
<h3>Listening again</h3>
<p>Drag over any picture to loop that stretch; drag its ends to change them: they catch on notes and beats
unless Shift is held. A double-click on a note loops it, beside the notes it loops their phrase;
<b>[</b> and <b>]</b> set start and end at the cursor, L leaves the loop and comes back. Speed goes from 25
to 150 % with the pitch kept, pitch an octave down or up with the speed kept; the sound goes on while the
next one is made. <b>Sound…</b> mixes the recording with its notes played by the program, lets through
the bass or the melody alone, clicks on the beats, counts in, and chooses the loudspeaker. The speed trainer
repeats a loop a little faster each time. Backspace returns to where playing began.</p>
<h3>Correcting notes</h3>
<p>Click a note in the piano roll, the spectrogram or the list to select it; Ctrl or Shift adds more, and
Shift+drag in the roll draws a frame. Drag it to move it in time or to another key, drag its ends to make it
longer or shorter; it snaps to beats and other notes unless Shift is held. Alt+click adds a note; the right
button shows everything else. The other pitches that a note may have stand beside it with their strength: a
click sounds one, a double-click takes it, Ctrl with the arrows up and down goes through them. In the list
press F2 and type, such as Eb4. Keys act on the selected notes or, where none is selected, on the note at the
cursor. What you have corrected is green and says “by hand”; it stays when the notes are told anew. Every
step can be undone.</p>
<h3>Writing it down</h3>
<p><b>Score</b> (S) shows the phrase on a staff, in the clef of the instrument that was heard or another one.
Ctrl+E writes MIDI, MusicXML, tables, labels; the loop can be written as sound at the present speed,
the pictures as PNG or SVG. Notes move to the grid of the beats only in what is written.
Ctrl+S keeps recording, corrections, loop and speed in a project; unsaved work is kept every few seconds
and offered again after a crash.</p>
<h3>What am I hearing</h3>
<p>The note with its deviation in cents, and the family in one of three states: <b>sure</b>, <b>maybe</b>, or
<b>can't tell</b>, which is the honest answer to silence, noise, speech and sounds that the model does not
know; <b>not an instrument</b> is said of noise and speech. Playing or placing the cursor shows what is heard
at that moment. Below and above the keys of a piano the pitch is told in Hz, without a name.</p>
<p>Point at the strip of families to read the three most probable ones; a question mark there means
<i>maybe</i>. <b>Why?</b> (Y), also on the strip's right button, hides parts of the sound one after another
and asks the model again: solid outlines in the spectrogram mark what spoke for its answer, dashed ones what
spoke against it, and the words above say which frequencies and when. Esc takes them away; the analysis stays
as it is.</p>
<p>Tools sets the reference pitch (A4 = 415 … 466 Hz) and the model. <b>Explore a corpus</b> there lists the
sounds of NSynth, IRMAS, FMA, or of a folder per class, and shows a model's answers beside the truth:
<i>Test on all shown</i> finds its mistakes, Ctrl+↑ and Ctrl+↓ go through them.</p>
"""

_LICENCES = (
    ("PySide6 (Qt for Python)", "LGPL-3.0"),
    ("pyqtgraph", "MIT"),
    ("NumPy, SciPy", "BSD-3-Clause"),
    ("LiteRT", "Apache-2.0"),
    ("TensorFlow and Keras (training only)", "Apache-2.0"),
    ("librosa (training only)", "ISC"),
    ("scikit-learn, imbalanced-learn (training only)", "BSD-3-Clause, MIT"),
    ("mido", "MIT"),
    ("music21", "BSD-3-Clause"),
    ("Verovio (where installed)", "LGPL-3.0"),
    ("sounddevice, PortAudio", "MIT"),
    ("soundfile, libsndfile", "BSD-3-Clause, LGPL-2.1"),
    ("python-soxr, libsoxr", "LGPL-2.1"),
    ("platformdirs", "MIT"),
    ("psutil", "BSD-3-Clause"),
)


def show_help(parent: QWidget) -> QDialog:
    """Open the help."""
    return _show(parent, "Help", HELP, (620, 560))


def show_keys(parent: QWidget) -> QDialog:
    """Open the key list."""
    rows = "".join(
        f"<tr><td style='padding:3px 24px 3px 0'><b>{escape(keys)}</b></td>"
        f"<td style='padding:3px 0'>{escape(what)}</td></tr>"
        for keys, what in key_list()
    )
    mouse = (
        "<p>Wheel: scroll. Ctrl+wheel: zoom. Middle button: move. Click: place the cursor. Drag: loop. "
        "Double-click: loop the note or the phrase. In the piano roll, drag: move or resize notes; "
        "Shift+drag: select; Alt+click: add a note.</p>"
    )
    return _show(parent, "Keys", f"<h2>Keys</h2><table>{rows}</table>{mouse}", (440, 560))


def show_about(parent: QWidget) -> QDialog:
    """Open version and licences."""
    rows = "".join(
        f"<tr><td style='padding-right:24px'>{escape(name)}</td><td>{escape(licence)}</td></tr>"
        for name, licence in _LICENCES
    )
    text = (
        f"<h2>Right In Tune {__version__}</h2><p>Which note, which instrument. MIT licence.</p>"
        f"<p>It stands on the work of others:</p><table>{rows}</table>"
        "<p>The bundled models have cards that name their data and licences: see "
        "<code>right-in-tune models</code>.</p>"
    )
    return _show(parent, "About Right In Tune", text, (520, 460))


def _show(parent: QWidget, title: str, html: str, size: tuple[int, int]) -> QDialog:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.setModal(False)
    text = QTextBrowser()
    text.setHtml(html)
    text.setFrameShape(QTextBrowser.Shape.NoFrame)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.close)
    layout = QVBoxLayout(dialog)
    layout.addWidget(text)
    layout.addWidget(buttons)
    dialog.resize(*size)
    dialog.show()
    return dialog
