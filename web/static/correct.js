// Correct a sentence of the translation: in its place, by another wording, by undo, or by
// translating it again.

import { onKey } from "./keys.js";
import { message } from "./messages.js";
import { counterpart, current, isShown, reading, showRow } from "./rows.js";

const CONFLICT = 409;
const GAP = 6; // pixels between the sentence and the panel
const panel = document.getElementById("correct");
const part = (name) => panel.querySelector(`[data-part=${name}]`);
const token = document.querySelector("[name=csrf_token]").value;
const changed = []; // addresses of the sentences that were changed here, latest last
let sentence = null; // the one that the panel is about
let before = null; // its text while it is edited

const addressOf = (id) => `${reading.dataset.address}/segments/${id}`;
const targetOf = (from) => (from?.closest(".target") ? from : from && counterpart(from));

function say(text) {
  document.getElementById("announcement").textContent = text;
}

async function ask(address, form) {
  const body = form && new URLSearchParams({ csrf_token: token, ...form });
  let answer = null;
  try {
    answer = await fetch(address, {
      method: body ? "POST" : "GET",
      body,
      headers: { Accept: "application/json" },
    });
  } catch {
    throw new Error(message("away"));
  }
  const content = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(content.error), { status: answer.status });
  return content;
}

// What is under way may end when the panel is about something else.
async function run(address, form, then) {
  const about = sentence;
  fail("");
  panel.ariaBusy = "true";
  try {
    const content = await ask(address, form);
    if (sentence === about) then(content);
    else if (content.html && !isEdited(content.index)) showRow(content.index, content.html);
  } catch (error) {
    if (sentence === about) fail(error.message);
    if (sentence === about && error.status === CONFLICT) await showNewer();
  } finally {
    panel.ariaBusy = "false";
  }
}

/** Tell what the sentence says by now; the next save knows of it. */
async function showNewer() {
  const { target } = await ask(addressOf(sentence.dataset.segment));
  if (before === null) sentence.textContent = target;
  else before = target;
  fail(`${part("failure").textContent} ${message("now", { target })}`);
}

const isDirty = () => before !== null && sentence.textContent !== before;
const isEdited = (block) =>
  before !== null && sentence.dataset.segment.startsWith(`${block}-`);

function fail(reason) {
  if (reason) part("waiting").hidden = true;
  const failure = part("failure");
  failure.textContent = reason && `${reason[0].toUpperCase()}${reason.slice(1)}`;
  failure.hidden = !reason;
  put();
}

function put() {
  if (!panel.matches(":popover-open")) return;
  if (!isShown(sentence)) return close(); // another view hides it
  const lines = [...sentence.getClientRects()];
  const box = panel.getBoundingClientRect();
  const [first, last] = [lines[0], lines.at(-1)];
  const isBelow = last.bottom + GAP + box.height <= innerHeight || first.top < box.height;
  const top = isBelow ? last.bottom + GAP : first.top - GAP - box.height;
  const most = document.documentElement.clientWidth - box.width - GAP;
  const left = Math.max(GAP, Math.min(Math.min(...lines.map((l) => l.left)), most));
  panel.style.top = `${top + scrollY}px`;
  panel.style.left = `${left + scrollX}px`;
}

function showParts(...names) {
  for (const element of panel.querySelectorAll("[data-part]")) {
    element.hidden = !names.includes(element.dataset.part);
  }
  for (const button of panel.querySelectorAll("[aria-expanded]")) {
    button.ariaExpanded = String(names.includes(button.dataset.do));
  }
  put();
}

function open(of) {
  if (sentence && sentence !== of) close();
  sentence = of;
  sentence.classList.add("chosen");
  part("model").querySelector("q").textContent = modelText() ?? "";
  panel.querySelector("[data-do=undo]").hidden = !sentence.dataset.revisions;
  panel.showPopover();
  showParts(modelText() ? "model" : "");
}

const modelText = () =>
  document.querySelector(`#note-${CSS.escape(sentence.dataset.segment)} q`)?.textContent;

function close({ focuses = false } = {}) {
  if (!sentence) return;
  leaveEditing();
  const left = sentence;
  sentence = null;
  left.classList.remove("chosen");
  panel.hidePopover();
  if (focuses) left.focus({ preventScroll: true });
}

/** Show what the server made of the row, with the sentence in focus again. */
function arrived({ index, html }, text) {
  const id = sentence.dataset.segment;
  before = null;
  sentence.contentEditable = "false";
  close();
  showRow(index, html);
  reading
    .querySelector(`.target [data-segment="${id}"]`)
    .focus({ preventScroll: true });
  say(text);
}

function edit() {
  if (before !== null) return;
  before = sentence.textContent;
  sentence.contentEditable = "plaintext-only";
  sentence.role = "textbox";
  sentence.ariaLabel = message("englishSentence");
  sentence.focus({ preventScroll: true });
  getSelection().selectAllChildren(sentence);
  getSelection().collapseToEnd();
  showParts("edit", modelText() ? "model" : "");
}

function leaveEditing() {
  if (before === null) return;
  sentence.textContent = before;
  before = null;
  sentence.removeAttribute("contenteditable");
  sentence.removeAttribute("role");
  sentence.removeAttribute("aria-label");
  getSelection().removeAllRanges();
}

function save(target, seen) {
  const address = addressOf(sentence.dataset.segment);
  if (target.trim() === seen) return close({ focuses: true });
  run(address, { target, seen }, (content) => {
    changed.push(address);
    arrived(content, message("saved"));
  });
}

function undo(address) {
  run(`${address}/undo`, {}, (content) => {
    const at = changed.lastIndexOf(address);
    if (at >= 0) changed.splice(at, 1);
    arrived(content, message("undone"));
  });
}

let asked = 0; // how often other wordings were asked for

// The user's own wordings of similar sentences are there before the model's.
function showAlternatives() {
  const list = part("alternatives");
  const address = addressOf(sentence.dataset.segment);
  const turn = ++asked;
  const seen = before ?? sentence.textContent;
  const offered = new Set([seen]);
  const offer = (alternatives) => {
    for (const alternative of alternatives) {
      if (turn !== asked || offered.has(alternative.target)) continue;
      offered.add(alternative.target);
      list.append(choice(alternative, seen));
    }
    const isInside = list.contains(document.activeElement);
    if (!isInside) list.querySelector("button")?.focus({ preventScroll: true });
    put();
  };
  list.replaceChildren();
  showParts("alternatives", "waiting");
  if (modelText()) offer([{ target: modelText(), flags: [] }]);
  run(`${address}/matches`, null, offer);
  run(`${address}/alternatives`, null, (found) => {
    offer(found);
    showParts("alternatives", list.children.length ? "" : "none");
  });
}

function choice({ target, flags, source, percent }, seen) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.lang = "en";
  button.textContent = target;
  if (flags.length) {
    const doubt = document.createElement("span");
    doubt.className = "doubt";
    doubt.role = "img";
    doubt.ariaLabel = doubt.title = message("doubtful");
    button.append(doubt);
  }
  if (percent) button.append(match(source, percent));
  button.addEventListener("click", () => save(target, seen));
  item.append(button);
  return item;
}

/** Where a wording of the user's comes from. */
function match(source, percent) {
  const from = document.createElement("small");
  from.className = "match";
  from.lang = document.documentElement.lang;
  from.textContent = message(percent < 100 ? "fuzzy" : "exact", { percent });
  const quoted = document.createElement("q");
  quoted.lang = "id";
  quoted.textContent = source;
  from.append(" ", quoted);
  return from;
}

/** How often each sentence of a paragraph was changed. */
function versionsOf(block) {
  const all = reading.querySelectorAll(`.target [data-segment^="${block}-"]`);
  return new Map([...all].map((s) => [s.dataset.segment, s.dataset.revisions]));
}

function again(scope) {
  const [block] = sentence.dataset.segment.split("-");
  const address = addressOf(sentence.dataset.segment);
  const model = part("again").elements.model.value;
  const whole = `${reading.dataset.address}/blocks/${block}`;
  showParts("again", "waiting");
  const versions = versionsOf(block);
  run(`${scope === "block" ? whole : address}/again`, { model }, (content) => {
    arrived(content, message("again"));
    for (const [id, version] of versionsOf(block)) {
      if (version !== versions.get(id)) changed.push(addressOf(id));
    }
  });
}

const acts = {
  edit,
  alternatives: showAlternatives,
  again: () => {
    showParts("again");
    part("again").querySelector("select, button").focus({ preventScroll: true });
  },
  undo: () => undo(addressOf(sentence.dataset.segment)),
  close: () => close({ focuses: true }),
  save: () => save(sentence.textContent, before),
  cancel: () => close({ focuses: true }),
  segment: () => again("segment"),
  block: () => again("block"),
};

panel.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) acts[button.dataset.do]();
});
part("again").addEventListener("submit", (event) => event.preventDefault());
panel.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close({ focuses: true });
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const choices = [...part("alternatives").querySelectorAll("button")];
  const at = choices.indexOf(document.activeElement);
  if (!by || at < 0) return;
  event.preventDefault();
  choices[(at + by + choices.length) % choices.length].focus();
});

reading.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !sentence) return;
  event.stopImmediatePropagation(); // it leaves the text where no panel is open
  close({ focuses: event.target === sentence });
});
// While a sentence is edited, keys are its own.
reading.addEventListener("keydown", (event) => {
  if (before === null || event.target !== sentence) return;
  event.stopPropagation();
  if (event.key !== "Enter") return;
  event.preventDefault();
  if (!event.isComposing) save(sentence.textContent, before);
});
reading.addEventListener("keydown", (event) => {
  const target = event.target.closest?.(".target .sentence");
  if (event.key !== "Enter" || !target || before !== null) return;
  event.preventDefault();
  open(target);
  panel.querySelector("[data-do]").focus({ preventScroll: true });
});
reading.addEventListener("click", (event) => {
  const target = event.target.closest(".target .sentence");
  if (!target || target === sentence || !getSelection().isCollapsed) return;
  if (isDirty()) sentence.focus({ preventScroll: true });
  else open(target);
});
reading.addEventListener("focusin", (event) => {
  if (sentence && event.target !== sentence && !isDirty()) close();
});
addEventListener("pointerdown", (event) => {
  if (!sentence || panel.contains(event.target) || sentence.contains(event.target)) return;
  if (!isDirty()) close(); // nothing typed is lost
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && before === null) close();
  const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
  if (!isUndo || before !== null || !changed.length) return;
  if (event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  const id = changed.at(-1).split("/").at(-1);
  open(reading.querySelector(`.target [data-segment="${id}"]`));
  undo(changed.at(-1));
});
addEventListener("beforeunload", (event) => {
  if (isDirty()) event.preventDefault();
});
for (const type of ["resize", "appearance"]) addEventListener(type, put);
document.addEventListener("scroll", (event) => {
  if (event.target !== document) put();
}, { capture: true, passive: true });

for (const [key, act] of Object.entries({ e: edit, a: acts.alternatives, t: acts.again, u: acts.undo })) {
  onKey(key, () => {
    const target = targetOf(current());
    if (!target) return false;
    if (key === "u" && !target.dataset.revisions) return false;
    open(target);
    act();
    return true;
  });
}
reading.addEventListener("row", () => {
  // The row of an open panel was replaced from elsewhere.
  if (sentence && !sentence.isConnected) close();
});
