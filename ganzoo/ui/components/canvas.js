// A canvas to draw on with a finger, a pen or a mouse, and its tools. `changed` is called at most once in a frame.
// biome-ignore lint/correctness/noUnusedVariables: the scripts of other panels call it
function drawingBoard(changed) {
  const canvas = find(".gz-canvas canvas");
  const tools = find(".gz-tools");
  const size = tools.querySelector("input");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const past = [];
  let settings = {};
  let tool = "brush";
  let colour = "white";
  let start = null;
  let last = null;
  let frame = 0;

  function remember() {
    past.push(pen.getImageData(0, 0, canvas.width, canvas.height));
    if (past.length > 30) past.shift();
  }

  function resize(width, height) {
    if (canvas.width === width && canvas.height === height) return;
    canvas.width = width;
    canvas.height = height;
    canvas.style.setProperty("--aspect", width / height);
  }

  function blank() {
    resize(settings.width, settings.height);
    pen.fillStyle = settings.ground;
    pen.fillRect(0, 0, canvas.width, canvas.height);
  }

  function undo() {
    const before = past.pop();
    resize(before.width, before.height);
    pen.putImageData(before, 0, 0);
  }

  function soon() {
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      changed();
    });
  }

  // The canvas gets the aspect of the image; with `fit`, the image is stretched over the canvas as it is.
  function show(uri, { fit = false } = {}) {
    return new Promise((done) => {
      if (!uri) return done(blank());
      const image = new Image();
      image.onload = () => {
        if (!fit) {
          const scale = Math.min(settings.width, settings.height) / Math.min(image.width, image.height);
          const shrunk = Math.min(scale, (8 * settings.width) / Math.max(image.width, image.height));
          resize(Math.max(1, Math.round(image.width * shrunk)), Math.max(1, Math.round(image.height * shrunk)));
        }
        pen.imageSmoothingEnabled = image.width > canvas.width || Boolean(settings.smooth);
        done(pen.drawImage(image, 0, 0, canvas.width, canvas.height));
      };
      image.src = uri;
    });
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * canvas.width) / box.width,
      ((event.clientY - box.top) * canvas.height) / box.height,
    ];
  }

  function stroke(from, to) {
    pen.strokeStyle = tool === "eraser" ? settings.ground : colour;
    pen.lineWidth = settings.sized ? Number(size.value) : settings[tool];
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
  }

  function rectangle(to) {
    pen.putImageData(past.at(-1), 0, 0);
    pen.fillStyle = colour;
    pen.fillRect(...start, to[0] - start[0], to[1] - start[1]);
  }

  function mark(here) {
    if (tool === "rectangle") rectangle(here);
    else stroke(last, here);
    last = here;
  }

  function choose(name) {
    tool = name;
    for (const button of tools.querySelectorAll("[data-tool]")) {
      button.classList.toggle("on", button.dataset.tool === name);
    }
  }

  function pick(button) {
    colour = button.dataset.colour;
    for (const other of tools.querySelectorAll("[data-colour]")) other.setAttribute("aria-pressed", other === button);
    if (tool === "eraser") choose(settings.tool);
  }

  // {width, height, ground, colours: [{colour, name: HTML}], tool, brush, eraser, sized, smooth, still}
  function setup(chosen) {
    settings = { tool: "brush", ...chosen };
    past.length = 0;
    tools.hidden = Boolean(settings.still);
    canvas.classList.toggle("still", Boolean(settings.still));
    tools.querySelector("[data-tool=rectangle]").hidden = size.parentElement.hidden = !settings.sized;
    size.max = Math.round(settings.width / 4);
    size.value = settings.brush;
    tools.querySelector(".gz-palette").innerHTML =
      settings.colours.length < 2
        ? ""
        : settings.colours
            .map(
              ({ colour, name }) =>
                `<button type="button" data-colour="${colour}"><i style="background: ${colour}"></i>${name}</button>`,
            )
            .join("");
    colour = settings.colours.at(-1)?.colour;
    const buttons = [...tools.querySelectorAll("[data-colour]")];
    if (buttons.length) pick(buttons[Math.min(1, buttons.length - 1)]);
    choose(settings.tool);
    blank();
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (settings.still || !event.isPrimary || event.button) return; // a second finger would draw from the first to itself
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    remember();
    start = last = place(event);
    mark(last);
    soon();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last || !event.isPrimary) return;
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const step of steps.length ? steps : [event]) mark(place(step));
    soon();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => {
      if (!last || !event.isPrimary) return;
      start = last = null;
      soon();
    });
  }
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.colour) return pick(button);
    const name = button.dataset.tool;
    if (name !== "undo" && name !== "clear") return choose(name);
    if (name === "undo") {
      if (!past.length) return;
      undo();
    } else {
      remember();
      blank();
    }
    changed();
  });

  return { setup, show, remember, drawing: () => Boolean(last), uri: () => canvas.toDataURL("image/png") };
}
