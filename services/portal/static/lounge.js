"use strict";
// Everything here is a convenience: each page does its work without it.
document.documentElement.classList.add("js");
let changed = false;
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const one = (selector, from = document) => from.querySelector(selector);

function say(text) {
  const place = one("[data-said]");
  if (place) place.textContent = text;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(`已复制：${text}`);
  } catch {
    say("这台设备不让复制，请长按上面的号码。");
  }
}

function saveCard(card) {
  const canvas = document.createElement("canvas");
  canvas.width = 1080;
  canvas.height = 720;
  const pen = canvas.getContext("2d");
  const family = getComputedStyle(document.body).fontFamily;
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#1c2733";
  pen.font = `44px ${family}`;
  pen.fillText(card.dataset.cardTitle, 72, 120);
  all("[data-card-line]", card).forEach((line, index) => {
    const top = 250 + index * 220;
    pen.font = `40px ${family}`;
    pen.fillText(line.dataset.cardLine, 72, top);
    pen.font = `600 88px ${family}`;
    pen.fillText(line.textContent.trim(), 72, top + 104);
  });
  canvas.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "汇客厅编号.png";
    link.click();
    URL.revokeObjectURL(link.href);
    say("已存成图片。");
  });
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-copy], [data-save-card], [data-print], [data-leave]");
  if (!target) return;
  if (target.dataset.copy) copy(target.dataset.copy);
  else if ("saveCard" in target.dataset) saveCard(one("[data-card]"));
  else if ("print" in target.dataset) window.print();
  else if ("leave" in target.dataset) {
    event.preventDefault();
    changed = false;
    location.replace(target.href);
  }
});

function step(by) {
  const rows = all("[data-list] a");
  if (!rows.length) return;
  const shown = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = Math.min(Math.max(shown + by, 0), rows.length - 1);
  if (next !== shown) rows[next].click();
}

function press(key) {
  const target = one(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.matches("input")) target.focus();
  else target.click();
  return true;
}

const typing = (event) => event.target.closest("textarea, select, input:not([type=radio], [type=checkbox])");
const keysOff = one("[data-keys-off]");
if (keysOff) {
  keysOff.checked = localStorage.getItem("keys") === "off";
  keysOff.addEventListener("change", () => localStorage.setItem("keys", keysOff.checked ? "off" : "on"));
}

document.addEventListener("keydown", (event) => {
  if (keysOff && keysOff.checked) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  // A key that is held moves on through the list and does nothing else: nobody has read what it would answer.
  if (event.repeat && event.key !== "j" && event.key !== "k") return;
  if (typing(event)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "?" && one("[data-help]")) {
    const help = one("[data-help]");
    help.open = !help.open;
    if (help.open) one("summary", help).focus();
  } else if (!/^[a-z0-9/]$/.test(event.key) || !press(event.key)) return;
  event.preventDefault();
});

function countDown(bar) {
  const end = performance.now() + (Date.parse(bar.dataset.until) - Date.parse(bar.dataset.now));
  const place = one("[data-seconds]", bar);
  const tick = () => {
    const left = Math.ceil((end - performance.now()) / 1000);
    if (left <= 0) {
      bar.classList.add("over");
      return;
    }
    place.textContent = `还剩 ${left} 秒`;
    setTimeout(tick, 1000);
  };
  tick();
}
all("[data-until]").forEach(countDown);

// The bar is a fragment of its own; a timeline is cut out of the whole page. Neither moves anything the reader has focused.
async function renew(place, url, whole) {
  if (document.hidden || place.contains(document.activeElement)) return;
  try {
    const answer = await fetch(url, { headers: { "X-Requested-With": "lounge" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const source = whole ? one(`[data-refresh="${CSS.escape(place.dataset.refresh)}"]`, fresh) : fresh.body;
    if (source && source.innerHTML.trim() !== place.innerHTML.trim()) place.replaceChildren(...source.cloneNode(true).childNodes);
  } catch {
    // The page that is shown stays; the offline bar tells the rest.
  }
}

for (const place of all("[data-live]")) setInterval(() => renew(place, place.dataset.live, false), 10000);
for (const place of all("[data-refresh]"))
  setInterval(() => renew(place, place.dataset.refresh, true), (place.dataset.every || 30) * 1000);

const offline = one("[data-offline]");
const line = () => { offline.hidden = navigator.onLine; };
addEventListener("offline", line);
addEventListener("online", line);
line();

for (const form of all("form[data-keep]")) {
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      offline.hidden = false;
      offline.scrollIntoView({ block: "center" });
      return;
    }
    changed = false;
  });
}
addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

const current = one("[data-list] [aria-current]");
if (current) current.scrollIntoView({ block: "nearest" });

const summary = one("[data-focus]");
if (summary) summary.focus();
