// Sliders along the leading directions of a code. value: {name, start: [d], directions: [[d], ...], deviations: [...]}.
const list = find(".gz-sliders");

const decode = latestWins(
  (code) => server.decode({ model: props.value.name, code }),
  (uri) => {
    find(".gz-decoded").src = uri;
  },
);

function moved() {
  const { start, directions, deviations } = props.value;
  const code = start.slice();
  list.querySelectorAll("input").forEach((slider, i) => {
    const amount = Number(slider.value);
    slider.previousElementSibling.textContent = `${amount > 0 ? "+" : ""}${amount.toFixed(1)} σ`;
    directions[i].forEach((part, j) => {
      code[j] += amount * deviations[i] * part;
    });
  });
  decode(code);
}

function load() {
  const { name, directions } = props.value;
  element.dataset.name = name;
  list.innerHTML = directions
    .map(
      (_, i) => `<label>${i + 1} <output></output><input type="range" min="-3" max="3" step="0.1" value="0"></label>`,
    )
    .join("");
  find(".gz-none").style.display = directions.length ? "none" : "";
  find("button").style.display = directions.length ? "" : "none";
  moved();
}

list.addEventListener("input", moved);
find("button").addEventListener("click", () => {
  for (const slider of list.querySelectorAll("input")) slider.value = 0;
  moved();
});
follow(load);
