// What scripts say, in the language of the page.

const messages = JSON.parse(document.getElementById("messages").textContent);

/** The message of a name, with values in place of the names in its braces. */
export const message = (name, values = {}) =>
  messages[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
