// How the text looks, as the reader chose it. Not a module: it runs before the page is
// painted, so that nothing flashes. `appearance` has the choices for the other scripts.
(() => {
  const KEY = "appearance";
  const DEFAULTS = {
    theme: "system", // system, light, sepia, dark
    view: "auto", // side, interleaved, reveal; auto: what the window has room for
    shown: "id", // the language that the reveal view shows
    columns: "together", // apart: each language scrolls by itself
    anchor: "on", // columns that are apart follow each other
    face: "serif",
    width: "medium",
    size: "100", // per cent
    letters: "on", // single letters act as keys
  };
  const root = document.documentElement;
  const isDark = matchMedia("(prefers-color-scheme: dark)");
  const isWide = matchMedia("(min-width: 46rem)");
  let chosen = { ...DEFAULTS };
  try {
    Object.assign(chosen, JSON.parse(localStorage.getItem(KEY)));
  } catch {
    // storage may be switched off, and what it holds may be anything
  }

  const resolved = {
    theme: () => (isDark.matches ? "dark" : "light"),
    view: () => (isWide.matches ? "side" : "interleaved"),
  };
  const get = (name) => chosen[name];
  const effective = (name) =>
    ["auto", "system"].includes(chosen[name]) ? resolved[name]() : chosen[name];

  function apply() {
    for (const name of Object.keys(DEFAULTS)) root.dataset[name] = effective(name);
    root.style.setProperty("--size", Number(chosen.size) / 100 || 1);
    dispatchEvent(new CustomEvent("appearance"));
  }

  function set(name, value) {
    chosen[name] = value;
    try {
      localStorage.setItem(KEY, JSON.stringify(chosen));
    } catch {
      // the choice holds for this page
    }
    apply();
  }

  root.classList.add("js");
  apply();
  isDark.addEventListener("change", apply);
  isWide.addEventListener("change", apply);
  window.appearance = { get, effective, set };

  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector(".theme");
    if (!button) return;
    const other = () => (root.dataset.theme === "dark" ? "light" : "dark");
    const show = () => {
      const label = button.dataset[other()];
      button.setAttribute("aria-label", label);
      button.title = label;
    };
    button.hidden = false;
    show();
    addEventListener("appearance", show);
    button.addEventListener("click", () => {
      set("theme", other() === resolved.theme() ? "system" : other());
    });
  });
})();
