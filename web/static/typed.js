// Keys that are pressed while the page still loads are heard when it has. Not a module:
// it runs before the text is there, and the modules after it.
(() => {
  const typed = [];
  const isKey = ({ key }) => key.length === 1 && key !== " "; // these do nothing else
  const keep = (event) => {
    const isCommand = event.ctrlKey || event.altKey || event.metaKey;
    if (!isCommand && isKey(event) && !event.target.closest("input, select")) {
      typed.push(event);
    }
  };
  addEventListener("keydown", keep);
  addEventListener("DOMContentLoaded", () => {
    removeEventListener("keydown", keep);
    for (const { key, defaultPrevented } of typed) {
      if (defaultPrevented) continue; // its module was there already
      const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
      document.activeElement.dispatchEvent(event);
    }
  });
})();
