// Take a file by drop as well as by choice; show how far each article is.

const POLL_MS = 1500;
const form = document.querySelector(".add");
const file = form.elements.file;
const text = form.elements.text;
const label = form.querySelector(".file-label");
const hint = form.querySelector(".file-hint");
const clear = form.querySelector(".file-clear");
const failure = form.querySelector(".failure");
const choose = label.textContent;

function fail(sentence) {
  failure.textContent = sentence;
  failure.hidden = !sentence;
}

function showFile() {
  const chosen = file.files[0];
  form.classList.toggle("has-file", Boolean(chosen));
  label.textContent = chosen ? chosen.name : choose;
  hint.hidden = Boolean(chosen);
  clear.hidden = !chosen;
  text.disabled = Boolean(chosen);
  const limit = Number(form.dataset.maxBytes);
  fail(
    chosen && chosen.size > limit
      ? `${chosen.name} is larger than the ${limit / 1e6} MB that are read; cut it into parts.`
      : "",
  );
}

file.addEventListener("change", showFile);
clear.addEventListener("click", () => {
  file.value = "";
  showFile();
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
  showFile();
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
form.addEventListener("submit", (event) => {
  if (!failure.hidden && file.files.length) {
    event.preventDefault();
    return;
  }
  // A page on the web can take some seconds.
  const button = form.querySelector(".primary");
  button.textContent = "Adding…";
  button.setAttribute("aria-disabled", "true");
});
// Back from the reader the page may come as it was left.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

const unfinished = () =>
  document.querySelectorAll(".article.queued, .article.translating");

function showProgress(news) {
  const item = document.querySelector(`[data-article="${news.id}"]`);
  if (!item) return;
  item.className = `article ${news.state}`;
  item.querySelector(".article-target").textContent = news.target_title;
  const status = item.querySelector(".article-status");
  if (status) status.textContent = news.status;
  const bar = item.querySelector("progress");
  if (!bar) return;
  bar.value = news.blocks_done;
  if (news.state === "done" || news.state === "failed") bar.remove();
}

async function poll() {
  if (!unfinished().length) return;
  if (!document.hidden) {
    try {
      const answer = await fetch("articles", { headers: { Accept: "application/json" } });
      if (answer.ok) (await answer.json()).forEach(showProgress);
    } catch {
      // the server is away; it is asked again
    }
  }
  setTimeout(poll, POLL_MS);
}
setTimeout(poll, POLL_MS);
