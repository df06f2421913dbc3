// The list of articles: progress, search while one types, filters, menus, the dialog.

import { message } from "./messages.js";

const POLL_MS = 1500;
const library = document.getElementById("library");
const search = document.getElementById("search");
const status = document.getElementById("search-status");
const dialog = document.getElementById("about-dialog");

const unfinished = () => [
  ...document.querySelectorAll("[data-article].queued, [data-article].translating"),
];

function showProgress(item, news) {
  item.classList.remove("queued", "translating", "sending", "waiting");
  item.classList.add(news.state);
  const title = item.querySelector(".article-target");
  if (title) title.textContent = news.target_title;
  const state = item.querySelector(".article-status");
  if (state) state.textContent = news.status;
  const bar = item.querySelector("progress");
  if (!bar) return;
  bar.value = news.blocks_done;
  if (news.state === "done" || news.state === "failed") bar.remove();
}

// Show in an item how far its article is, now and as it goes on.
export function follow(item, news) {
  item.dataset.article = news.id;
  showProgress(item, news);
}

async function poll() {
  const items = unfinished();
  if (items.length && !document.hidden) {
    const ids = new URLSearchParams(
      [...new Set(items.map((item) => item.dataset.article))].map((id) => ["id", id]),
    );
    try {
      const answer = await fetch(`/articles?${ids}`, {
        headers: { Accept: "application/json" },
      });
      for (const news of answer.ok ? await answer.json() : []) {
        for (const item of document.querySelectorAll(`[data-article="${news.id}"]`)) {
          showProgress(item, news);
        }
      }
    } catch {
      // the server is away; it is asked again
    }
  }
  setTimeout(poll, POLL_MS);
}
setTimeout(poll, POLL_MS);

// How far each article was read, which the reader keeps in this browser.
function showPlaces() {
  for (const item of document.querySelectorAll("[data-blocks]")) {
    let place = null;
    try {
      place = JSON.parse(localStorage.getItem(`place:${item.dataset.article}`));
    } catch {
      // storage may be switched off
    }
    const read = item.querySelector(".article-read");
    read.hidden = !place?.block;
    const share = `${Math.round((100 * place?.block) / item.dataset.blocks)} %`;
    read.textContent = read.hidden ? "" : message("read", { share });
  }
}
showPlaces();

// What the server shows for a search takes the place of what is there.
async function showResults() {
  const body = new FormData(search);
  const answer = await fetch(search.action, { method: "POST", body });
  if (!answer.ok) throw new Error(answer.status);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const results = page.getElementById("results");
  document.getElementById("results").replaceWith(results);
  showPlaces();
  document.title = page.title;
  history.replaceState(null, "", answer.url);
  status.textContent = results.querySelector("[data-announce]")?.textContent ?? "";
}

if (search) {
  // One search at a time, the first letter's at once; letters that come while it is
  // under way are searched for together when it is done.
  let isSearching = false;
  let isOutdated = false;
  let isLeaving = false;
  addEventListener("beforeunload", () => (isLeaving = true));
  const find = async () => {
    isOutdated = true;
    if (isSearching) return;
    isSearching = true;
    try {
      while (isOutdated) {
        isOutdated = false;
        await showResults();
      }
    } catch {
      if (!isLeaving) search.submit(); // what the page asked for ends with it
    } finally {
      isSearching = false;
    }
  };
  search.addEventListener("input", find);
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select, dialog")) return;
    event.preventDefault();
    search.elements.query.select();
  });
}

library.addEventListener("change", (event) => {
  if (event.target.closest("#filters")) event.target.form.requestSubmit();
});
// An address says only what was chosen.
library.addEventListener("submit", (event) => {
  if (event.target.id !== "filters") return;
  for (const choice of event.target.querySelectorAll("select")) {
    choice.disabled = choice.value === "" || choice.value === choice.dataset.usual;
  }
});

const menus = () => document.querySelectorAll(".article-menu[open]");
addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// The form for name and tags has a page of its own; here it opens over the list.
async function openAbout(address) {
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = page.querySelector("form.about");
  form.elements.back.value = location.pathname + location.search;
  dialog.replaceChildren(form);
  dialog.showModal();
  form.elements.name.focus();
}

library.addEventListener("click", (event) => {
  const link = event.target.closest(".about-link");
  if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault();
    const menu = link.closest("details");
    menu.querySelector("summary").focus(); // where the dialog leads back to
    menu.open = false;
    openAbout(link.href).catch(() => location.assign(link.href));
  }
  // The bookmarklet is for other pages.
  if (event.target.closest(".bookmarklet")) event.preventDefault();
});
dialog.addEventListener("click", (event) => {
  if (event.target !== dialog && !event.target.closest(".about-cancel")) return;
  event.preventDefault();
  dialog.close();
});
