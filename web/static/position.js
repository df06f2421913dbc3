// Where the reader is in the text: kept for each article, and found again.

import { reading } from "./rows.js";

const key = `place:${reading.dataset.article}`;
const rows = () => reading.getElementsByClassName("row");
let place = null; // { block, fraction }: the row at the top, and how much of it is past
let isRestoring = false;

const topEdge = () =>
  document.querySelector(".pane")?.getBoundingClientRect().top ??
  document.querySelector(".tools").getBoundingClientRect().bottom;

function find() {
  const edge = topEdge();
  const all = rows();
  let [low, high] = [0, all.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle].getBoundingClientRect().bottom > edge + 1) high = middle;
    else low = middle + 1;
  }
  const box = all[low].getBoundingClientRect();
  const fraction = Math.max(0, (edge - box.top) / box.height);
  return { block: Number(all[low].id.slice("block-".length)), fraction };
}

function keep() {
  if (isRestoring) return;
  place = find();
  try {
    if (place.block === 0 && place.fraction === 0) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(place));
  } catch {
    // it is found again as long as this page is open
  }
}

/** Go where the reader was; rows on the way may turn out higher than they were held. */
async function restore() {
  if (!place) return;
  isRestoring = true;
  for (let turn = 0; turn < 3; turn += 1) {
    const row = document.getElementById(`block-${place.block}`);
    if (!row) break;
    const box = row.getBoundingClientRect();
    const scroller = row.closest(".pane") ?? document.scrollingElement;
    scroller.scrollTop += box.top + place.fraction * box.height - topEdge();
    await new Promise(requestAnimationFrame);
  }
  isRestoring = false;
}

history.scrollRestoration = "manual";
try {
  place = JSON.parse(localStorage.getItem(key));
} catch {
  // as at the first time
}
if (!location.hash) restore();

let waiting = 0;
document.addEventListener("scroll", () => {
  waiting ||= setTimeout(() => {
    waiting = 0;
    keep();
  }, 150);
}, { capture: true, passive: true });
addEventListener("pagehide", keep);
// Another view or size: the same sentence stays in view.
addEventListener("appearance", restore);
