// Light up a sentence and its counterpart: under the pointer, in focus, at a tap.
// Exported pages carry this file inside them, so it imports nothing.

const reading = document.querySelector(".reading");
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
  }
}

function side(sentence) {
  return sentence?.closest(".target") ? ".target" : ".source";
}

function firstInView(sentences) {
  return sentences.find((s) => s.getBoundingClientRect().top >= 0) ?? sentences[0];
}

function step(by) {
  const current = focused() ?? sentenceOf(reading.querySelector(".sentence.lit"));
  const column = side(focused());
  const sentences = [...reading.querySelectorAll(`${column} .sentence`)];
  const at = sentences.findIndex((s) => s.dataset.segment === current?.dataset.segment);
  (at < 0 ? firstInView(sentences) : sentences[at + by])?.focus();
}

function cross(column) {
  const id = focused().dataset.segment;
  reading.querySelector(`${column} [data-segment="${id}"]`)?.focus();
}

reading.addEventListener("pointerover", (event) => {
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
  if (event.target.closest?.("input, textarea, select")) return;
  const inText = focused() !== null;
  const act = {
    j: () => step(1),
    k: () => step(-1),
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
