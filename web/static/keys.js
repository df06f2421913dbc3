// Keys that act anywhere on the page, and the list of them.

const list = document.getElementById("keys");
const actions = new Map();

const TYPING = "input:not([type=radio]), textarea, select, dialog, [popover]";
const isTyping = (node) => node.isContentEditable || node.closest?.(TYPING);

/** Let a key act; what returns false leaves the key to the browser. */
export function onKey(key, act) {
  actions.set(key, act);
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
  const isLetter = event.key.length === 1 && event.key !== " ";
  if (isLetter && document.documentElement.dataset.letters === "off") return;
  const act = actions.get(event.key);
  if (act && act() !== false) event.preventDefault();
});

function showList() {
  list.showModal();
  list.querySelector("h2").focus(); // the button that would have it is at the end
}
onKey("?", showList);
document.querySelector("[data-open=keys]").addEventListener("click", showList);
list.addEventListener("click", (event) => {
  if (event.target === list) list.close(); // beside it
});
