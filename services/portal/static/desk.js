"use strict";
// The screening desk: one key, one step, and the list stays where it is. Without this every form is a page of its own.
let sending = false;
let turn = 0;
let opening = 0;
const MOST = 8;
const inList = () => all("[data-list] a[data-id]");
const shown = () => one("[data-pane]");

function following() {
  const rows = inList();
  const here = rows.findIndex((row) => row.hasAttribute("aria-current"));
  return [...rows.slice(here + 1), ...rows.slice(0, Math.max(here, 0))]
    .filter((row) => "waits" in row.dataset)
    .slice(0, MOST)
    .map((row) => row.dataset.id);
}

function watch() {
  const bar = one("[data-live]");
  if (!bar) return;
  const address = new URL(bar.dataset.live, location.href);
  const pane = shown();
  for (const name of ["open", "seen"]) {
    if (pane) address.searchParams.set(name, pane.dataset[name]);
    else address.searchParams.delete(name);
  }
  bar.dataset.live = address.pathname + address.search;
}

function finish(row, told) {
  if (told) {
    delete row.dataset.waits;
    row.dataset.done = told;
  } else {
    row.dataset.waits = "";
    delete row.dataset.done;
  }
}

function put(name, from) {
  const place = one(`[${name}]`);
  const fresh = one(`[${name}]`, from);
  if (place && fresh) place.replaceChildren(...fresh.childNodes);
  if (place) all("[data-until]", place).forEach(countDown);
}

function point(id) {
  for (const row of inList()) {
    if (row.dataset.id === id) {
      row.setAttribute("aria-current", "true");
      row.scrollIntoView({ block: "nearest" });
    } else row.removeAttribute("aria-current");
  }
}

function show(answer, push) {
  const found = one("[data-step]", new DOMParser().parseFromString(answer, "text/html"));
  if (!found) return false;
  const pane = document.adoptNode(one("[data-pane]", found));
  const old = shown();
  if (old) old.replaceWith(pane);
  else one(".bench").append(pane);
  one(".bench").classList.add("open");
  put("data-undo", found);
  put("data-told", found);
  const rows = inList();
  for (const mark of all("[data-row]", found)) {
    const row = rows.find((each) => each.dataset.id === mark.dataset.row);
    if (row) finish(row, mark.dataset.done);
  }
  point(pane.dataset.open);
  watch();
  if (pane.getBoundingClientRect().top < 0) pane.scrollIntoView({ block: "start" });
  one("#opened").focus({ preventScroll: true });
  if (push) history.pushState(null, "", found.dataset.url);
  return true;
}

async function open(address, push) {
  const asked = new URL(address, location.href);
  const id = asked.searchParams.get("open");
  if (!id) return location.assign(asked);
  for (const name of ["open", "after", "next"]) asked.searchParams.delete(name);
  const mine = ++turn;
  opening = mine;
  point(id);
  const query = new URLSearchParams({ open: id, of: asked.searchParams.toString() });
  try {
    const answer = await fetch(`/desk/pane?${query}`, { headers: { "X-Requested-With": "lounge" } });
    const text = await answer.text();
    if (mine !== turn) return;
    if (!answer.ok || !show(text, push)) location.assign(address);
  } catch {
    one("[data-offline]").hidden = false;
  }
  if (mine === turn) opening = 0;
}

// What cannot be shown in place is sent again as a page of its own: the form's key lets it count once.
function sendAsPage(form, button) {
  if (button && button.name) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value });
    form.append(field);
  }
  form.submit();
}

async function send(form, button) {
  sending = true;
  const body = new URLSearchParams(new FormData(form, button));
  body.set("next", following().join(" "));
  if (!body.has("list")) body.set("list", location.search.slice(1));
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "lounge" } });
    const go = answer.headers.get("X-Go");
    if (go) location.assign(go);
    else if (answer.redirected || !show(await answer.text(), true)) sendAsPage(form, button);
  } catch {
    one("[data-offline]").hidden = false;
  } finally {
    sending = false;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-one-key], [data-undo] form") || !shown()) return;
  event.preventDefault();
  // Between two requests nothing is sent: the key was meant for one that is not shown yet.
  if (!sending && !opening) send(form, event.submitter);
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-list] a[data-id]");
  if (!row || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!sending) open(row.href, true);
});

addEventListener("popstate", () => (shown() ? open(location.href, false) : location.reload()));

// While a correction is being put together, every letter and number belongs to it.
document.addEventListener("keydown", (event) => {
  const panel = one("[data-correct][open]");
  if (!panel || (keysOff && keysOff.checked) || typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  const letter = /^[a-z0-9]$/i.test(event.key);
  if (event.repeat && !letter) return;
  const choice = letter && !event.repeat && one(`[data-pick="${CSS.escape(event.key)}"]`, panel);
  if (choice) choice.checked = choice.type === "radio" || !choice.checked;
  else if (event.key === "Escape") panel.open = false;
  else if (event.key === "Enter" && !event.target.closest("a, button, summary")) one("form", panel).requestSubmit();
  else if (!letter) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("toggle", (event) => {
  const opened = event.target;
  if (!opened.matches("[data-correct][open], [data-gates][open]")) return;
  if ("gates" in opened.dataset) one("summary", opened).focus();
  opened.scrollIntoView({ block: "nearest" });
}, true);

watch();
