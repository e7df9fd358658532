// Enhances pages that are complete without it. No text here: the server writes every word into the page.
// Nothing is stored; patient numbers stay in the page and in the memory of this browser's tabs.
const byId = (id) => document.getElementById(id);
const body = document.body;
const opened = Date.now();
const clock = (ms) => new Date(ms).toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit" });

// Late answers: the server appends <template data-for> and then <samsyn-swap>, whose arrival puts the template in place.
const said = new Set();
let saying;
const announce = (words) => {
  said.add(words);
  clearTimeout(saying);
  saying = setTimeout(() => {
    const announcer = byId("announcer");
    if (announcer) announcer.textContent = [...said].join(". ");
    said.clear();
  }, 1500);
};
// What the reader had open or focused stays so, and what is below a changed part above the window does not move.
const swap = (template) => {
  const old = byId(template.dataset.for);
  const fresh = template.content.firstElementChild;
  if (!old || !fresh) return;
  const open = [...old.querySelectorAll("details[open][id]")].map((part) => part.id);
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const place = focused && [...old.querySelectorAll("a,button,summary,input")].indexOf(focused);
  const box = old.getBoundingClientRect();
  old.replaceWith(fresh);
  for (const id of open) byId(id)?.setAttribute("open", "");
  if (focused) {
    const again = (focused.id && byId(focused.id)) || fresh.querySelectorAll("a,button,summary,input")[place];
    again?.focus({ preventScroll: true });
  }
  if (box.bottom < 0) scrollBy(0, fresh.getBoundingClientRect().height - box.height);
  arm(fresh);
  announce(template.dataset.said);
};
class Swap extends HTMLElement {
  connectedCallback() {
    const template = this.previousElementSibling;
    this.remove();
    if (!template?.dataset.for) return;
    template.remove();
    // A part that was drawn for somebody else: nothing on the page can be trusted any more.
    if (template.dataset.of !== body.dataset.of) clear("mixed");
    if (!blank) swap(template);
  }
}

// Forms ask for the page that fills itself only where this script can fill it.
const arm = (root) => {
  for (const input of root.querySelectorAll("[data-live]")) input.disabled = false;
};

const show = (notice, ms) => {
  if (!notice || !notice.hidden) return;
  const words = notice.querySelector("[data-text]");
  if (words) words.textContent = words.dataset.text.replace("{time}", clock(ms));
  notice.hidden = false;
};

// After the idle limit, or when the session is over or another, the content is gone from the page and not only out of sight.
let blank = "";
const forGood = () => blank && blank !== "blanked";
const clear = (id) => {
  const template = byId(id) ?? byId("session-over");
  if (forGood() || blank === id || !template) return;
  blank = id;
  const words = template.content.cloneNode(true);
  for (const part of document.querySelectorAll(".person-bar, main, .notices, .print-refusal, .print-controls")) part.remove();
  // The reader may be another by now.
  if (id !== "blanked") document.querySelector(".viewer")?.remove();
  body.append(words);
  byId("content")?.focus();
};

// What a tab tells the others of this browser: the tag of its sign-in and assignment, and its patient; nothing when it signs out.
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("samsyn") : null;
const page = body.dataset.page ?? "";
const person = document.querySelector("[data-person]")?.textContent;

const watch = () => {
  const idle = Number(body.dataset.idleSeconds || 0) * 1000;
  let used = Date.now();
  for (const kind of ["pointerdown", "keydown", "wheel", "touchmove"]) {
    addEventListener(kind, () => { if (Date.now() - used < idle) used = Date.now(); }, { passive: true });
  }
  const check = () => {
    const now = Date.now();
    if (idle && now - used >= idle) clear("blanked");
    else if (now - opened >= 600000) show(byId("notice-age"), opened);
  };
  setInterval(check, 5000);
  document.addEventListener("visibilitychange", check);

  // The page ended before every part had come.
  const brokenOff = () => document.readyState === "complete" && document.querySelector('.live main [data-state="waiting"]');
  const beat = async () => {
    if (forGood()) return;
    const notice = byId("notice-connection");
    const began = Date.now();
    try {
      const headers = { "samsyn-page": page };
      const reply = await fetch(body.dataset.alive, { cache: "no-store", credentials: "same-origin", headers });
      if (reply.status === 401) clear(reply.headers.get("samsyn-page") ?? "session-over");
      else if (!reply.ok || brokenOff()) show(notice, began);
      else if (notice) notice.hidden = true;
    } catch {
      show(notice, began);
    }
  };
  setInterval(beat, 30000);
  addEventListener("load", () => { if (brokenOff()) beat(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) beat(); });
  tabs?.addEventListener("message", ({ data }) => {
    // No tab believes another: it asks the server. A session ends a moment after its tab has said so.
    if (!data) for (const ms of [300, 1000, 3000]) setTimeout(beat, ms);
    else if (data.page !== page) beat();
    else if (person && data.person && data.person !== person) show(byId("notice-other-patient"), Date.now());
  });
  addEventListener("offline", () => show(byId("notice-connection"), Date.now()));
  addEventListener("online", beat);
};

// A page that the back button brings from memory may belong to a session that is over: fetch it again.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

document.querySelector("[data-leave]")?.addEventListener("submit", () => tabs?.postMessage(null));

customElements.define("samsyn-swap", Swap);
arm(document);
if (body.dataset.alive) watch();
tabs?.postMessage({ page, person });
document.querySelector("[data-print]")?.addEventListener("click", () => print());
