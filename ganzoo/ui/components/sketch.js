// White strokes on black. The value is a data URI: a picture given by Python as it came, or the drawing once it is touched.
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
