// All models. value: the name of the chosen model. The server sends tree, plots and table as HTML, and the table again with
// latencies.
let sortKey = null;
let descending = false;

const valueIn = (row, column) => row.children[column].dataset.value ?? "";

function compare(a, b, numeric) {
  if (a === "" || b === "") return (a === "") - (b === "");
  const order = numeric ? a - b : a.localeCompare(b);
  return descending ? -order : order;
}

function sort() {
  const heads = [...element.querySelectorAll("th")];
  const column = heads.findIndex((head) => head.dataset.key === sortKey);
  if (column < 0) return;
  for (const head of heads) head.removeAttribute("aria-sort");
  heads[column].setAttribute("aria-sort", descending ? "descending" : "ascending");
  const numeric = heads[column].classList.contains("number");
  const rows = [...element.querySelectorAll("tbody tr")];
  rows.sort((a, b) => compare(valueIn(a, column), valueIn(b, column), numeric));
  find("tbody").append(...rows);
}

function mark() {
  for (const row of element.querySelectorAll("tbody tr")) row.classList.toggle("on", row.dataset.model === props.value);
}

function tabulate(table) {
  find(".gz-table").innerHTML = table;
  sort();
  mark();
}

element.addEventListener("click", (event) => {
  const head = event.target.closest("th");
  if (head) {
    descending = sortKey === head.dataset.key && !descending;
    sortKey = head.dataset.key;
    return sort();
  }
  const model = event.target.closest("[data-model]");
  if (!model) return;
  props.value = model.dataset.model;
  mark();
  trigger("input");
  const card = document.querySelector("#zoo_card");
  card.style.minHeight = "100vh"; // room to scroll to before the card arrives
  card.scrollIntoView({ behavior: "smooth" });
});

latestWins(
  () => server.drawn({}),
  ({ tree, plots, table }) => {
    find(".gz-tree").innerHTML = tree;
    find(".gz-plots").innerHTML = plots;
    tabulate(table);
    latestWins(() => server.complete_table({}), tabulate)();
  },
)();
