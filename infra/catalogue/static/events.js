// Narrows the list as one types, lights up what a search or the pointer is about in the flow, and moves by key.

const find = document.querySelector("#find");
const found = document.querySelector("#found");
const nothing = document.querySelector(".nothing");
const articles = [...document.querySelectorAll("article")];
const folds = [...document.querySelectorAll(".fold")];
const roomy = !matchMedia("(max-width: 48rem)").matches;
const flows = [...document.querySelectorAll(".flow")];

function search() {
  const terms = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = articles.filter((article) => {
    const fits = terms.every((term) => article.dataset.words.includes(term));
    article.hidden = !fits;
    return fits;
  });
  const names = new Set(shown.map((article) => article.id));
  for (const item of document.querySelectorAll("[data-of]")) item.hidden = !names.has(item.dataset.of);
  for (const shelf of document.querySelectorAll(".shelf")) {
    shelf.hidden = !shelf.querySelector("[data-of]:not([hidden])");
  }
  for (const row of document.querySelectorAll("article tr[data-path]")) {
    row.classList.toggle("hit", terms.some((term) => row.dataset.path.includes(term)));
  }
  for (const fold of folds) fold.open = roomy || fold.querySelector(".hit") !== null;
  nothing.hidden = shown.length > 0;
  found.textContent = terms.length ? `${shown.length} of ${articles.length} events` : `${shown.length} events`;
  light();
}

/** Keep the search in the address, so that it can be passed on. */
function remember() {
  const address = new URL(location.href);
  if (find.value.trim()) address.searchParams.set("q", find.value.trim());
  else address.searchParams.delete("q");
  history.replaceState(null, "", address);
}

/** Light up the edges of one event or queue, or of all that the search shows. */
function light(row) {
  const { event, consumer } = row?.dataset ?? {};
  const shown = new Set(articles.filter((article) => !article.hidden).map((article) => article.id));
  const narrowed = row !== undefined || shown.size < articles.length;
  const lit = ({ dataset }) =>
    row === undefined ? shown.has(dataset.event) : dataset.event === event || dataset.consumer === consumer;
  for (const flow of flows) {
    flow.classList.toggle("narrowed", narrowed);
    const ends = new Set([event, consumer]);
    for (const edge of flow.querySelectorAll(".edge")) {
      edge.classList.toggle("lit", narrowed && lit(edge));
      if (lit(edge)) ends.add(edge.dataset.event).add(edge.dataset.consumer);
    }
    for (const other of flow.querySelectorAll(".row")) {
      const name = other.dataset.event ?? other.dataset.consumer;
      other.classList.toggle("lit", narrowed && (ends.has(name) || (row === undefined && shown.has(name))));
    }
  }
}

function move(step) {
  const links = [...document.querySelectorAll("[data-of]:not([hidden]) a")];
  const next = links.indexOf(document.activeElement) + step;
  if (next < 0) find.focus();
  else links[Math.min(next, links.length - 1)]?.focus();
}

function clear() {
  find.value = "";
  search();
  remember();
  find.focus();
}

document.addEventListener("keydown", (pressed) => {
  const searching = pressed.target === find;
  const listed = pressed.target.closest("[data-of]") !== null;
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || pressed.isComposing) return;
  if (pressed.key === "/" && !searching) find.focus();
  else if (pressed.key === "Escape" && find.value) clear();
  else if (pressed.key === "Enter" && searching) document.querySelector("[data-of]:not([hidden]) a")?.click();
  else if (pressed.key === "ArrowDown" && (searching || listed)) move(1);
  else if (pressed.key === "ArrowUp" && listed) move(-1);
  else return;
  pressed.preventDefault();
});

for (const row of document.querySelectorAll(".flow .row")) {
  row.addEventListener("pointerenter", () => light(row));
  row.addEventListener("pointerleave", () => light());
  row.addEventListener("focus", () => light(row));
  row.addEventListener("blur", () => light());
}

// What is asked for by its name is shown, whatever was searched for before.
window.addEventListener("hashchange", () => {
  const wanted = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!wanted?.hidden) return;
  clear();
  wanted.scrollIntoView();
});

find.addEventListener("input", () => {
  search();
  remember();
});
nothing.querySelector("button").addEventListener("click", clear);
document.querySelector(".find").hidden = false;
find.value = new URLSearchParams(location.search).get("q") ?? "";
search();
