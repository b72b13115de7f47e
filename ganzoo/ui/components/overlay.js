// A map of verdicts laid over a picture: one cell for each patch, red where it looks made, green where it looks real.
const MADE = [200, 20, 40];
const REAL = [60, 220, 90];

// {rows: [[...]], low, high, cover: {left, top, width, height} in shares of the picture}
function drawVerdicts(canvas, { rows, low, high, cover }) {
  const [height, width] = [rows.length, rows[0].length];
  const picture = new ImageData(width, height);
  rows.flat().forEach((verdict, i) => {
    const share = high > low ? Math.min(Math.max((verdict - low) / (high - low), 0), 1) : 0.5;
    MADE.forEach((made, channel) => {
      picture.data[4 * i + channel] = made + (REAL[channel] - made) * share;
    });
    picture.data[4 * i + 3] = 150;
  });
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").putImageData(picture, 0, 0);
  for (const [side, share] of Object.entries(cover)) canvas.style[side] = `${100 * share}%`;
}
