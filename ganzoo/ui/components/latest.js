// Ask the server one thing at a time: while it answers, only the newest of the questions that pile up is kept.
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
const find = (selector) => element.querySelector(selector);
