// The controls of how the text looks: the views above it and the panel of settings.

import { onKey } from "./keys.js";

const VIEWS = ["side", "interleaved", "reveal"];
const { appearance } = window;
const panel = document.getElementById("settings");
const tools = document.querySelector(".tools");
const controls = [...document.querySelectorAll("[data-setting]")];

const valueOf = (control) =>
  control.type === "checkbox" ? control.dataset[control.checked ? "on" : "off"] : control.value;

function show() {
  for (const control of controls) {
    const name = control.dataset.setting;
    const value = name === "view" ? appearance.effective(name) : appearance.get(name);
    if (control.type === "radio") control.checked = control.value === value;
    else if (control.type === "checkbox") control.checked = control.dataset.on === value;
    else control.value = value;
  }
  panel.querySelector("output").value = `${appearance.get("size")} %`;
  panel.querySelector("[data-setting=anchor]").disabled =
    appearance.get("columns") !== "apart";
}

for (const control of controls) {
  control.addEventListener("input", () => {
    appearance.set(control.dataset.setting, valueOf(control));
  });
}
addEventListener("appearance", show);
show();

// In the markup, it would be in the way of the sentence that an address names.
panel.querySelector("[data-setting=size]").autofocus = true;
panel.addEventListener("beforetoggle", () => {
  panel.style.setProperty("--top", `${tools.getBoundingClientRect().bottom + 4}px`);
});
panel.addEventListener("toggle", (event) => {
  const opener = tools.querySelector("[popovertarget=settings]");
  opener.ariaExpanded = String(event.newState === "open");
});
// Within the panel keys are its own, but for the one that opened it.
panel.addEventListener("keydown", ({ key, ctrlKey, altKey, metaKey }) => {
  const isLetter = !(ctrlKey || altKey || metaKey) && appearance.get("letters") === "on";
  if (key === "s" && isLetter) panel.hidePopover();
});
panel.querySelector("[data-reset]").addEventListener("click", () => {
  for (const name of ["theme", "face", "width", "size"]) {
    appearance.set(name, { theme: "system", face: "serif", width: "medium", size: "100" }[name]);
  }
});

// The bar gets an edge once the text runs below it.
new IntersectionObserver(([entry]) => {
  tools.classList.toggle("stuck", entry.intersectionRatio < 1);
}, { threshold: 1, rootMargin: "-1px 0px 0px 0px" }).observe(tools);

onKey("v", () => {
  const at = VIEWS.indexOf(appearance.effective("view"));
  appearance.set("view", VIEWS[(at + 1) % VIEWS.length]);
});
onKey("s", () => panel.togglePopover());
