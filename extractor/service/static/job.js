"use strict";
// The progress of a job: events of the server while they come, else a look every two seconds.
(() => {
  const box = document.getElementById("job");
  if (!box) return;
  const address = `/v1/jobs/${box.dataset.job}`;
  const steps = [...box.querySelectorAll("[data-stage]")];
  const bar = box.querySelector("progress");
  const told = document.getElementById("told");
  const PAUSE = 2000;
  let finished = false;

  const show = (stage) => {
    const now = steps.findIndex((step) => step.dataset.stage === stage);
    if (now < 0) return;
    steps.forEach((step, place) => {
      step.classList.toggle("past", place < now);
      if (place === now) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
    if (now > 0) bar.value = now;
    told.textContent = steps[now].textContent.trim();
  };

  // The page itself knows where a job that is over leads: to the article, or to what went wrong.
  const finish = () => {
    if (finished) return;
    finished = true;
    location.replace(`/jobs/${box.dataset.job}`);
  };

  const take = (job) => {
    if (["done", "failed", "cancelled"].includes(job.status)) finish();
    else show(job.stage);
  };

  const look = async () => {
    if (finished) return;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (answer.ok) take(await answer.json());
      else if (answer.status === 401 || answer.status === 404) finish();
    } catch {
      // the server is away for a moment
    }
    if (!finished) setTimeout(look, PAUSE);
  };

  const listen = () => {
    const events = new EventSource(`${address}/events`);
    events.addEventListener("stage", (event) => take(JSON.parse(event.data)));
    for (const name of ["done", "failed", "cancelled"]) {
      events.addEventListener(name, () => {
        events.close();
        finish();
      });
    }
    events.addEventListener("error", () => {
      events.close();
      look();
    });
  };

  if ("EventSource" in window) listen();
  else look();
})();
