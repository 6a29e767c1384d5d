"""Writes images/: files by Pillow, and in expected.json what Keras's image_dataset_from_directory makes of them.

    python -m venv v && v/bin/pip install pillow tensorflow-cpu && v/bin/python make-images.py

Written with Pillow 13.0.0 and TensorFlow 2.21.0. The files are kept; this says where they come from.
"""

import json
import os

import keras
import numpy as np
from PIL import Image

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "images")
HEIGHT, WIDTH = 6, 5
random = np.random.default_rng(1)


def save(image, *parts, **options):
    path = os.path.join(HERE, *parts)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    image.save(path, **options)


def noise(height, width, *channels):
    return Image.fromarray(random.integers(0, 256, (height, width, *channels), dtype=np.uint8))


def smooth(height, width):
    y, x = np.mgrid[0:height, 0:width]
    return Image.fromarray(np.stack([4 * x, 5 * y, 2 * (x + y)], axis=2).astype(np.uint8))


# Smaller than wanted, larger, much larger, of the same size, grey, with a palette.
save(noise(4, 3, 3), "keras", "a", "img2.png")
save(noise(14, 20, 3), "keras", "a", "img10.png")
save(noise(31, 67, 3), "keras", "b", "1.png")
save(noise(HEIGHT, WIDTH, 3), "keras", "b", "2.png")
save(noise(9, 11), "keras", "c", "grey.png")
save(noise(9, 7, 3).quantize(16), "keras", "c", "palette.png")
save(smooth(33, 47), "keras", "c", "photo.jpg", quality=95, subsampling=0)
save(smooth(20, 10).quantize(16), "still", "c", "x.gif")

# The same pixels in formats that Keras does not read, with alpha, and in 16 bits.
picture = noise(5, 8, 3)
save(picture, "same", "x.png")
save(picture, "same", "x.webp", lossless=True)
save(picture, "same", "x.tif", compression="tiff_lzw")
save(picture, "same", "x.jpg.tiff")
clear = picture.copy()
clear.putalpha(255)
save(clear, "same", "x-alpha.png")
save(Image.new("RGBA", (4, 4), (200, 100, 50, 51)), "alpha", "x.png")
save(Image.fromarray(np.full((4, 4), 0x4D00, dtype=np.uint16)), "deep", "x.png")
save(picture.convert("CMYK"), "cmyk", "x.jpg", quality=95)
turned = Image.Exif()
turned[0x0112] = 6
save(picture, "turned", "x.jpg", quality=95, subsampling=0, exif=turned)
frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
save(frames[0], "moving", "x.gif", save_all=True, append_images=frames[1:])
save(picture, "bmp", "x.bmp")

expected = {}
# TensorFlow makes no grey images of GIF.
for folder, mode in (("keras", "rgb"), ("keras", "grayscale"), ("still", "rgb")):
    options = {"labels": None, "color_mode": mode, "batch_size": 1, "image_size": (HEIGHT, WIDTH), "shuffle": False}
    data = keras.utils.image_dataset_from_directory(os.path.join(HERE, folder), **options)
    for file, pixels in zip(data.file_paths, data):
        name = os.path.relpath(file, HERE).replace(os.sep, "/")
        expected.setdefault(name, {})[mode] = np.asarray(pixels, np.float64).ravel().round(4).tolist()
with open(os.path.join(HERE, "expected.json"), "w") as file:
    json.dump(expected, file)
