// Two columns that scroll each by itself, and follow each other paragraph by paragraph.

import { message } from "./messages.js";
import { reading } from "./rows.js";

const root = document.documentElement;
let panes = null; // [source, target]
let leader = null; // the pane that the reader scrolls

function paneOf(language, name) {
  const pane = document.createElement("div");
  pane.className = "pane";
  pane.tabIndex = 0;
  pane.lang = language;
  pane.role = "region";
  pane.ariaLabel = name;
  for (const type of ["wheel", "pointerdown", "touchstart", "keydown", "focusin"]) {
    pane.addEventListener(type, () => (leader = pane), { passive: true });
  }
  pane.addEventListener("scroll", () => follow(pane), { passive: true });
  return pane;
}

// The target of a row stands in the other pane, in a row of its own.
function part(row) {
  const target = row.querySelector(".target");
  const twin = document.createElement("div");
  twin.className = `twin ${row.className}`;
  twin.classList.remove("row");
  twin.append(target);
  return twin;
}

function apart() {
  panes = [paneOf("id", message("indonesian")), paneOf("en", message("english"))];
  const rows = [...reading.getElementsByClassName("row")];
  panes[1].append(...rows.map(part));
  panes[0].append(...rows);
  reading.append(...panes);
  reading.classList.add("apart");
}

function together() {
  const rows = [...panes[0].children];
  const twins = [...panes[1].children];
  rows.forEach((row, i) => row.append(twins[i].firstElementChild));
  panes[0].before(...rows);
  for (const pane of panes) pane.remove();
  reading.classList.remove("apart");
  panes = null;
}

function follow(pane) {
  if (pane !== leader || root.dataset.anchor === "off") return;
  const other = panes[pane === panes[0] ? 1 : 0];
  if (pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 1) {
    other.scrollTop = other.scrollHeight;
    return;
  }
  const rows = pane.children;
  let [low, high] = [0, rows.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row.offsetTop + row.offsetHeight > pane.scrollTop) high = middle;
    else low = middle + 1;
  }
  const past = (pane.scrollTop - rows[low].offsetTop) / rows[low].offsetHeight;
  const twin = other.children[low];
  other.scrollTop = twin.offsetTop + past * twin.offsetHeight;
}

function update() {
  const isWanted = root.dataset.columns === "apart" && root.dataset.view === "side";
  if (isWanted === Boolean(panes)) return;
  if (isWanted) apart();
  else together();
}

reading.addEventListener("row", ({ detail: { row } }) => {
  if (!panes) return;
  const index = [...panes[0].children].indexOf(row);
  panes[1].children[index].replaceWith(part(row));
});
addEventListener("beforeprint", () => panes && together());
addEventListener("afterprint", update);
addEventListener("appearance", update);
update();
