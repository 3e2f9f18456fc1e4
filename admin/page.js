"use strict";
const $ = id => document.getElementById(id), ask = $("ask"), said = $("said"), link = $("link");
$("actions").hidden = false;
let order = null, state = document.title;
const base = location.origin + location.pathname; // an address with a password in it cannot be fetched from

// Only what changes of itself and matters is read out: the mode, an outcome, a lost connection.
function hear(text) { $("heard").textContent = text; }

const orderOf = e => e && e.dataset && e.dataset.post ? [e.dataset.post, e.dataset.body, e.dataset.method].join() : null;
function parts(doc) {
  const chosen = getSelection(), at = orderOf(document.activeElement);
  for (const id in doc.parts) {
    const e = $(id);
    if (!e) continue;
    if (!chosen.isCollapsed && e.contains(chosen.anchorNode)) { late[id] = doc.parts[id]; continue; } // somebody copies a text from it
    delete late[id];
    e.innerHTML = doc.parts[id];
  }
  if (at && document.activeElement === document.body) for (const b of document.querySelectorAll("button[data-post]")) if (orderOf(b) === at) b.focus({preventScroll: true});
  document.title = doc.title;
  link.textContent = "live, as of " + doc.at;
  if (doc.title !== state) hear(state = doc.title);
}
const late = {};
document.addEventListener("selectionchange", () => {
  if (getSelection().isCollapsed) for (const id in late) { $(id).innerHTML = late[id]; delete late[id]; }
});
const source = new EventSource(base + "events");
source.addEventListener("parts", e => { link.className = "dim"; parts(JSON.parse(e.data)); });
source.onerror = () => { link.className = "lost"; link.textContent = link.textContent.replace(/^.*as of/, "connection lost; what you see is as of"); hear("connection lost"); };

const nameOf = b => b.textContent + (b.dataset.of ? ", " + b.dataset.of : "");
document.addEventListener("click", e => {
  const b = e.target.closest("button[data-post]"); if (!b) return;
  order = b; $("ask-title").textContent = nameOf(b) + "?"; $("ask-text").textContent = b.dataset.say; ask.showModal(); $("no").focus();
});
$("no").onclick = () => ask.close();
$("seen").onclick = () => { $("outcome").hidden = true; };
ask.addEventListener("close", () => { if (order && order.isConnected) order.focus(); });
function say(text) { $("outcome").hidden = false; said.textContent = text; hear(text); }
$("yes").onclick = async () => {
  const b = order, name = nameOf(b); ask.close(); b.disabled = true; say(name + ": under way …");
  try {
    const init = {method: b.dataset.method || "POST"};
    if (b.dataset.body) { init.body = b.dataset.body; init.headers = {"Content-Type": "application/json"}; }
    const r = await fetch(base + b.dataset.post, init), doc = await r.json();
    say(name + ": " + (r.ok ? told(doc, b.dataset.post) : doc.detail));
  } catch (err) { say(name + ": " + err.message); }
  b.disabled = false;
};
function told(doc, to) {
  if (doc.checks) return (doc.ok ? "all is well\n" : "not all is well\n") + doc.checks.map(c => (c.ok ? "✓ " : "✗ ") + c.name.replaceAll("_", " ") + ": " + c.detail).join("\n");
  if (doc.kind) return to.startsWith("jobs/") ? "it ends soon, see Jobs" : "begun, see Jobs";
  if (doc.settled !== undefined) return doc.settled ? "settled" : doc.detail;
  return "done; the mode is " + doc.mode;
}
