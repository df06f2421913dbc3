// Show each paragraph as soon as it is translated; close menus at a click elsewhere.

import { message } from "./messages.js";
import { showRow } from "./rows.js";

const progress = document.getElementById("progress");
const exporting = document.getElementById("export");
const announcement = document.getElementById("announcement");

function showWarnings(warnings) {
  const remarks = document.getElementById("remarks");
  remarks.replaceChildren(
    ...warnings.map((warning) => {
      const remark = document.createElement("p");
      remark.className = "remark";
      remark.textContent = warning;
      return remark;
    }),
  );
}

// Every paragraph would be too much for a screen reader; every quarter is not.
function announcer() {
  let quarter = 0;
  return ({ blocks, blocks_done: done }) => {
    const now = Math.floor((4 * done) / blocks);
    if (now <= quarter || done === blocks) return;
    quarter = now;
    announcement.textContent = message("paragraphs", { done, blocks });
  };
}

function follow() {
  const stream = new EventSource(progress.dataset.events);
  const bar = progress.querySelector("progress");
  const announce = announcer();

  stream.addEventListener("block", (event) => {
    const { index, html } = JSON.parse(event.data);
    showRow(index, html).classList.add("arrived");
  });
  stream.addEventListener("progress", (event) => {
    const news = JSON.parse(event.data);
    bar.value = news.blocks_done;
    document.getElementById("progress-status").textContent = news.status;
    if (news.target_title) document.title = `${news.target_title} – dwibahasa`;
    showWarnings(news.warnings);
    announce(news);
  });
  stream.addEventListener("end", (event) => {
    stream.close();
    if (JSON.parse(event.data).state !== "done") {
      location.reload(); // the server says what happened and what can be done
      return;
    }
    progress.hidden = true;
    exporting.hidden = false;
    announcement.textContent = message("finished");
  });
}

if (progress) follow();

// One menu at a time: it closes when another one opens or the reader goes elsewhere.
const closeExport = () => (exporting.open = false);
for (const type of ["click", "focusin"]) {
  addEventListener(type, ({ target }) => exporting.contains(target) || closeExport());
}
for (const panel of document.querySelectorAll("[popover]")) {
  panel.addEventListener("beforetoggle", closeExport);
}
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !exporting.open) return;
  event.stopImmediatePropagation(); // it means more where no menu is open
  closeExport();
  exporting.querySelector("summary").focus();
}, { capture: true });
