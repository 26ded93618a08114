# SPDX-License-Identifier: MIT
"""``right-in-tune corpus render|check|explore|features|phrases|mixtures|layers``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop_app.domain.errors import RightInTuneError
from desktop_app.training.mixing.mixtures_command import add_layers, add_mixtures

if TYPE_CHECKING:
    from desktop_app.training.rendering.presets import Preset


_ANY_FORM: Final = "NSynth, IRMAS or FMA as published, a folder per class, or clips with manifest.csv"

_SYNTHS: Final = "factory patches of zynaddsubfx, amsynth, whysynth, setbfree, hexter, mda"
_ORGANS: Final = "stops and registrations of the pipe organs grandorgue (recorded), aeolus (added up)"


def add_corpus_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add ``corpus`` with its seven commands; each sets ``run``, a function of the parsed arguments."""
    corpus = subparsers.add_parser("corpus", help="make, check and look at a corpus of notes")
    names = "render|check|explore|features|phrases|mixtures|layers"
    commands = corpus.add_subparsers(required=True, metavar=names)
    _add_render(commands.add_parser("render", help="render SoundFonts, synthesisers and own sounds"))
    _add_features(commands.add_parser("features", help="compute the windows that training reads"))
    _add_phrases(
        commands.add_parser("phrases", help="make phrases with their notes, to train pitch and notes on")
    )
    add_mixtures(commands.add_parser("mixtures", help="mix a lead over other instruments"))
    add_layers(commands.add_parser("layers", help="make new instruments of two that sound together"))
    _add_check(
        commands.add_parser("check", help="look for missing, damaged, silent or wrongly labelled sounds")
    )
    explore = commands.add_parser("explore", help="count the sounds by class, source, instrument and pitch")
    explore.add_argument("folder", type=Path, metavar="DIR", help=_ANY_FORM)
    explore.set_defaults(run=run_explore)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.description = "Read every sound. The exit status is 0 when nothing is wrong, else 1."
    parser.add_argument("folder", type=Path, metavar="DIR", help=_ANY_FORM)
    parser.add_argument("--json", action="store_true", help="print everything that was found as JSON")
    parser.add_argument("--jobs", type=_positive, default=1, metavar="N", help="files read at a time")
    parser.set_defaults(run=run_check)


def _add_render(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--soundfont", type=Path, nargs="+", default=[], metavar="FILE", help=".sf2 or .sf3")
    parser.add_argument(
        "--pitch-step", type=_positive, default=1, metavar="N", help="semitones between notes"
    )
    parser.add_argument("--velocities", type=_velocities, default=(25, 50, 75, 100, 127), metavar="V,V,…")
    parser.add_argument(
        "--velocities-per-pitch", type=_natural, default=0, metavar="N", help="how many of them (0: all)"
    )
    parser.add_argument(
        "--max-pitches", type=_natural, default=0, metavar="N", help="at most so many (0: no limit)"
    )
    parser.add_argument(
        "--presets", type=_presets, default=lambda _: True, metavar="LIST", help="0-7,40,8:24,128:0"
    )
    parser.add_argument(
        "--synthesise", type=_natural, default=0, metavar="N", help="own instruments per thin family"
    )
    parser.add_argument(
        "--parametric", type=_natural, default=0, metavar="N", help="own instruments of each further kind"
    )
    parser.add_argument(
        "--physical", type=_natural, default=0, metavar="N", help="instruments of each of Csound's models"
    )
    parser.add_argument("--plugins", nargs="+", default=[], metavar="SYNTH", help=_SYNTHS)
    parser.add_argument("--organs", nargs="+", default=[], metavar="ORGAN", help=_ORGANS)
    refused_help = "sounds of no instrument, so many of each kind; of SoundFonts then only beats on drums"
    parser.add_argument("--refused", type=_natural, default=0, metavar="N", help=refused_help)
    parser.add_argument("--jobs", type=_positive, default=1, metavar="N", help="processes")
    parser.add_argument("--seed", type=_natural, default=0)
    parser.set_defaults(run=run_render)


def _add_features(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR", help="where the store goes")
    add(
        "--corpus",
        type=Path,
        nargs="+",
        required=True,
        metavar="DIR",
        help="NSynth format, or with manifest.csv",
    )
    add("--variants", type=_natural, default=3, metavar="N", help="augmented variants per rendered note")
    add("--recorded-variants", type=_natural, default=6, metavar="N", help="augmented variants per recording")
    add("--later", type=_natural, default=1, metavar="N", help="windows after the first, at most")
    add("--shards", type=Path, default=None, metavar="DIR", help="where parts are kept for other stores too")
    add("--weights-ok", action="store_true", help="only what weights that ship may be trained on")
    add("--jobs", type=_positive, default=1, metavar="N", help="processes")
    add("--seed", type=_natural, default=0)
    parser.set_defaults(run=run_features)


def _add_phrases(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR", help="where the phrases go; an interrupted run goes on")
    add(
        "--soundfont", type=Path, nargs="+", default=[], metavar="FILE", help=".sf2 or .sf3; none: own sounds"
    )
    add("--hours", type=float, default=1.0, metavar="H", help="about so much sound in all")
    add("--jobs", type=_positive, default=1, metavar="N", help="processes")
    add("--seed", type=_natural, default=0)
    parser.set_defaults(run=run_phrases)


def _natural(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{value} is negative")
    return value


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is not positive")
    return value


def _velocities(text: str) -> tuple[int, ...]:
    values = tuple(int(part) for part in text.split(","))
    if not all(1 <= value <= 127 for value in values):
        raise argparse.ArgumentTypeError(f"velocities are 1 to 127, not {text}")
    return values


def _presets(text: str) -> Callable[[Preset], bool]:
    """``0-7,40`` are programmes of any bank but the drums', ``8:24`` a programme of bank 8."""
    wanted: set[tuple[int | None, int]] = set()
    for part in text.split(","):
        bank, _, programs = part.rpartition(":")
        first, _, last = programs.partition("-")
        wanted |= {(int(bank) if bank else None, n) for n in range(int(first), int(last or first) + 1)}
    return lambda p: (p.bank, p.program) in wanted or (p.bank != 128 and (None, p.program) in wanted)


def run_render(args: argparse.Namespace) -> int:
    """Render; exit status 0, or 2 when there is nothing to render from."""
    from desktop_app.training.refused.beats import kit_beats
    from desktop_app.training.refused.list import refused_sounds
    from desktop_app.training.refused.recorded import recorded_sounds
    from desktop_app.training.rendering.corpus import (
        Instrument,
        NotePlan,
        render_corpus,
        soundfont_instruments,
    )
    from desktop_app.training.rendering.csound import csound_instruments
    from desktop_app.training.rendering.organs import organ_instruments
    from desktop_app.training.rendering.plugins import plugin_instruments
    from desktop_app.training.rendering.synth import synthesised_instruments
    from desktop_app.training.rendering.voices_list import parametric_instruments

    own = args.synthesise or args.parametric or args.physical
    if not (args.soundfont or own or args.plugins or args.organs or args.refused):
        options = "--soundfont, --synthesise, --parametric, --physical, --plugins, --organs or --refused"
        print(f"Name what to render: {options}.", file=sys.stderr)
        return 2
    instruments: list[Instrument] = []
    for path in args.soundfont:
        found = kit_beats(path, args.seed) if args.refused else soundfont_instruments(path, args.presets)
        instruments.extend(found)
    instruments.extend(synthesised_instruments(args.synthesise, args.seed))
    instruments.extend(parametric_instruments(args.parametric, args.seed))
    instruments.extend(csound_instruments(args.physical, args.seed))
    instruments.extend(plugin_instruments(args.plugins))
    instruments.extend(organ_instruments(args.organs, args.seed))
    instruments.extend(refused_sounds(args.refused, args.seed))
    instruments.extend(recorded_sounds(args.refused, args.seed))
    plan = NotePlan(args.pitch_step, args.velocities, args.velocities_per_pitch, args.max_pitches, args.seed)
    n_notes = render_corpus(instruments, plan, args.folder, args.jobs)
    print(f"{n_notes} notes of {len(instruments)} instruments in {args.folder}")
    return 0


def run_features(args: argparse.Namespace) -> int:
    """Compute the features of all corpora into one store."""
    from desktop_app.training.classifier.corpus import Item, is_recorded, load_items
    from desktop_app.training.classifier.datasets import build_features

    variants: dict[Item, int] = {}
    for folder in args.corpus:
        n_variants = args.recorded_variants if is_recorded(folder) else args.variants
        variants |= {
            item: n_variants for item in load_items(folder) if item.weights_ok or not args.weights_ok
        }
    store = build_features(
        list(variants),
        args.folder,
        n_variants=variants.__getitem__,
        jobs=args.jobs,
        seed=args.seed,
        n_later=args.later,
        shards_dir=args.shards,
    )
    print(f"{store.windows.shape[0]} windows of {len(store.items)} sounds in {args.folder}")
    return 0


def run_phrases(args: argparse.Namespace) -> int:
    """Make phrases."""
    from desktop_app.training.phrases.make import make_phrases

    n_phrases = make_phrases(args.folder, args.soundfont, args.hours, args.seed, args.jobs)
    print(f"{n_phrases} phrases in {args.folder}")
    return 0


def run_check(args: argparse.Namespace) -> int:
    """Check; exit status 1 when something is wrong or there is nothing to check."""
    from desktop_app.io.corpora import open_corpus
    from desktop_app.training.corpora.check import check

    report = check(open_corpus(args.folder), args.jobs, _count_on_terminal if sys.stderr.isatty() else None)
    print(json.dumps(report.as_dict(), indent=1) if args.json else "\n".join(report.lines()))
    return 0 if report.is_usable else 1


def _count_on_terminal(n_done: int) -> None:
    if n_done % 100 == 0:
        print(f"\r{n_done} sounds", end="\r", file=sys.stderr, flush=True)


def run_explore(args: argparse.Namespace) -> int:
    """Print what a corpus holds."""
    from desktop_app.io.corpora import open_corpus
    from desktop_app.training.corpora.explore import explore_lines

    print("\n".join(explore_lines(open_corpus(args.folder).iter_entries())))
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """``corpus …`` on its own: 0 all well, 1 something is wrong, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="right-in-tune")
    add_corpus_parser(parser.add_subparsers(required=True))
    args = parser.parse_args(argv)
    try:
        return int(args.run(args))
    except RightInTuneError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
