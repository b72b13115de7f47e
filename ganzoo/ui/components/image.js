// An image to look at; the value is its data URI.
function show() {
  find("img").src = props.value;
}

follow(show);
