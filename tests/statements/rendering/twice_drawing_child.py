"""The engine as its library is published: it draws twice what says how many pages it has."""

from statements.rendering import gateway
from tenants.children import serve

if __name__ == "__main__":
    gateway._ready = lambda is_ours: None
    gateway._knowing_totals = lambda: None
    gateway._limit()
    serve(gateway._answer)
