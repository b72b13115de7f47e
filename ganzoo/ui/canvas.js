// White strokes on black. The value is a data URI: a picture given by Python as it came, or the drawing once it is touched.
const canvas = find("canvas");
const pen = canvas.getContext("2d", { willReadFrequently: true });
const past = [];
let tool = "brush";
let last = null;
let frame = 0;

function remember() {
  past.push(pen.getImageData(0, 0, canvas.width, canvas.height));
  if (past.length > 30) past.shift();
}

function blank() {
  pen.fillStyle = "black";
  pen.fillRect(0, 0, canvas.width, canvas.height);
}

function send() {
  frame = 0;
  props.value = canvas.toDataURL("image/png");
  trigger("input");
}

function sendSoon() {
  frame ||= requestAnimationFrame(send);
}

function show(uri) {
  if (!uri) return blank();
  const image = new Image();
  image.onload = () => {
    pen.imageSmoothingEnabled = image.width > canvas.width;
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  };
  image.src = uri;
}

function place(event) {
  const box = canvas.getBoundingClientRect();
  return [
    ((event.clientX - box.left) * canvas.width) / box.width,
    ((event.clientY - box.top) * canvas.height) / box.height,
  ];
}

function stroke(from, to) {
  pen.strokeStyle = tool === "eraser" ? "black" : "white";
  pen.lineWidth = tool === "eraser" ? 36 : 22;
  pen.lineCap = pen.lineJoin = "round";
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
}

canvas.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  remember();
  last = place(event);
  stroke(last, last);
  sendSoon();
});
canvas.addEventListener("pointermove", (event) => {
  if (!last) return;
  for (const step of event.getCoalescedEvents?.() ?? [event]) {
    const here = place(step);
    stroke(last, here);
    last = here;
  }
  sendSoon();
});
for (const end of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(end, () => {
    last = null;
  });
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tool]");
  if (!button) return;
  const name = button.dataset.tool;
  if (name === "brush" || name === "eraser") {
    tool = name;
    for (const one of element.querySelectorAll("[data-tool]")) one.classList.toggle("on", one.dataset.tool === name);
    return;
  }
  if (name === "undo") {
    if (!past.length) return;
    pen.putImageData(past.pop(), 0, 0);
  } else {
    remember();
    blank();
  }
  send();
});

blank();
show(props.value);
watch("value", () => {
  remember();
  show(props.value);
  trigger("input");
});
