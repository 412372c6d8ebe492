"use strict";
// The page of errors: rows are shown by kind and by words. Without script all of them are.
(() => {
  const kinds = document.getElementById("kinds");
  if (!kinds) return;
  const rows = [...document.querySelectorAll("li[data-kind]")].map((row) => ({
    row,
    reference: document.getElementById(`${row.id}.t`),
    words: row.textContent.toLowerCase(),
  }));
  const articles = [...document.querySelectorAll(".compared-article")];
  const sides = [...document.querySelectorAll(".side")];
  const count = document.getElementById("kinds-count");
  const none = document.getElementById("kinds-none");
  const anyShown = (element) => element.querySelector("li[data-kind]:not([hidden])") !== null;

  const show = () => {
    const given = new FormData(kinds);
    const wanted = new Set(given.getAll("kind"));
    const words = given.get("words").toLowerCase().split(/\s+/u).filter(Boolean);
    let shown = 0;
    for (const { row, reference, words: told } of rows) {
      const fits = wanted.has(row.dataset.kind) && words.every((word) => told.includes(word));
      row.hidden = !fits;
      if (reference) reference.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    const all = shown === rows.length;
    for (const side of sides) side.hidden = !all && !anyShown(side);
    for (const article of articles) article.hidden = !all && !anyShown(article);
    const total = rows.length.toLocaleString("en");
    count.textContent = all ? `${total} rows` : `${shown.toLocaleString("en")} of ${total} rows`;
    none.hidden = shown > 0 || rows.length === 0;
  };

  kinds.hidden = false;
  kinds.addEventListener("submit", (event) => event.preventDefault());
  kinds.addEventListener("input", show);
  show(); // a browser may bring back what was chosen before
})();
