"""The page and the descriptions of the app, which hold no images, go out compressed.

Gradio compresses files, which it tells by the ending of the address; the page and these have none.
"""

import re

from gradio.brotli_middleware import BrotliMiddleware
from starlette.types import ASGIApp, Scope

PAGE = re.compile(r"^/?$|/(config|gradio_api/info|agents\.md)/?$")
QUALITY = 5
"""Of Brotli; a tenth of the page is left."""


class Compression(BrotliMiddleware):
    """ASGI middleware: Gradio's own, for addresses without an ending. Streams of answers are left alone."""

    def __init__(self, app: ASGIApp):
        super().__init__(app, quality=QUALITY)

    def _is_compressible_file_type(self, scope: Scope) -> bool:
        return scope["method"] == "GET" and bool(PAGE.search(scope["path"]))
