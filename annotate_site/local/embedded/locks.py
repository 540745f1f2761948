"""File locks that the kernel frees when their last holder dies, however it dies."""

import fcntl
import os
import time
from pathlib import Path

PAUSE = 0.05  # seconds between two looks at something that is about to change


class FileLock:
    """An advisory lock on a small file, with a word of content for whoever may not have it.

    The lock belongs to the open file: a child that inherits `fd` holds it too.
    """

    def __init__(self, path: Path) -> None:
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    @classmethod
    def adopt(cls, fd: int) -> "FileLock":
        """The lock behind a file descriptor inherited from the parent process."""
        lock = cls.__new__(cls)
        lock.fd = fd
        os.set_inheritable(fd, False)
        return lock

    def take(self, *, shared: bool = False) -> bool:
        """Take the lock if it is free; say whether it is held now."""
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self.fd, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def wait(self, seconds: float, *, shared: bool = False) -> bool:
        """Take the lock as soon as it is free, for at most so many seconds."""
        deadline = time.monotonic() + seconds
        while not self.take(shared=shared):
            if time.monotonic() > deadline:
                return False
            time.sleep(PAUSE)
        return True

    def read(self) -> str:
        return os.pread(self.fd, 64, 0).decode()

    def write(self, word: str) -> None:
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, word.encode(), 0)

    def close(self) -> None:
        os.close(self.fd)
