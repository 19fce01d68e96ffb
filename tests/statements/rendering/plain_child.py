"""The engine as its library is published, but for footers, which are drawn at the end."""

from statements.rendering import gateway
from tenants.children import serve

if __name__ == "__main__":
    gateway._ready = lambda is_ours: None
    gateway._limit()
    serve(gateway._answer)
