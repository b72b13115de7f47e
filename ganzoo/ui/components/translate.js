// An image on the canvas and its translation. value: {name, directions: [{name, from, to: HTML, kind, board,
// examples: [URI]}], scores, restores, strength, random, cycles, compares}. image: {uri}, an upload for the canvas.
const field = (name) => find(`[name=${name}]`);
let way = 0;
let kind = null; // of image, and the colours to draw it in
let filled = false;

const board = drawingBoard(() => {
  filled = true;
  ask();
});

// Other networks wait until the pen is lifted: each takes as long as the first.
function question() {
  const { name, directions, restores } = props.value;
  const step = { model: name, picture: board.uri(), direction: directions[way].name };
  step.verdicts = field("scores").checked;
  step.compare = !board.drawing();
  return restores ? { ...step, strength: Number(field("strength").value), seed: Number(field("seed").value) } : step;
}

async function translate() {
  const answer = await server.answer_step(question());
  const parts = ["row", "beside"].map((name) => {
    const part = document.createElement("div");
    part.innerHTML = answer[name] ?? "";
    return part;
  });
  const images = parts.flatMap((part) => [...part.querySelectorAll("img")]);
  await Promise.all(images.map((image) => image.decode())); // so that the new row shows at once
  return { ...answer, parts };
}

function show({ error, source, result, width, height, verdicts, beside, parts }) {
  find(".gz-error").hidden = !error;
  find(".gz-error").textContent = error ?? "";
  if (error) return;
  find(".gz-before").src = source;
  find(".gz-after img").src = find("a").href = result;
  find(".gz-curtain").style.aspectRatio = `${width} / ${height}`;
  find(".gz-curtain").style.setProperty("--aspect", width / height);
  find(".gz-curtain canvas").hidden = find(".gz-scale").hidden = !verdicts;
  if (verdicts) {
    drawScores(find(".gz-curtain canvas"), verdicts);
    element.querySelectorAll(".gz-scale b").forEach((end, i) => {
      end.textContent = verdicts.ends[i];
    });
  }
  find(".gz-way").replaceChildren(...parts[0].childNodes);
  if (beside !== null) find(".gz-beside div").replaceChildren(...parts[1].childNodes);
}

const answer = latestWins(translate, show);

function ask() {
  find(".gz-empty").hidden = filled;
  find(".gz-out").style.visibility = filled ? "" : "hidden";
  if (filled) answer();
}

async function start(uri) {
  filled = Boolean(uri);
  await board.show(uri);
  ask();
}

// The image on the canvas stays for a direction, or another model, that starts from the same kind of image.
function turn(to) {
  way = to;
  const { directions } = props.value;
  const chosen = directions[way];
  element.querySelectorAll(".gz-ways button").forEach((button, i) => {
    button.setAttribute("aria-pressed", i === way);
  });
  find(".gz-from").innerHTML = chosen.from;
  find(".gz-to").innerHTML = chosen.to;
  const examples = find(".gz-examples");
  for (const button of examples.querySelectorAll("button")) button.remove();
  for (const uri of chosen.examples) {
    const button = document.createElement("button");
    button.type = "button";
    button.innerHTML = `<img src="${uri}" alt="">`;
    button.addEventListener("click", () => {
      board.remember();
      start(uri);
    });
    examples.append(button);
  }
  examples.hidden = !chosen.examples.length;
  const before = kind;
  kind = JSON.stringify([chosen.kind, chosen.board.colours]);
  if (kind === before && filled) return ask();
  board.setup(chosen.board);
  start(chosen.examples[0] ?? (chosen.board.still ? null : board.uri()));
}

function load() {
  const { name, directions, scores, restores, strength, random, cycles, compares } = props.value;
  element.dataset.name = name;
  field("strength").value = strength;
  damage();
  find("a").download = `${name}.png`;
  const ways = find(".gz-ways");
  ways.hidden = directions.length < 2;
  ways.innerHTML = directions
    .map(({ from, to }, i) => `<button type="button" data-way="${i}">${from} → ${to}</button>`)
    .join("");
  find(".gz-scored").hidden = !scores;
  if (!scores) field("scores").checked = false;
  const parts = { damage: restores, chance: random, restore: restores, cycle: cycles, beside: compares };
  for (const [part, shown] of Object.entries(parts)) find(`.gz-${part}`).hidden = !shown;
  turn(0);
}

function damage() {
  find(".gz-damage output").textContent = Number(field("strength").value).toFixed(2);
}

function draw() {
  find(".gz-curtain").style.setProperty("--at", `${field("curtain").value}%`);
  find(".gz-curtain").classList.toggle("crisp", field("crisp").checked);
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.way) turn(Number(button.dataset.way));
  if (button && "random" in button.dataset) {
    field("seed").value = Math.floor(Math.random() * 2 ** 32);
    ask();
  }
});
element.addEventListener("input", ({ target }) => {
  if (["curtain", "crisp"].includes(target.name)) draw();
  if (["strength", "seed"].includes(target.name)) damage();
  if (["strength", "seed", "scores"].includes(target.name)) ask();
});
watch("image", () => {
  board.remember();
  start(props.image.uri);
});
field("curtain").value = 0;
draw();
follow(load);
