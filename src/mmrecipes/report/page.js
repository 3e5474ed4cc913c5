"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const viewer = document.getElementById("viewer");
  const place = document.getElementById("place");
  const stays = document.createElement("article");
  stays.className = "sample";
  let shown = null;

  function putBack() {
    if (!shown) return;
    stays.replaceWith(shown);
    shown = null;
  }
  function enlarge(sample) {
    putBack();
    stays.style.minHeight = `${sample.offsetHeight}px`;
    sample.replaceWith(stays);
    place.append(sample);
    shown = sample;
    history.replaceState(null, "", `#${encodeURIComponent(sample.dataset.id)}`);
    if (!viewer.open) viewer.showModal();
    viewer.scrollTop = 0;
  }
  function go(by) {
    if (!shown) return;
    const all = [...stays.parentElement.children].filter((e) => !e.hidden);
    const next = all[(all.indexOf(stays) + by + all.length) % all.length];
    if (next !== stays) enlarge(next);
  }
  document.addEventListener("click", (event) => {
    const key = event.target.closest(".key");
    if (key) return toggle(key);
    const opener = event.target.closest(".gallery :is(.open, .stage)");
    if (opener) return enlarge(opener.closest(".sample"));
    if (event.target === viewer) viewer.close();
  });
  function toggle(key) {
    const on = key.getAttribute("aria-pressed") !== "true";
    key.setAttribute("aria-pressed", String(on));
    const label = key.dataset.label;
    for (const e of key.closest("figure").querySelectorAll("[data-label]")) {
      if (e !== key && e.dataset.label === label) e.classList.toggle("off", !on);
    }
  }
  document.getElementById("close").onclick = () => viewer.close();
  document.getElementById("previous").onclick = () => go(-1);
  document.getElementById("next").onclick = () => go(1);
  viewer.addEventListener("close", () => {
    putBack();
    history.replaceState(null, "", "#");
  });
  viewer.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") go(-1);
    if (event.key === "ArrowRight") go(1);
  });
  document.querySelector(".switch").addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    document.getElementById("regions").click();
  });

  const task = document.getElementById("task");
  const find = document.getElementById("find");
  const found = document.getElementById("found");
  function filter() {
    const words = find.value.trim().toLowerCase();
    const samples = [...document.querySelectorAll("#samples .sample")];
    let count = 0;
    for (const s of samples) {
      const fits = (!task || !task.value || s.dataset.task === task.value) && s.dataset.words.includes(words);
      s.hidden = !fits;
      count += fits;
    }
    found.textContent = count === samples.length ? "" : `${count} of ${samples.length}`;
  }
  if (task) task.addEventListener("change", filter);
  if (find) find.addEventListener("input", filter);

  for (const talk of document.querySelectorAll(".gallery .talk")) {
    talk.classList.toggle("more-below", talk.scrollHeight > talk.clientHeight + 4);
  }
  const asked = decodeURIComponent(location.hash.slice(1));
  const linked = [...document.querySelectorAll(".gallery .sample")].find((s) => asked && s.dataset.id === asked);
  if (linked) enlarge(linked);
})();
