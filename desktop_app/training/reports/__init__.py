# SPDX-License-Identifier: MIT
"""Reports on trainings and on models: a page to look at and listen to, and figures to compute with."""

from __future__ import annotations

from desktop_app.training.reports.comparison import comparison
from desktop_app.training.reports.report import report

__all__ = ["comparison", "report"]
