// Ask the server one thing at a time. Of the questions that pile up while it answers, only the newest is sent.
// biome-ignore lint/correctness/noUnusedVariables: the scripts of other panels call it
function latestWins(ask, show) {
  let busy = false;
  let waiting = null;
  return async function call(question) {
    if (busy) {
      waiting = { question };
      return;
    }
    busy = true;
    try {
      const answer = await ask(question);
      if (answer !== undefined) show(answer);
    } catch (error) {
      console.warn(`the server did not answer: ${error}`);
    }
    busy = false;
    if (waiting) {
      const next = waiting.question;
      waiting = null;
      call(next);
    }
  };
}
// Python sends the first value when the browser shows the component; until then its controls would have nothing to show.
// biome-ignore lint/correctness/noUnusedVariables: the scripts of other panels call it
function follow(load) {
  element.style.visibility = "hidden";
  watch("value", () => {
    element.style.visibility = "";
    load();
  });
  trigger("expand");
}
// biome-ignore lint/correctness/noUnusedVariables: the scripts of other panels call it
const find = (selector) => element.querySelector(selector);
