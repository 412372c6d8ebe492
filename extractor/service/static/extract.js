"use strict";
// The form for an article: takes dropped files, hands the article in without leaving the page, and keeps what was
// pasted until it is known to have worked.
(() => {
  const form = document.getElementById("extract");
  const button = document.getElementById("submit");
  const problem = document.getElementById("problem");
  const file = document.getElementById("file");
  const FIELDS = ["text", "url", "published", "title", "author", "language"];
  const DRAFT = "draft";

  const tell = (message) => {
    const box = document.createElement("div");
    const text = document.createElement("div");
    const title = document.createElement("strong");
    box.className = "notice notice-bad";
    title.textContent = "This did not work. ";
    text.append(title, message);
    box.append(text);
    problem.replaceChildren(box);
    problem.scrollIntoView({ block: "nearest" });
  };

  const keep = () => {
    try {
      const draft = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));
      sessionStorage.setItem(DRAFT, JSON.stringify(draft));
    } catch {
      // storage is off or full: then nothing is kept
    }
  };

  const restore = () => {
    let draft = null;
    try {
      draft = JSON.parse(sessionStorage.getItem(DRAFT) || "null");
    } catch {
      return;
    }
    if (draft === null || FIELDS.some((name) => form.elements[name].value)) return;
    for (const name of FIELDS) if (typeof draft[name] === "string") form.elements[name].value = draft[name];
    form.querySelector("details").open = FIELDS.slice(2).some((name) => draft[name]);
  };

  const busy = (on) => {
    button.disabled = on;
    button.textContent = on ? "Handing it in …" : "Extract";
  };

  const given = () => [...new FormData(form)].filter(([name, value]) => (name === "file" ? value.name : value.trim()));

  const request = (fields) => {
    if (fields.some(([name]) => name === "file")) {
      const body = new FormData();
      for (const [name, value] of fields) body.append(name, value);
      return { body, headers: {} };
    }
    return { body: JSON.stringify(Object.fromEntries(fields)), headers: { "Content-Type": "application/json" } };
  };

  // Where an answer leads: the article when it is there, else the job. The API's addresses are those of the pages
  // under /v1.
  const target = (answer) => {
    const place = answer.headers.get(answer.status === 200 ? "Content-Location" : "Location") || "";
    const found = place.match(/\/v1\/(articles\/[0-9a-f]+|jobs\/[0-9a-f]+)/);
    return found ? `/${found[1]}` : null;
  };

  const explain = async (answer) => {
    if (answer.status === 401) return "Your session is over: reload the page and sign in.";
    try {
      const told = await answer.json();
      return told.detail || told.title;
    } catch {
      return `The server answered ${answer.status}.`;
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.replaceChildren();
    const fields = given();
    const sources = fields.filter(([name]) => ["text", "url", "file"].includes(name));
    if (sources.length !== 1) {
      tell(sources.length ? "Give one of text, address and file, not several." : "Paste a text, or give an address or a file.");
      return;
    }
    busy(true);
    keep();
    try {
      const { body, headers } = request(fields);
      const options = { method: "POST", body, headers: { ...headers, Accept: "application/json", Prefer: "respond-async" } };
      const answer = await fetch("/v1/extractions", options);
      const place = answer.ok ? target(answer) : null;
      if (place) location.assign(place);
      else {
        tell(await explain(answer));
        busy(false);
      }
    } catch {
      tell("The server cannot be reached. What you gave is kept here: try again.");
      busy(false);
    }
  });

  let inside = 0;
  const mark = (step) => {
    inside = Math.max(inside + step, 0);
    form.classList.toggle("over", inside > 0);
  };
  const holds = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  form.addEventListener("dragenter", (event) => holds(event) && mark(1));
  form.addEventListener("dragleave", (event) => holds(event) && mark(-1));
  form.addEventListener("dragover", (event) => {
    if (holds(event)) event.preventDefault();
  });
  form.addEventListener("drop", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    inside = 0;
    mark(0);
    file.files = event.dataTransfer.files;
    file.focus();
  });

  // Back from another page: the button works again.
  addEventListener("pageshow", () => busy(false));
  if (new URLSearchParams(location.search).has("again")) restore();
})();
