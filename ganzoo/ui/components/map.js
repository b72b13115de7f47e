// The plane of two-number codes. value: {name, codes, labels, classes: their names as HTML, low: [2], high: [2], manifold, at: [2]}.
// The prop "at" moves the point from Python. Drag on the map or on the decoded plane, or use the sliders.
const COLOURS = [
  "#4e79a7",
  "#f28e2b",
  "#e15759",
  "#3ba7a0",
  "#59a14f",
  "#c9a800",
  "#b07aa1",
  "#ff7fa6",
  "#8a6348",
  "#777777",
];
const canvas = find("canvas");
const pen = canvas.getContext("2d");
const sliders = element.querySelectorAll("input");
const numbers = element.querySelectorAll("output");
const manifold = find(".gz-manifold");
let at = [0, 0];

const decode = latestWins(
  (code) => server.decode({ model: props.value.name, code }),
  (uri) => {
    find(".gz-decoded").src = uri;
  },
);

const colour = (label) => COLOURS[label % COLOURS.length];

function legend(name, label) {
  const entry = document.createElement("b");
  entry.style.background = colour(label);
  entry.innerHTML = name;
  return entry;
}

const share = (axis, number) => (number - props.value.low[axis]) / (props.value.high[axis] - props.value.low[axis]);

function draw() {
  const { codes, labels } = props.value;
  const side = canvas.clientWidth || 320;
  const dense = window.devicePixelRatio || 1;
  canvas.width = canvas.height = side * dense;
  pen.scale(dense, dense);
  pen.clearRect(0, 0, side, side);
  pen.strokeStyle = "#8886";
  pen.beginPath();
  pen.moveTo(share(0, 0) * side, 0);
  pen.lineTo(share(0, 0) * side, side);
  pen.moveTo(0, (1 - share(1, 0)) * side);
  pen.lineTo(side, (1 - share(1, 0)) * side);
  pen.stroke();
  pen.globalAlpha = 0.75;
  codes.forEach((code, i) => {
    pen.fillStyle = colour(labels[i]);
    pen.beginPath();
    pen.arc(share(0, code[0]) * side, (1 - share(1, code[1])) * side, 2.2, 0, 7);
    pen.fill();
  });
  pen.globalAlpha = 1;
  const [x, y] = [share(0, at[0]) * side, (1 - share(1, at[1])) * side];
  for (const [colour, width] of [
    ["white", 5],
    ["black", 2],
  ]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    pen.arc(x, y, 8, 0, 7);
    pen.stroke();
  }
  const mark = manifold.querySelector("i");
  mark.style.left = `${100 * share(0, at[0])}%`;
  mark.style.top = `${100 * (1 - share(1, at[1]))}%`;
}

function move(point) {
  at = point.map((number, axis) => Math.min(Math.max(number, props.value.low[axis]), props.value.high[axis]));
  sliders.forEach((slider, axis) => {
    slider.value = at[axis];
    numbers[axis].textContent = at[axis].toFixed(2);
  });
  draw();
  decode(at);
}

function load() {
  const { name, low, high, codes, classes, manifold: plane } = props.value;
  element.dataset.name = name;
  find(".gz-legend").replaceChildren(...classes.map(legend));
  sliders.forEach((slider, axis) => {
    slider.min = low[axis];
    slider.max = high[axis];
  });
  find(".gz-none").style.display = codes.length ? "none" : "";
  manifold.querySelector("img").src = plane;
  move(props.value.at);
}

for (const plane of element.querySelectorAll(".gz-plane")) {
  const drag = (event) => {
    if (!plane.hasPointerCapture(event.pointerId)) return;
    const box = plane.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
    const { low, high } = props.value;
    move([low[0] + x * (high[0] - low[0]), low[1] + y * (high[1] - low[1])]);
  };
  plane.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    plane.setPointerCapture(event.pointerId);
    drag(event);
  });
  plane.addEventListener("pointermove", drag);
}
sliders.forEach((slider, axis) => {
  slider.addEventListener("input", () => move(at.map((number, i) => (i === axis ? Number(slider.value) : number))));
});
new ResizeObserver(() => props.value && draw()).observe(canvas);
watch("at", () => move(props.at));
follow(load);
