// Light up a sentence and its counterpart: under the pointer, in focus, at a tap.
// Exported pages carry this file inside them, so it imports nothing.

const reading = document.querySelector(".reading");
const TYPING = "input:not([type=radio]), textarea, select, dialog, [popover]";
let lit = null;

const sentenceOf = (node) =>
  node instanceof Element ? node.closest(".sentence") : null;

const focused = () => sentenceOf(document.activeElement);

function light(sentence) {
  const id = sentence?.dataset.segment ?? null;
  if (id === lit) return;
  for (const element of reading.querySelectorAll(".lit")) {
    element.classList.remove("lit");
  }
  lit = id;
  if (id === null) return;
  for (const element of reading.querySelectorAll(
    `[data-segment="${id}"], [data-note="${id}"]`,
  )) {
    element.classList.add("lit");
    element.closest(".row, .twin").classList.add("lit");
  }
}

function side(sentence) {
  return sentence?.closest(".target") ? ".target" : ".source";
}

// Rows are looked at first: what is out of view has no sentences laid out.
function firstInView(column) {
  const rows = [...reading.querySelectorAll(".row, .twin")].filter((row) =>
    row.querySelector(`${column} .sentence`),
  );
  const edge = document.querySelector(".tools")?.getBoundingClientRect().bottom ?? 0;
  const row = rows.find((r) => r.getBoundingClientRect().bottom > edge) ?? rows[0];
  const sentences = [...row.querySelectorAll(`${column} .sentence`)];
  return sentences.find((s) => s.getBoundingClientRect().top >= edge) ?? sentences[0];
}

function step(by) {
  const current = focused() ?? sentenceOf(reading.querySelector(".sentence.lit"));
  const { view, shown } = document.documentElement.dataset;
  const inView = shown === "id" ? ".source" : ".target";
  const column = view === "reveal" ? inView : side(focused());
  const sentences = [...reading.querySelectorAll(`${column} .sentence`)];
  const at = sentences.findIndex((s) => s.dataset.segment === current?.dataset.segment);
  (at < 0 ? firstInView(column) : sentences[at + by])?.focus();
}

function cross(column) {
  const id = focused().dataset.segment;
  reading.querySelector(`${column} [data-segment="${id}"]`)?.focus();
}

// Not pointerover: it comes too when the text moves under a pointer that rests.
reading.addEventListener("pointermove", (event) => {
  light(sentenceOf(event.target) ?? focused());
});
reading.addEventListener("pointerleave", () => light(focused()));
reading.addEventListener("focusin", (event) => light(sentenceOf(event.target)));
reading.addEventListener("focusout", () => light(null));
reading.addEventListener("click", (event) => {
  // Text that is being selected stays selected.
  if (!getSelection().isCollapsed) return;
  sentenceOf(event.target)?.focus({ preventScroll: true });
});

// A link to a sentence, as search makes them, lights it on arrival.
function arrive() {
  const sentence = sentenceOf(document.getElementById(location.hash.slice(1)));
  if (!sentence) return;
  sentence.focus({ preventScroll: true });
  light(sentence);
  sentence.scrollIntoView({ block: "center" });
}
arrive();
addEventListener("hashchange", arrive);

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest?.(TYPING)) return;
  const inText = focused() !== null;
  const hasLetters = document.documentElement.dataset.letters !== "off";
  const act = {
    j: hasLetters && (() => step(1)),
    k: hasLetters && (() => step(-1)),
    ArrowDown: inText && (() => step(1)),
    ArrowUp: inText && (() => step(-1)),
    ArrowRight: inText && (() => cross(".target")),
    ArrowLeft: inText && (() => cross(".source")),
    Escape: inText && (() => document.activeElement.blur()),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
