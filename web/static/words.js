// Light up a word and its counterparts: under the pointer, at a tap, by Shift and an
// arrow. Ranges are lit and the text stays whole, so screen readers read sentences.
// Exported pages carry this file inside them, so it imports nothing.

const reading = document.querySelector(".reading");
const SIDES = [".source", ".target"];
const rows = new WeakMap(); // of a source sentence: its text when they came, the rows
let current = null; // { source, target, side, number, rows } of the word that is lit

const sentenceOf = (node) =>
  node instanceof Element ? node.closest(".sentence[data-segment]") : null;

function pairOf(sentence) {
  const id = sentence.dataset.segment;
  return SIDES.map((side) => reading.querySelector(`${side} [data-segment="${id}"]`));
}

async function fetchBlock(block) {
  const response = await fetch(`${reading.dataset.words}/${block}`);
  if (!response.ok) throw new Error(`words of paragraph ${block}: ${response.status}`);
  return response.json();
}

function rowsOf([source, target]) {
  const text = `${source.textContent}\n${target.textContent}`;
  const known = rows.get(source);
  if (known?.text === text) return known.found;
  const [block, position] = source.dataset.segment.split("-").map(Number);
  let found = Promise.resolve(null);
  if (source.dataset.words) {
    found = Promise.resolve(JSON.parse(source.dataset.words));
  } else if (reading.dataset.words) {
    found = fetchBlock(block).then((all) => all[position], () => null);
  }
  rows.set(source, { text, found });
  return found;
}

function textNodes(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

function place(element, offset) {
  for (const node of textNodes(element)) {
    if (offset <= node.length) return [node, offset];
    offset -= node.length;
  }
  return null;
}

/** The range of a word; null where the text has changed since. */
export function rangeOf(element, row, number) {
  const start = place(element, row[2 * number]);
  const end = place(element, row[2 * number + 1]);
  if (!start || !end) return null;
  const range = document.createRange();
  range.setStart(...start);
  range.setEnd(...end);
  return range;
}

function caretAt(x, y) {
  const caret = document.caretPositionFromPoint?.(x, y);
  if (caret) return [caret.offsetNode, caret.offset];
  const range = document.caretRangeFromPoint?.(x, y);
  return range ? [range.startContainer, range.startOffset] : null;
}

function offsetIn(element, [node, offset]) {
  if (!element.contains(node)) return -1;
  const before = document.createRange();
  before.selectNodeContents(element);
  before.setEnd(node, offset);
  return before.toString().length;
}

function numberAt(row, offset) {
  for (let i = 0; i < row.length; i += 2) {
    if (row[i] <= offset && offset <= row[i + 1]) return i / 2;
  }
  return -1;
}

/** The word under a pointer; null between words. */
export async function wordAt(event) {
  const sentence = sentenceOf(event.target);
  const caret = caretAt(event.clientX, event.clientY);
  if (!sentence || !caret) return null;
  const [source, target] = pairOf(sentence);
  const found = source && target && (await rowsOf([source, target]));
  if (!found) return null;
  const side = sentence === source ? 0 : 1;
  const number = numberAt(found[side], offsetIn(sentence, caret));
  return number < 0 ? null : { source, target, side, number, rows: found };
}

/** The word some steps from the one that is lit in a sentence, else its first. */
export async function wordBeside(sentence, step) {
  const [source, target] = pairOf(sentence);
  const found = source && target && (await rowsOf([source, target]));
  if (!found) return null;
  const side = sentence === source ? 0 : 1;
  const count = found[side].length / 2;
  const isHere = current?.source === source && current.side === side;
  const number = isHere ? current.number + step : step < 0 ? count - 1 : 0;
  if (number < 0 || number >= count) return null;
  return { source, target, side, number, rows: found };
}

/** Numbers of the words on the other side that belong to a word. */
export function counterparts({ side, number, rows: [, , links] }) {
  const numbers = [];
  for (let i = 0; i < links.length; i += 2) {
    if (links[i + side] === number) numbers.push(links[i + 1 - side]);
  }
  return numbers;
}

export function lightWord(word) {
  current = word;
  if (!("highlights" in CSS)) return;
  CSS.highlights.delete("word");
  if (!word) return;
  const elements = [word.source, word.target];
  const own = rangeOf(elements[word.side], word.rows[word.side], word.number);
  const other = 1 - word.side;
  const others = counterparts(word)
    .map((number) => rangeOf(elements[other], word.rows[other], number))
    .filter(Boolean);
  if (own) CSS.highlights.set("word", new Highlight(own, ...others));
}

/** The text of a word of either side. */
export function textOf({ source, target, rows: found }, side, number) {
  const range = rangeOf([source, target][side], found[side], number);
  return range?.toString() ?? "";
}

export const litWord = () => current;

let latest = 0;
let held = false;

/** Keep the word lit that is, whatever the pointer does. */
export function hold(isHeld) {
  held = isHeld;
}

async function follow(event) {
  if (held) return;
  const turn = ++latest;
  const word = await wordAt(event);
  if (turn !== latest || held) return;
  const isSame =
    word && current && word.source === current.source &&
    word.side === current.side && word.number === current.number;
  if (!isSame) lightWord(word);
}

function announce(word) {
  const region = document.getElementById("announcement");
  if (!region) return;
  const others = counterparts(word).map((n) => textOf(word, 1 - word.side, n));
  region.textContent = [textOf(word, word.side, word.number), ...others].join(", ");
}

reading.addEventListener("pointermove", (event) => {
  if (event.pointerType !== "touch") follow(event);
});
reading.addEventListener("click", follow);
reading.addEventListener("pointerleave", () => {
  latest += 1;
  if (!held) lightWord(null);
});
reading.addEventListener("focusout", () => {
  if (!held) lightWord(null);
});
function onArrow(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const sentence = sentenceOf(document.activeElement);
  if (!step || !sentence || !event.shiftKey) return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // without Shift the arrows mean sentences
  wordBeside(sentence, step).then((word) => {
    if (!word) return;
    lightWord(word);
    announce(word);
  });
}
addEventListener("keydown", onArrow, { capture: true });
