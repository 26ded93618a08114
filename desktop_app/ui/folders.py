# SPDX-License-Identifier: MIT
"""Where the program keeps what belongs to the user.

``RIGHT_IN_TUNE_HOME`` puts all of it under one folder: tests and portable installations use that.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

APP_NAME = "RightInTune"
HOME_VARIABLE = "RIGHT_IN_TUNE_HOME"


@dataclass(frozen=True, slots=True)
class Folders:
    """The user's folders; each is made when it is first written to.

    Attributes
    ----------
    config, cache, logs, data
        Settings, what can be computed again, the log, and work that is not saved yet.
    """

    config: Path
    cache: Path
    logs: Path
    data: Path

    @property
    def settings_file(self) -> Path:
        """The file that holds the settings."""
        return self.config / "settings.ini"

    @property
    def log_file(self) -> Path:
        """The log that errors are written to."""
        return self.logs / "right-in-tune.log"

    @property
    def autosaves(self) -> Path:
        """The folder of what is kept in case of a crash."""
        return self.data / "autosaves"

    @property
    def sounds(self) -> Path:
        """The folder of recordings that lie in projects only."""
        return self.cache / "sounds"


def user_folders() -> Folders:
    """The folders of this user, or those under ``RIGHT_IN_TUNE_HOME``."""
    home = os.environ.get(HOME_VARIABLE)
    if home:
        root = Path(home)
        return Folders(root / "config", root / "cache", root / "logs", root / "data")
    import platformdirs

    return Folders(
        config=platformdirs.user_config_path(APP_NAME, appauthor=False),
        cache=platformdirs.user_cache_path(APP_NAME, appauthor=False),
        logs=platformdirs.user_log_path(APP_NAME, appauthor=False),
        data=platformdirs.user_data_path(APP_NAME, appauthor=False),
    )
