"""When files of sources are due, and which sources have been silent since."""
