# SPDX-License-Identifier: MIT
"""``right-in-tune analyse``: files in, results on stdout in the order given, messages on stderr.

Files are decoded and analysed in job processes only, so that a hostile file can do no more than fail.
This process imports neither NumPy nor anything that needs it for JSON.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from desktop_app.cli.arguments import Arguments, make_parser, parse
from desktop_app.cli.inputs import Input, find_inputs, plan_targets
from desktop_app.cli.output import FolderOutput, Output, StreamOutput
from desktop_app.cli.progress import Messages
from desktop_app.cli.report import SUFFIXES, Report, report_file
from desktop_app.domain.errors import ExportError, ModelError, RightInTuneError
from desktop_app.io.audio_file_text import shown_name
from desktop_app.jobs.job import JobUpdate
from desktop_app.jobs.pool import JobPool

# Progress comes with every few seconds of sound; a file that is silent for so long hangs its decoder.
STALL_LIMIT_S: Final = 120.0
_WAIT_S: Final = 1.0


class _Batch:
    """All files of one call; results are held back until those before them are out."""

    def __init__(self, inputs: Sequence[Input], arguments: Arguments, output: Output, pool: JobPool) -> None:
        self._inputs = inputs
        self._arguments = arguments
        self._output = output
        self._pool = pool
        self._messages = Messages(len(inputs), arguments.progress)
        self._index_of_job: dict[int, int] = {}
        self._outcomes: dict[int, Report | RightInTuneError] = {}
        self._n_out = 0
        self._n_failed = 0

    def run(self) -> int:
        """Analyse and write everything; returns how many failed. A ModelError ends it all."""
        for index in range(len(self._inputs)):
            self._submit(index)
        self._write_ready()
        while self._n_out < len(self._inputs):
            for update in self._pool.wait(_WAIT_S):
                self._take(update)
            self._write_ready()
        self._messages.clear()
        return self._n_failed

    def _submit(self, index: int) -> None:
        item, arguments = self._inputs[index], self._arguments
        try:
            if item.error:
                raise item.error
            self._output.check(index)
        except RightInTuneError as error:
            self._outcomes[index] = error
            return
        job_id = self._pool.submit(
            report_file,
            item.path,
            arguments.options,
            arguments.output_format,
            arguments.with_f0,
            label=shown_name(item.path),
            stall_limit_s=STALL_LIMIT_S,
        )
        self._index_of_job[job_id] = index

    def _take(self, update: JobUpdate) -> None:
        index = self._index_of_job[update.job_id]
        if isinstance(update.error, ModelError):
            raise update.error
        if update.error:
            self._outcomes[index] = update.error
        elif isinstance(update.result, Report):
            self._outcomes[index] = update.result
        else:
            self._messages.working(self._inputs[index].path, update.fraction)

    def _write_ready(self) -> None:
        while (outcome := self._outcomes.pop(self._n_out, None)) is not None:
            self._write(self._n_out, outcome)
            self._n_out += 1

    def _write(self, index: int, outcome: Report | RightInTuneError) -> None:
        if isinstance(outcome, Report):
            for warning in outcome.warnings:
                self._messages.say(warning)
            try:
                self._messages.clear()
                self._output.write(index, outcome)
            except ExportError as error:
                outcome = error
        if isinstance(outcome, RightInTuneError):
            self._n_failed += 1
            self._messages.say(str(outcome))
            self._output.fail(index, outcome)
        self._messages.finished(self._inputs[index].path)


def main(argv: Sequence[str]) -> int:
    """Run ``analyse`` with its arguments; returns the exit status."""
    arguments = parse(argv)
    inputs = find_inputs(arguments.paths)
    try:
        output = _make_output(inputs, arguments)
        with JobPool(min(arguments.n_jobs, len(inputs))) as pool:
            return 1 if _Batch(inputs, arguments, output, pool).run() else 0
    except ModelError as error:
        sys.stderr.write(f"right-in-tune: {error}\n")
        return 2 if arguments.options.model_id else 1


def _make_output(inputs: Sequence[Input], arguments: Arguments) -> Output:
    output_format = arguments.output_format
    if arguments.out_dir is not None:
        try:
            targets = plan_targets(inputs, arguments.out_dir, SUFFIXES[output_format])
        except ValueError as error:
            make_parser().error(str(error))
        return FolderOutput(targets, output_format, force=arguments.force)
    if output_format not in ("json", "csv") and len(inputs) > 1:
        make_parser().error(f"--format {output_format} of several files needs --out DIR")
    if output_format == "midi" and sys.stdout.isatty():
        make_parser().error("--format midi is not for a terminal: it needs --out DIR, or > FILE")
    return StreamOutput(inputs, output_format)
