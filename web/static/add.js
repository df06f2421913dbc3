// Take files by drop as well as by choice; add several texts one after the other.

import { follow } from "./library.js";
import { message } from "./messages.js";

const form = document.querySelector(".add");
const file = form.elements.file;
const text = form.elements.text;
const label = form.querySelector(".file-label");
const hint = form.querySelector(".file-hint");
const clear = form.querySelector(".file-clear");
const failure = form.querySelector(".failure");
const submit = form.querySelector(".primary");
const importing = document.getElementById("importing");
const heading = document.getElementById("importing-heading");
const tally = document.getElementById("importing-tally");
const close = document.getElementById("importing-close");
const empty = document.querySelector(".library:has(.empty)");
const choose = label.textContent;
const ADDRESS = /^([a-z][a-z0-9+.-]*:\/\/\S+|(www\.)?[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(\/\S*)?)$/i;

const tooLarge = ({ name, size }) => {
  const limit = Number(form.dataset.maxBytes);
  return size > limit ? message("tooLarge", { name, limit: limit / 1e6 }) : "";
};

function fail(sentence) {
  failure.textContent = sentence;
  failure.hidden = !sentence;
}

function showFiles() {
  const chosen = [...file.files];
  form.classList.toggle("has-file", chosen.length > 0);
  label.textContent =
    chosen.length > 1
      ? message("files", { count: chosen.length })
      : (chosen[0]?.name ?? choose);
  hint.hidden = chosen.length > 0;
  clear.hidden = !chosen.length;
  text.disabled = chosen.length > 0;
  // Of several files each tells its own failure.
  fail(chosen.length === 1 ? tooLarge(chosen[0]) : "");
}

file.addEventListener("change", showFiles);
clear.addEventListener("click", () => {
  file.value = "";
  showFiles();
  text.focus();
});

// Dropped beside the form, a file would replace the page.
addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  form.classList.add("is-over");
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) form.classList.remove("is-over");
});
addEventListener("drop", (event) => {
  form.classList.remove("is-over");
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  file.files = event.dataTransfer.files;
  showFiles();
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

// Files come before a text; a list of addresses is several.
function given() {
  if (file.files.length) return [...file.files].map((one) => ({ name: one.name, file: one }));
  const lines = text.value.split("\n").map((line) => line.trim()).filter(Boolean);
  if (lines.length < 2 || !lines.every((line) => ADDRESS.test(line))) return [];
  return [...new Set(lines)].map((address) => ({ name: address, address }));
}

async function send({ file: one, address }) {
  if (one && tooLarge(one)) return { error: tooLarge(one) };
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  if (one) body.set("file", one);
  else body.set("text", address);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
    });
    return await answer.json();
  } catch {
    return { error: message("away") };
  }
}

function row({ name }) {
  const item = document.createElement("li");
  item.className = "import waiting";
  const title = document.createElement("span");
  title.className = "import-name";
  title.textContent = name;
  const state = document.createElement("p");
  state.className = "import-state article-status";
  state.textContent = message("waiting");
  item.append(title, state);
  return item;
}

function show(item, news) {
  const state = item.querySelector(".import-state");
  if (news.error) {
    item.className = "import failed";
    state.textContent = news.error;
    return;
  }
  const link = document.createElement("a");
  link.className = "import-name";
  link.href = news.address;
  link.textContent = item.querySelector(".import-name").textContent;
  item.querySelector(".import-name").replaceWith(link);
  const bar = document.createElement("progress");
  bar.max = news.blocks;
  bar.setAttribute("aria-label", link.textContent);
  item.append(bar);
  follow(item, news);
}

async function addAll(things) {
  const rows = things.map(row);
  importing.querySelector(".imports").replaceChildren(...rows);
  heading.textContent = message("heading", { count: things.length });
  importing.hidden = false;
  close.hidden = true;
  heading.focus();
  let added = 0;
  let failed = 0;
  for (const [n, thing] of things.entries()) {
    rows[n].className = "import sending";
    rows[n].querySelector(".import-state").textContent = message("adding");
    const news = await send(thing);
    show(rows[n], news);
    if (news.error) failed += 1;
    else added += 1;
    if (added && empty) empty.hidden = true;
    const done = message("tally", { added, count: things.length });
    tally.textContent = failed ? `${done}, ${message("failed", { failed })}` : done;
  }
  close.hidden = false;
  text.value = "";
  file.value = "";
  showFiles();
}

close.addEventListener("click", () => location.reload());

form.addEventListener("submit", (event) => {
  const things = given();
  if (things.length > 1) {
    event.preventDefault();
    if (!submit.hasAttribute("aria-disabled")) {
      submit.setAttribute("aria-disabled", "true");
      addAll(things).finally(() => submit.removeAttribute("aria-disabled"));
    }
    return;
  }
  if (!failure.hidden && file.files.length) {
    event.preventDefault();
    return;
  }
  // A page on the web can take some seconds.
  submit.textContent = message("adding");
  submit.setAttribute("aria-disabled", "true");
});
// Back from the reader the page may come as it was left.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
