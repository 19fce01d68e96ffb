"""The second engine that draws PDF: typst sets a layout of ours with the view as data.

This is a child process of `statements.rendering.service`. The view goes in as JSON through the
inputs of the document, never as source, so a text in it is a text. Reading is confined to the
folder of layouts, fonts come from our folder alone, packages are looked for where none can be,
and every way to the network leads to a port where nobody answers. Processor time and memory are
limited. A warning (a font that is missing) fails the drawing.

The bytes depend on the view only. An archive copy is PDF/A-3b, checked by typst as it is written.
"""

import base64
import json
import os
import resource
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from i18n.locale import translator
from statements.rendering.brand_view import PLAIN_VIEW
from statements.rendering.glyphs import FACES, drawable, glyphs_of
from statements.rendering.wording import LABELS
from tenants.children import serve
from tenants.settings import settings_from_environment

LAYOUTS = Path(__file__).parent / "layouts"
ARCHIVE = "a-3b"
CPU_SECONDS = 3600
MEMORY_BYTES = 2 * 1024**3
NOWHERE = "http://127.0.0.1:9"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
DRAWN, FAILED = b"+", b"-"
# The engine keeps what it computed until it has drawn so many times without it.
KEPT_FOR = 10
NOTHING = b" "


def _answer(question: bytes) -> bytes:
    asked = json.loads(question)
    try:
        if "parts" in asked:
            return DRAWN + _joined([base64.b64decode(part) for part in asked["parts"]])
        drawn = DRAWN + _pdf(asked["layout"], asked["view"], asked["archive"])
        if asked.get("is_part"):
            _forget()
        return drawn
    except Exception as error:  # noqa: BLE001 (whatever a drawing library raises fails one drawing)
        return FAILED + f"{type(error).__name__}: {error}"[:500].encode()


def _pdf(layout: str, view: dict[str, Any], archive: bool) -> bytes:
    say, view = translator(view["locale"]), {"brand": PLAIN_VIEW, **view}
    inputs = {
        "view": json.dumps(drawable(view, _glyphs()), ensure_ascii=False),
        "words": json.dumps({label: say(label) for label in LABELS}, ensure_ascii=False),
    }
    pdf: bytes
    pdf, warnings = _compiler().compile_with_warnings(
        str(LAYOUTS / layout),
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=[ARCHIVE] if archive else [],
        pdf_tags=False,
        timestamp=0,
    )
    if warnings:
        raise ValueError("; ".join(str(warning) for warning in warnings))
    return pdf


@cache
def _compiler() -> Any:
    import typst  # noqa: PLC0415 (only the child draws)

    folder = settings_from_environment().fonts_folder
    faces = [folder / name for name in FACES]
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
    )
    assert all(face.exists() for face in faces), f"no {' and '.join(FACES)} in the folder of fonts"
    return typst.Compiler(
        root=str(LAYOUTS),
        font_paths=fonts,
        ignore_system_fonts=True,
        package_path=os.devnull,
        package_cache_path=os.devnull,
    )


def _forget() -> None:
    """Let go of what was computed; of a part of a long document nothing comes again."""
    for _ in range(KEPT_FOR):
        _compiler().compile(NOTHING)


@cache
def _glyphs() -> frozenset[int]:
    folder = settings_from_environment().fonts_folder
    return glyphs_of([str(folder / name) for name in FACES])


def _joined(parts: list[bytes]) -> bytes:
    """One document of several; what describes it as a whole is taken from the first."""
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 (only the child draws)

    writer = PdfWriter(clone_from=BytesIO(parts[0]))
    for part in parts[1:]:
        writer.append_pages_from_reader(PdfReader(BytesIO(part)))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _limit() -> None:
    for name in PROXIES:
        os.environ[name] = os.environ[name.lower()] = NOWHERE
    os.environ.pop("NO_PROXY", None)
    os.environ.pop("no_proxy", None)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    _limit()
    serve(_answer)
