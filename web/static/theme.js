// The theme: the system's, unless the reader chose the other one here.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage may be switched off
    }
  };
  const store = (theme) => {
    try {
      if (theme) localStorage.setItem("theme", theme);
      else localStorage.removeItem("theme");
    } catch {
      // the choice holds for this page
    }
  };
  const ofSystem = () => (system.matches ? "dark" : "light");

  root.classList.add("js");
  root.dataset.theme = stored() ?? ofSystem();

  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector(".theme");
    const show = () => {
      const other = root.dataset.theme === "dark" ? "light" : "dark";
      button.setAttribute("aria-label", `Use the ${other} theme`);
      button.title = `Use the ${other} theme`;
    };
    button.hidden = false;
    show();
    button.addEventListener("click", () => {
      const theme = root.dataset.theme === "dark" ? "light" : "dark";
      root.dataset.theme = theme;
      store(theme === ofSystem() ? null : theme);
      show();
    });
    system.addEventListener("change", () => {
      root.dataset.theme = stored() ?? ofSystem();
      show();
    });
  });
})();
