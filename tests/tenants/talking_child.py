"""A child process that does what it is told: answer, print, die, or say nothing for ever."""

import os
import threading

from tenants.children import serve


def _answer(question: bytes) -> bytes:
    if question == b"die":
        os.abort()
    if question == b"hang":
        threading.Event().wait()
    if question == b"print":
        os.write(1, b"printed by a library\n")
    if question == b"environment":
        return "\n".join(sorted(os.environ)).encode()
    return f"{os.getpid()} {question.decode()}".encode()


if __name__ == "__main__":
    serve(_answer)
