// White strokes on black. The value is a data URI: the image that Python set, then the drawing once a pen touches it.
let begun = false;
const board = drawingBoard(() => {
  props.value = board.uri();
  trigger("input");
});
trigger("expand");

board.setup({ width: 280, height: 280, ground: "black", colours: [{ colour: "white" }], brush: 22, eraser: 36 });
watch("value", () => {
  if (begun) board.remember(); // nobody wants the empty canvas of the start back
  begun = true;
  board.show(props.value, { fit: true });
  trigger("input");
});
trigger("expand");
