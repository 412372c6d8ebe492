"use strict";
// An article's toolbar: copies the permanent link, and closes the menu of downloads.
(() => {
  const link = document.querySelector("[data-copy-link]");
  const menu = document.querySelector(".menu");
  if (link && navigator.clipboard) {
    const label = link.querySelector("span");
    const before = label.textContent;
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        await navigator.clipboard.writeText(link.href);
        label.textContent = "Link copied";
        setTimeout(() => (label.textContent = before), 2000);
      } catch {
        location.assign(link.href);
      }
    });
  }
  if (menu) {
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
    menu.addEventListener("click", (event) => {
      if (event.target.closest("a")) menu.open = false;
    });
  }
})();
