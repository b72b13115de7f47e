// A map of a discriminator's scores over an image: one cell for each patch, from red (fake) to green (real).
const FAKE = [200, 20, 40];
const REAL = [60, 220, 90];

// {rows: [[...]], low, high, cover: {left, top, width, height} in shares of the image}
// biome-ignore lint/correctness/noUnusedVariables: translate.js calls it
function drawScores(canvas, { rows, low, high, cover }) {
  const [height, width] = [rows.length, rows[0].length];
  const image = new ImageData(width, height);
  rows.flat().forEach((score, i) => {
    const share = high > low ? Math.min(Math.max((score - low) / (high - low), 0), 1) : 0.5;
    FAKE.forEach((fake, channel) => {
      image.data[4 * i + channel] = fake + (REAL[channel] - fake) * share;
    });
    image.data[4 * i + 3] = 150;
  });
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").putImageData(image, 0, 0);
  for (const [side, share] of Object.entries(cover)) canvas.style[side] = `${100 * share}%`;
}
