// The rows of the text: find them, and put a new one in the place of an old one.

export const reading = document.querySelector(".reading");

export const rowAt = (index) => document.getElementById(`block-${index}`);

/** The target sentence of a source sentence, and the reverse. */
export function counterpart(sentence) {
  const side = sentence.closest(".target") ? ".source" : ".target";
  return reading.querySelector(`${side} [data-segment="${sentence.dataset.segment}"]`);
}

/** The sentence that the reader is at: in focus, or lit by a tap. */
export function current() {
  const sentence =
    document.activeElement.closest(".sentence") ?? reading.querySelector(".sentence.lit");
  return sentence?.isConnected ? sentence : null;
}

export const isShown = (element) => element.checkVisibility();

/** Put a row that the server made in its place, and tell who cares. */
export function showRow(index, html) {
  const template = document.createElement("template");
  template.innerHTML = html; // made and escaped by the server
  const row = template.content.querySelector(".row");
  const old = rowAt(index);
  old.replaceWith(row);
  reading.dispatchEvent(new CustomEvent("row", { detail: { row, old } }));
  return row;
}
