// The view of one language: the other one appears where it is asked for.

import { onKey } from "./keys.js";
import { message } from "./messages.js";
import { counterpart, current, isShown, reading, rowAt } from "./rows.js";

const MARKS = ".doubt, .edited, .remembered";
const NAMES = { id: message("indonesian"), en: message("english") };
const root = document.documentElement;

const isOn = () => root.dataset.view === "reveal";
const shownSide = () => (root.dataset.shown === "id" ? ".source" : ".target");
const hiddenName = () => NAMES[root.dataset.shown === "id" ? "en" : "id"];
const hiddenSide = () => (root.dataset.shown === "id" ? ".target" : ".source");
const half = (row, side) => row.querySelector(side);

function button(className, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.lang = root.lang; // it stands within a text of one of the two languages
  made.ariaExpanded = "false";
  if (label) made.textContent = label;
  return made;
}

// One button after each sentence, for pointers; one for the paragraph, for all.
function decorate(row) {
  const side = half(row, shownSide());
  if (!side || side.dataset.revealing === hiddenName()) return;
  side.dataset.revealing = hiddenName();
  const sentences = side.querySelectorAll(".sentence");
  for (const sentence of sentences) {
    const peek = button("peek");
    if (sentences.length > 1) peek.tabIndex = -1; // the paragraph's is reached instead
    peek.ariaLabel = message("showSentence", { language: hiddenName() });
    peek.dataset.of = sentence.dataset.segment;
    let last = sentence;
    while (last.nextElementSibling?.matches(MARKS)) last = last.nextElementSibling;
    last.after(peek);
  }
  if (sentences.length > 1) {
    side.append(button("reveal-row", message("show", { language: hiddenName() })));
  }
}

// Of the other language only what was asked for is shown.
function conceal(row) {
  const hidden = half(row, hiddenSide());
  const isOpen = hidden.querySelector(".sentence.open") !== null;
  hidden.classList.toggle("open", isOpen);
  hidden.hidden = isOpen ? false : "until-found";
  half(row, shownSide()).hidden = false;
}

function update(row) {
  conceal(row);
  const all = [...half(row, hiddenSide()).querySelectorAll(".sentence")];
  const open = all.filter((sentence) => sentence.classList.contains("open"));
  const side = half(row, shownSide());
  for (const [i, peek] of side.querySelectorAll(".peek").entries()) {
    peek.ariaExpanded = String(all[i].classList.contains("open"));
  }
  const whole = side.querySelector(".reveal-row");
  if (!whole) return;
  whole.ariaExpanded = String(open.length === all.length);
  whole.textContent = message(open.length === all.length ? "hide" : "show", {
    language: hiddenName(),
  });
}

function toggle(sentences) {
  const isOpening = sentences.some((sentence) => !sentence.classList.contains("open"));
  for (const sentence of sentences) sentence.classList.toggle("open", isOpening);
  const row = rowAt(sentences[0].dataset.segment.split("-")[0]);
  update(row);
  if (isOpening) {
    document.getElementById("announcement").textContent = sentences
      .map((sentence) => sentence.textContent)
      .join(" ");
  }
}

function revealRow(row) {
  toggle([...half(row, hiddenSide()).querySelectorAll(".sentence")]);
}

/** Show the counterpart of a sentence, if it is hidden. */
export function uncover(sentence) {
  if (isOn() && !isShown(sentence)) toggle([sentence]);
}

reading.addEventListener("click", (event) => {
  const peek = event.target.closest(".peek");
  if (peek) toggle([
      counterpart(peek.parentElement.querySelector(`[data-segment="${peek.dataset.of}"]`)),
    ]);
  const whole = event.target.closest(".reveal-row");
  if (whole) revealRow(whole.closest(".row"));
});

function ofCurrent(act) {
  const sentence = current();
  if (!isOn() || !sentence) return false;
  act(sentence);
  return true;
}
const revealCurrent = () =>
  ofCurrent((sentence) => {
    const inShown = sentence.closest(shownSide());
    toggle([inShown ? counterpart(sentence) : sentence]);
    if (!inShown) counterpart(sentence).focus();
  });
onKey("r", revealCurrent);
// Elsewhere it presses a button or turns the page.
onKey(" ", () => document.activeElement.matches(".sentence") && revealCurrent());
onKey("R", () => ofCurrent((sentence) => revealRow(sentence.closest(".row"))));

// A long text has thousands of buttons: rows get theirs as they come near.
const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target: row } of entries) {
    if (!isIntersecting || !isOn()) continue;
    near.unobserve(row);
    decorate(row);
    update(row);
  }
}, { rootMargin: "150% 0px" });

let shown = ""; // the language alone that the rows are set to show
function showAll() {
  const wanted = isOn() ? root.dataset.shown : "";
  if (wanted === shown) return;
  shown = wanted;
  near.disconnect();
  if (!isOn()) return;
  for (const row of reading.querySelectorAll(".row:not(.pending)")) {
    conceal(row);
    near.observe(row);
  }
}
addEventListener("appearance", showAll);
// The browser's search, or a link, found what is hidden.
reading.addEventListener("beforematch", (event) => {
  const closed = event.target.querySelectorAll(".sentence:not(.open)");
  if (isOn() && closed.length) toggle([...closed]);
});
reading.addEventListener("row", ({ detail: { row, old } }) => {
  if (!isOn()) return;
  for (const { dataset } of old.querySelectorAll(".sentence.open")) {
    const again = row.querySelector(`${hiddenSide()} [data-segment="${dataset.segment}"]`);
    again?.classList.add("open");
  }
  decorate(row);
  update(row);
});
showAll();

const linked = document.getElementById(location.hash.slice(1));
if (isOn() && linked?.matches(".sentence")) {
  uncover(linked);
  linked.focus({ preventScroll: true });
  linked.scrollIntoView({ block: "center" });
}
