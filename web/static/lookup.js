// Look an Indonesian word up: at a click or tap, or by Enter on the lit one.

import { hold, lightWord, litWord, rangeOf, wordAt, wordBeside } from "./words.js";

const reading = document.querySelector(".reading");
const panel = document.getElementById("lookup");
const isNarrow = matchMedia("(width < 46rem)");
const GAP = 8; // pixels between the text and the panel
const LONGEST = 120; // pixels of the sentence below the word that stay in sight
const LEAST = 240; // pixels of the panel's height where there is little room
let opened = null; // the word that the panel is about
let turns = 0; // how many words were asked for

function putBeside(range, { source, target }) {
  for (const name of ["top", "left", "max-height"]) panel.style.removeProperty(name);
  const word = [...range.getClientRects()].at(-1);
  const box = panel.getBoundingClientRect();
  const sentence = source.getBoundingClientRect();
  if (isNarrow.matches) {
    const pair = Math.max(sentence.bottom, target.getBoundingClientRect().bottom);
    const end = Math.min(pair, word.bottom + LONGEST);
    const hidden = end + GAP - box.top; // by the sheet at the foot
    if (hidden > 0) scrollBy({ top: hidden });
    return;
  }
  // Below the sentence, to leave it legible, unless it goes on for long.
  const end = Math.min(sentence.bottom, word.bottom + LONGEST);
  const isBelow = end + GAP + box.height <= innerHeight || sentence.top < box.height;
  const top = isBelow ? end + GAP : sentence.top - GAP - box.height;
  const room = innerHeight - end - 2 * GAP;
  if (isBelow && room < box.height) panel.style.maxHeight = `${Math.max(LEAST, room)}px`;
  const most = document.documentElement.clientWidth - box.width - GAP;
  panel.style.top = `${top + scrollY}px`;
  panel.style.left = `${Math.max(GAP, Math.min(word.left, most)) + scrollX}px`;
}

async function open(word, { takesFocus }) {
  const turn = ++turns;
  const { segment } = word.source.dataset;
  const response = await fetch(`${reading.dataset.words}/${segment}/${word.number}`);
  const html = await response.text();
  if (!response.ok || turn !== turns) return; // another word was asked for meanwhile
  panel.innerHTML = html; // made and escaped by the server
  panel.scrollTop = 0;
  const isNew = !panel.matches(":popover-open");
  if (isNew) panel.showPopover();
  opened = word;
  hold(true);
  if (takesFocus) panel.focus();
  lightWord(word);
  word.source.classList.add("lit"); // though the focus is in the panel now
  word.target.classList.add("lit");
  const range = rangeOf(word.source, word.rows[0], word.number);
  if (range) putBeside(range, word);
}

async function step(by) {
  const word = await wordBeside(opened.source, by);
  if (word) await open(word, { takesFocus: true });
}

reading.addEventListener("click", async (event) => {
  if (!getSelection().isCollapsed) return;
  const word = await wordAt(event);
  if (word?.side === 0) open(word, { takesFocus: false });
});

async function openFocused(sentence) {
  const lit = litWord();
  const isHere = lit?.source === sentence && lit.side === 0;
  const word = isHere ? lit : await wordBeside(sentence, 1);
  if (word) open(word, { takesFocus: true });
}

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const isOpen = panel.matches(":popover-open");
  const isInside = panel.contains(document.activeElement);
  const by = isInside && { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const sentence = document.activeElement.closest(".source .sentence");
  const act = by
    ? () => step(by)
    : {
        Escape: isOpen && (() => panel.hidePopover()),
        Enter: sentence && (() => openFocused(sentence)),
      }[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // Escape and the arrows mean more outside
  act();
}
addEventListener("keydown", onKey, { capture: true });

panel.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.step) step(Number(button.dataset.step));
  if (button && "close" in button.dataset) panel.hidePopover();
});
panel.addEventListener("toggle", (event) => {
  if (event.newState === "open" || !opened) return;
  const { source, target } = opened;
  opened = null;
  hold(false);
  lightWord(null);
  // The browser gave the focus back to the sentence, or it is elsewhere by now.
  if (document.activeElement === source) return;
  source.classList.remove("lit");
  target.classList.remove("lit");
});
