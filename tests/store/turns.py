"""A socket between a program and its server that counts how often one waits for the other."""

from __future__ import annotations

import selectors
import shutil
import socket
import tempfile
import threading
from pathlib import Path


class Turns:
    """``count`` grows whenever the program sends after the server has answered: once a round trip."""

    def __init__(self, server: Path) -> None:
        self._server = server
        self.folder = Path(tempfile.mkdtemp(prefix="turns-", dir="/tmp"))
        self.count = 0
        self._stop = False
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / server.name))
        self._listener.listen()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Turns:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop = True
        self._thread.join()
        self._listener.close()
        shutil.rmtree(self.folder)

    def _run(self) -> None:
        """Carry bytes both ways."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._listener, selectors.EVENT_READ)
            other: dict[socket.socket, socket.socket] = {}
            programs: set[socket.socket] = set()
            answered: dict[socket.socket, bool] = {}
            while not self._stop:
                for key, _ in waiting.select(0.05):
                    one = key.fileobj
                    assert isinstance(one, socket.socket)
                    if one is self._listener:
                        program, _address = one.accept()
                        server = socket.socket(socket.AF_UNIX)
                        server.connect(str(self._server))
                        other[program], other[server] = server, program
                        programs.add(program)
                        answered[program] = True
                        waiting.register(program, selectors.EVENT_READ)
                        waiting.register(server, selectors.EVENT_READ)
                        continue
                    data = one.recv(65536)
                    if not data:
                        for end in (one, other[one]):
                            if end in waiting.get_map():
                                waiting.unregister(end)
                                end.close()
                        continue
                    if one in programs:
                        self.count += answered[one]
                        answered[one] = False
                    else:
                        answered[other[one]] = True
                    other[one].sendall(data)
