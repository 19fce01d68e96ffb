"""A child process that reads nothing and answers nothing."""

import threading

if __name__ == "__main__":
    threading.Event().wait()
