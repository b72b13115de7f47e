// Frames of the training and the losses. value: {name, epochs: [one for each frame], curves: SVG or ""}.
const slider = find("input");
let timer = null;

const ask = latestWins(
  (index) => server.history_frame({ model: props.value.name, frame: index }),
  (uri) => {
    find("img").src = uri;
  },
);

function turn() {
  const epoch = props.value.epochs[Number(slider.value)];
  find("output").textContent = epoch.toFixed(1);
  const mark = find("svg .now");
  if (mark) {
    const { left, right, last } = mark.dataset;
    const x = Number(left) + ((right - left) * Math.min(epoch, last)) / last;
    mark.setAttribute("x1", x);
    mark.setAttribute("x2", x);
  }
  ask(Number(slider.value));
}

function stop() {
  clearInterval(timer);
  timer = null;
}

function load() {
  stop();
  const { name, epochs, curves } = props.value;
  element.dataset.name = name;
  find(".gz-curves").innerHTML = curves;
  find(".gz-none").style.display = epochs.length || curves ? "none" : "";
  find("figure").style.display = find(".gz-scrub").style.display = epochs.length ? "" : "none";
  if (!epochs.length) return;
  slider.max = epochs.length - 1;
  slider.value = epochs.length - 1;
  turn();
}

slider.addEventListener("input", turn);
find("button").addEventListener("click", () => {
  if (timer) return stop();
  if (slider.value === slider.max) slider.value = 0;
  timer = setInterval(() => {
    if (slider.value === slider.max || !element.isConnected) return stop();
    slider.value = Number(slider.value) + 1;
    turn();
  }, 150);
});
follow(load);
