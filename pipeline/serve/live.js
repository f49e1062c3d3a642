// Follows the preview: reloads this page once it has changed, where the reader was, and shows findings over it.
(() => {
  "use strict";
  const own = document.currentScript;
  const inner = window.top !== window;
  const KEY = "course-preview:place";
  const BLOCKS = "main h1, main h2, main h3, main h4, main p, main li, main pre, main tr, main figure";
  let shown = "";
  let closed = "";

  // --- where the reader was ------------------------------------------------------------------------

  const blocks = () => [...document.querySelectorAll(BLOCKS)];
  const words = (block) => block.textContent.replace(/\s+/g, " ").trim().slice(0, 400);

  function remember() {
    const all = blocks();
    const at = all.findIndex((block) => block.getBoundingClientRect().bottom > 0);
    const open = [...document.querySelectorAll("details")].flatMap((d, n) => (d.open ? [n] : []));
    const near = all.slice(Math.max(0, at), at + 12).map((block) => [words(block), block.getBoundingClientRect().top]);
    const place = { page: location.pathname, y: scrollY, at, near, open };
    sessionStorage.setItem(KEY, JSON.stringify(place));
  }

  // Of blocks with the same words the one whose neighbors are the same too, and then the one that stands nearest.
  function goBack(place) {
    if (!place.y) return;
    const all = blocks();
    const said = all.map(words);
    const alike = (n, from) => place.near.slice(from).filter(([text], k) => said[n + k] === text).length;
    for (const [from, [text, top]] of place.near.entries()) {
      const same = [...all.keys()].filter((n) => text && said[n] === text);
      if (!same.length) continue;
      const far = (n) => Math.abs(n - from - place.at);
      same.sort((a, b) => alike(b, from) - alike(a, from) || far(a) - far(b));
      scrollTo({ top: scrollY + all[same[0]].getBoundingClientRect().top - top, behavior: "instant" });
      return;
    }
    scrollTo({ top: place.y, behavior: "instant" });
  }

  function restore() {
    const kept = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    const place = kept && JSON.parse(kept);
    if (!place || place.page !== location.pathname || inner) return;
    history.scrollRestoration = "manual";
    const folded = document.querySelectorAll("details");
    for (const n of place.open) if (folded[n]) folded[n].open = true;
    goBack(place);
    addEventListener("load", () => {
      goBack(place);
      history.scrollRestoration = "auto";
    });
  }

  // --- what there is to say ------------------------------------------------------------------------

  const host = document.createElement("div");
  host.id = "course-preview";
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML =
    '<link rel="stylesheet" href="/-/live.css">' +
    '<section id="panel" role="region" aria-label="Findings" tabindex="-1" hidden><button id="close">Close</button><div id="said" role="status"></div></section>' +
    '<nav id="badge" aria-label="Preview" hidden><button id="count" aria-expanded="false"></button>' +
    '<a href="/pdf" target="_blank">PDF</a><a href="/epub" target="_blank">EPUB</a></nav>';
  const part = (id) => root.getElementById(id);

  function open(yes) {
    part("panel").hidden = !yes;
    part("count").setAttribute("aria-expanded", String(yes));
  }

  function count(counts) {
    const named = ["error", "warning", "suggestion"].filter((name) => counts[name]);
    return named.map((name) => `${counts[name]} ${name}${counts[name] > 1 ? "s" : ""}`).join(", ") || "no findings";
  }

  function say(state) {
    const serious = state.broken || state.counts.error > 0;
    part("badge").hidden = false;
    part("badge").className = serious ? "serious" : state.counts.warning ? "some" : "";
    part("count").textContent = state.broken ? "cannot be read" : count(state.counts);
    part("said").innerHTML = state.panel;
    host.dataset.broken = String(state.broken);
    host.dataset.number = String(state.number);
    if (state.panel !== shown) open(serious && state.panel !== closed);
    shown = state.panel;
  }

  part("close").addEventListener("click", () => {
    closed = shown;
    open(false);
  });
  part("count").addEventListener("click", () => open(part("panel").hidden && shown !== ""));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !part("panel").hidden) part("close").click();
  });

  // --- following -----------------------------------------------------------------------------------

  let asked = 0;
  let seen = -1;

  async function look() {
    const mine = ++asked;
    const answer = await fetch("/-/state?page=" + encodeURIComponent(location.pathname), { cache: "no-store" });
    if (!answer.ok) return;
    const state = await answer.json();
    if (mine !== asked) return; // a later change was told of meanwhile
    const wait = document.querySelector("[data-wait]");
    if (failed && state.number !== seen) return location.reload();
    seen = state.number;
    if (!wait && !failed && state.tag !== own.dataset.tag) {
      if (!inner) remember();
      location.reload();
    } else if (!inner) {
      say(state);
    }
  }

  let failed = false;

  async function waitForBook(address) {
    const answer = await fetch(address, { headers: { Accept: "*/*" } }).catch(() => null);
    if (!answer) return setTimeout(() => waitForBook(address), 1000);
    if (answer.ok) return location.replace(address);
    const said = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.querySelector("main").replaceWith(document.adoptNode(said.querySelector("main")));
    failed = true; // until the next change: then it is asked for again
  }

  document.addEventListener("DOMContentLoaded", () => {
    restore();
    const ours = document.body.classList.contains("course-preview"); // it says all there is to say itself
    if (!inner && !ours) document.body.append(host);
    const wait = document.querySelector("[data-wait]");
    if (wait) waitForBook(wait.dataset.wait);
    new EventSource("/-/events").addEventListener("message", () => look().catch(() => {}));
  });
})();
