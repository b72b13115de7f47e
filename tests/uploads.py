"""Files that strangers might upload. Each has the size of what a 32x32 model makes of it, or the error that it gets."""

import io

import numpy as np
from PIL import Image


def encode(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def turned_by_exif() -> bytes:
    image = Image.new("RGB", (60, 40))
    exif = image.getexif()
    exif[0x0112] = 6
    return encode(image, "JPEG", exif=exif)


PHOTO = Image.linear_gradient("L").resize((60, 40)).convert("RGB")
UPLOADS = {
    "turned by EXIF": (turned_by_exif, (32, 48)),
    "transparent": (lambda: encode(Image.new("RGBA", (60, 40), (9, 9, 9, 0))), (48, 32)),
    "CMYK": (lambda: encode(PHOTO.convert("CMYK"), "JPEG"), (48, 32)),
    "16 bits": (lambda: encode(Image.fromarray(np.full((40, 60), 30_000, np.uint16))), (48, 32)),
    "palette": (lambda: encode(PHOTO.convert("P")), (48, 32)),
    "animated": (lambda: encode(PHOTO, "GIF", save_all=True, append_images=[Image.new("RGB", (60, 40))]), (48, 32)),
    "one pixel": (lambda: encode(Image.new("RGB", (1, 1))), (32, 32)),
    "10,000 wide": (lambda: encode(Image.new("RGB", (10_000, 40))), (1024, 4)),
    "10,000 high": (lambda: encode(Image.new("1", (1, 10_000))), (1, 1024)),
    "truncated": (lambda: encode(Image.effect_noise((64, 64), 50))[:900], "upload.png is damaged"),
    "text": (lambda: b"not a picture", "upload.png is no picture in one of the formats"),
    "empty": (lambda: b"", "upload.png is no picture"),
    "bomb": (lambda: encode(Image.new("1", (9000, 9000))), "9000x9000 pixels; at most 30,000,000"),
}
