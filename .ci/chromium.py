"""Prints the path of a Chromium for the browser tests: one that is here, or else one it installs."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def found() -> str | None:
    named = os.environ.get("CHROMIUM_PATH")
    if named and os.access(named, os.X_OK):
        return named
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    return of_playwright()


def of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as browsers:
        path = browsers.chromium.executable_path
    return path if os.access(path, os.X_OK) else None


def install() -> None:
    """Playwright's own download works on most machines, the system's package manager on some of the others."""
    attempts = [
        [[sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]],
        [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]],
    ]
    for commands in attempts:
        if shutil.which(commands[0][0]) is None:
            continue
        if all(subprocess.run(command, stdout=sys.stderr, check=False).returncode == 0 for command in commands):
            return


if __name__ == "__main__":
    path = found()
    if path is None:
        install()
        path = found()
    if path is None:
        sys.exit("The browser tests need a Chromium: install one, or set CHROMIUM_PATH to its program.")
    print(path)
