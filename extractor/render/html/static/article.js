"use strict";
// The view of an article: highlights and cards belong together, filters, keys. Works in a page and in a file from disk.
(() => {
  const text = document.getElementById("article-text");
  if (!text) return;
  const narrow = matchMedia("(max-width: 62rem)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const told = document.getElementById("told");
  const sheet = document.getElementById("sheet");
  const panel = document.getElementById("experts");

  const segments = [...text.querySelectorAll("mark")];
  const starts = segments.map((segment) => Number(segment.dataset.start));
  const spansOf = (value) =>
    (value || "").split(" ").filter(Boolean).map((span) => span.split("-").map(Number));

  const claims = [...panel.querySelectorAll("[data-claim]")].map((card) => ({
    card,
    spans: spansOf(card.dataset.spans),
    words: card.textContent.toLowerCase(),
    shown: true,
  }));
  for (const claim of claims) {
    const group = claim.card.closest("[data-expert-group]");
    claim.words += group.querySelector(".expert-head").textContent.toLowerCase();
  }
  claims.sort((one, other) => one.spans[0][0] - other.spans[0][0]); // in the order of the text
  const claimOf = (card) => claims.find((claim) => claim.card.dataset.claim === card.dataset.claim);

  // The first segment that begins at an offset or later: every span begins and ends where a segment does.
  const segmentAt = (offset) => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const segmentsIn = (spans) =>
    spans.flatMap(([start, end]) => segments.slice(segmentAt(start), segmentAt(end)));

  // Choosing

  let chosen = null; // a claim
  let lit = [];
  const light = (spans, name) => {
    for (const segment of segmentsIn(spans)) {
      segment.classList.add(name);
      lit.push([segment, name]);
    }
  };
  const scroll = (element, block) =>
    element.scrollIntoView({ behavior: still.matches ? "auto" : "smooth", block, inline: "nearest" });

  const clear = () => {
    for (const [segment, name] of lit) segment.classList.remove(name);
    lit = [];
    if (chosen) {
      chosen.card.classList.remove("chosen");
      chosen.card.removeAttribute("aria-current");
    }
    chosen = null;
    text.classList.remove("choosing");
    sheet.hidden = true;
  };

  const choose = (claim) => {
    clear();
    chosen = claim;
    const data = claim.card.dataset;
    text.classList.add("choosing");
    light(claim.spans, "on");
    light(spansOf(data.source), "on-source");
    light(spansOf(data.cue), "on-cue");
    light(spansOf(data.words), "on-words");
    claim.card.classList.add("chosen");
    claim.card.setAttribute("aria-current", "true");
    try {
      history.replaceState(null, "", `#${claim.card.id}`);
    } catch {
      // a file in a sandbox has no history of its own
    }
  };

  const showText = (claim) => {
    const first = segmentsIn(claim.spans)[0];
    if (first) scroll(first, narrow.matches ? "start" : "center"); // a narrow window has the sheet below
  };
  const showCard = (claim) => scroll(claim.card, narrow.matches ? "start" : "nearest");

  const showSheet = (claim, more) => {
    const copy = claim.card.cloneNode(true);
    for (const element of [copy, ...copy.querySelectorAll("[id]")]) element.removeAttribute("id");
    copy.classList.remove("chosen");
    const name = document.createElement("p");
    name.className = "sheet-name";
    name.textContent = claim.card.closest("[data-expert-group]").querySelector("h3").textContent;
    copy.prepend(name);
    document.getElementById("sheet-claim").replaceChildren(copy);
    sheet.querySelector('[data-sheet="next"]').hidden = !more;
    sheet.hidden = false;
    const last = segmentsIn(claim.spans).at(-1);
    if (last && last.getBoundingClientRect().bottom > sheet.getBoundingClientRect().top) showText(claim);
  };

  const covering = (segment) => {
    const [start, end] = [Number(segment.dataset.start), Number(segment.dataset.end)];
    return claims.filter(
      (claim) => claim.shown && claim.spans.some(([first, last]) => first <= start && end <= last),
    );
  };

  // A click on a place in the text goes through the claims there, one after the other.
  const chooseAt = (segment) => {
    const found = covering(segment);
    if (!found.length) {
      clear();
      return;
    }
    const place = (found.indexOf(chosen) + 1) % found.length;
    choose(found[place]);
    if (narrow.matches) showSheet(found[place], found.length > 1);
    else showCard(found[place]);
    const more = found.length > 1 ? `, ${place + 1} of ${found.length} at this place; click again for the next` : "";
    told.textContent = `${found[place].card.querySelector(".claim-statement").textContent}${more}`;
  };

  let place = null;
  text.addEventListener("click", (event) => {
    const segment = event.target.closest("mark");
    if (!segment || !getSelection().isCollapsed) return;
    place = segment;
    chooseAt(segment);
  });

  panel.addEventListener("click", (event) => {
    const card = event.target.closest("[data-claim]");
    const link = event.target.closest("a");
    if (!card || !getSelection().isCollapsed || (link && !link.classList.contains("to-text"))) return;
    event.preventDefault();
    const claim = claimOf(card);
    choose(claim);
    showText(claim);
  });

  sheet.addEventListener("click", (event) => {
    const action = event.target.closest("[data-sheet]")?.dataset.sheet;
    const link = event.target.closest("a.to-text");
    if (action === "close") clear();
    if (action === "next" && place) chooseAt(place);
    if (action === "list" && chosen) {
      sheet.hidden = true;
      showCard(chosen);
    }
    if (link && chosen) {
      event.preventDefault();
      showText(chosen);
    }
  });

  // Sentences of the summary jump to their evidence.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".evidence-link");
    if (!link) return;
    event.preventDefault();
    clear();
    const spans = spansOf(link.dataset.spans);
    text.classList.add("choosing");
    light(spans, "on");
    const first = segmentsIn(spans)[0];
    if (first) scroll(first, "center");
    told.textContent = link.getAttribute("aria-label");
  });

  // Filters

  const filters = document.getElementById("filters");
  const fits = (claim, wanted) => {
    const data = claim.card.dataset;
    return (
      (!wanted.expert || data.expert === wanted.expert) &&
      (!wanted.kind || data.kind === wanted.kind) &&
      (!wanted.stance || data.stance === wanted.stance) &&
      wanted.words.every((word) => claim.words.includes(word))
    );
  };

  // Highlights of claims that are not shown are dimmed: how many shown ones begin and end at each segment is enough.
  const dim = () => {
    const change = new Int32Array(segments.length + 1);
    for (const claim of claims) {
      if (!claim.shown) continue;
      for (const [start, end] of claim.spans) {
        change[segmentAt(start)] += 1;
        change[segmentAt(end)] -= 1;
      }
    }
    const all = claims.every((claim) => claim.shown);
    let depth = 0;
    segments.forEach((segment, index) => {
      depth += change[index];
      segment.classList.toggle("dim", !all && depth === 0);
    });
  };

  const filter = () => {
    const given = new FormData(filters);
    const wanted = {
      expert: given.get("expert"),
      kind: given.get("kind"),
      stance: given.get("stance"),
      words: given.get("words").toLowerCase().split(/\s+/u).filter(Boolean),
    };
    for (const claim of claims) {
      claim.shown = fits(claim, wanted);
      claim.card.hidden = !claim.shown;
    }
    for (const group of panel.querySelectorAll("[data-expert-group]")) {
      group.hidden = !group.querySelector("[data-claim]:not([hidden])");
    }
    const shown = claims.filter((claim) => claim.shown).length;
    const all = claims.length;
    const noun = all === 1 ? "claim" : "claims";
    document.getElementById("filter-count").textContent =
      shown === all ? `${all.toLocaleString("en")} ${noun}` : `${shown.toLocaleString("en")} of ${all.toLocaleString("en")} ${noun}`;
    filters.querySelector('[type="reset"]').hidden = shown === all;
    panel.querySelector(".no-match").hidden = shown > 0;
    if (chosen && !chosen.shown) clear();
    dim();
  };

  if (filters) {
    filters.hidden = false;
    filters.addEventListener("submit", (event) => event.preventDefault());
    filters.addEventListener("input", filter);
    filters.addEventListener("reset", () => setTimeout(filter));
    filter(); // a browser may bring back what was chosen before
  }

  // Keys

  const keys = document.getElementById("keys");
  const step = (by) => {
    const shown = claims.filter((claim) => claim.shown);
    if (!shown.length) return;
    const now = shown.indexOf(chosen);
    const next = shown[now < 0 ? (by > 0 ? 0 : shown.length - 1) : (now + by + shown.length) % shown.length];
    choose(next);
    showText(next);
    if (narrow.matches) showSheet(next, false);
    else {
      next.card.focus({ preventScroll: true });
      showCard(next);
    }
    const holder = next.card.closest("[data-expert-group]").querySelector("h3").textContent;
    told.textContent = `${holder}: ${next.card.querySelector(".claim-statement").textContent}`;
  };

  const escape = (typing) => {
    if (typing) document.activeElement.blur();
    if (chosen || lit.length) clear();
    else if (filters) filters.reset();
  };

  const actions = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => filters?.elements.words.focus(),
    "?": () => keys?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") escape(typing);
    else if (!typing && Object.hasOwn(actions, event.key)) {
      event.preventDefault();
      actions[event.key]();
    }
  });
  for (const button of document.querySelectorAll("[data-keys]")) {
    button.hidden = false;
    button.addEventListener("click", () => keys.showModal());
  }

  // A permanent link to a claim: #claim-c3
  const follow = () => {
    const linked = claims.find((claim) => `#${claim.card.id}` === location.hash);
    if (!linked) return;
    choose(linked);
    linked.card.scrollIntoView({ block: "nearest" });
    segmentsIn(linked.spans)[0]?.scrollIntoView({ block: "center" });
  };
  addEventListener("hashchange", follow);
  follow();
})();
