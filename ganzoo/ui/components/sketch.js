// White strokes on black. The value is a data URI: the image that Python set, then the drawing once a pen touches it.
const board = drawingBoard(() => {
  props.value = board.uri();
  trigger("input");
});

board.setup({ width: 280, height: 280, ground: "black", colours: [{ colour: "white" }], brush: 22, eraser: 36 });
board.show(props.value, { fit: true });
watch("value", () => {
  board.remember();
  board.show(props.value, { fit: true });
  trigger("input");
});
