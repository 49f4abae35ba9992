"""Compiles the catalogues. Django reads .mo files only, and gettext's own tools are not on every machine."""

import os
from pathlib import Path

import polib

LOCALE_DIR = Path(__file__).resolve().parents[1] / "locale"


def compile_messages(locale_dir: Path = LOCALE_DIR) -> list[Path]:
    """Write the .mo beside every .po under *locale_dir* that is missing or older, and return what was written.

    Each file is replaced in one step, so that a server starting meanwhile never reads half of it.
    Raises OSError when a .po is not a catalogue.
    """
    written = []
    for source in sorted(locale_dir.rglob("*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        draft = target.with_suffix(f".mo.{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    for path in compile_messages():
        print(f"compiled {path.relative_to(LOCALE_DIR)}")
