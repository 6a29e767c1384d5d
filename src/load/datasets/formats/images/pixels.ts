/** An image of 8-bit numbers: `data` is [height, width, channels]. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for red, green and blue, 4 with alpha. */
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Weights of red, green and blue in grey, in 65536ths (ITU-R BT.601, as in Pillow and JPEG). */
const GREY = [19595, 38470, 7471] as const;

/**
 * The image with 1, 3 or 4 channels. Without alpha, transparent pixels become black.
 * @param rgba an image with four channels
 */
export function withChannels(rgba: Pixels, channels: number): Pixels {
  if (channels === 4) return rgba;
  const count = rgba.width * rgba.height;
  const data = new Uint8Array(count * channels);
  for (let pixel = 0; pixel < count; pixel++) {
    const alpha = rgba.data[4 * pixel + 3] ?? 0;
    let grey = 0x8000;
    for (let c = 0; c < 3; c++) {
      const value = Math.round(((rgba.data[4 * pixel + c] ?? 0) * alpha) / 255);
      if (channels === 3) data[3 * pixel + c] = value;
      grey += (GREY[c] ?? 0) * value;
    }
    if (channels === 1) data[pixel] = grey >> 16;
  }
  return { ...rgba, channels, data };
}

/** The two pixels around a position, and how far it is from the first to the second one (0 to 1). */
interface Between {
  readonly lower: number;
  readonly upper: number;
  readonly share: number;
}

function positions(size: number, wanted: number): Between[] {
  return Array.from({ length: wanted }, (_, i) => {
    const position = ((i + 0.5) * size) / wanted - 0.5;
    const below = Math.floor(position);
    const upper = Math.min(Math.ceil(position), size - 1);
    return { lower: Math.max(below, 0), upper, share: position - below };
  });
}

/**
 * The image in another size, interpolated bilinearly between pixel centres and without an anti-aliasing filter, like
 * tf.image.resize and image_dataset_from_directory of Keras.
 * @returns shape [height, width, channels], numbers from 0 to 255
 */
export function resized({ data, ...from }: Pixels, height: number, width: number): Float32Array {
  const { channels } = from;
  const columns = positions(from.width, width);
  const values = new Float32Array(height * width * channels);
  let filled = 0;
  for (const row of positions(from.height, height)) {
    const [top, bottom] = [row.lower * from.width, row.upper * from.width];
    for (const column of columns) {
      for (let c = 0; c < channels; c++) {
        const at = (line: number, x: number): number => data[(line + x) * channels + c] ?? 0;
        const above = at(top, column.lower) + (at(top, column.upper) - at(top, column.lower)) * column.share;
        const below = at(bottom, column.lower) + (at(bottom, column.upper) - at(bottom, column.lower)) * column.share;
        values[filled++] = above + (below - above) * row.share;
      }
    }
  }
  return values;
}
