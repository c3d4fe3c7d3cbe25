// Small kindnesses on top of pages that work without them.
import { initAll } from "asset:govuk.js";

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const load = (src) =>
  new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src, onload: done, onerror: failed });
    document.head.append(script);
  });

// A form is sent once: its buttons rest until the page changes or comes back from memory.
function rest(form, resting) {
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    if (resting) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
  form.dataset.ncSent = resting ? "yes" : "";
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  const asks = form.dataset.ncConfirm;
  if (asks && form.dataset.ncAgreed !== "yes") {
    event.preventDefault();
    agree(form, asks, event.submitter);
  } else if (form.dataset.ncSent === "yes") event.preventDefault();
  else rest(form, true);
});

addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) rest(form, false);
});

// The browser's own dialog, filled with the form's question; Escape and "no" leave all as it was.
function agree(form, words, submitter) {
  const dialog = document.getElementById("nc-confirm");
  dialog.querySelector("[data-nc-question]").textContent = words;
  dialog.querySelector("[data-nc-verb]").textContent = (submitter?.textContent ?? "").trim();
  dialog.onclose = () => {
    if (dialog.returnValue !== "yes") return;
    form.dataset.ncAgreed = "yes";
    form.requestSubmit(submitter);
  };
  dialog.returnValue = "";
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-nc-opens]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.ncOpens).showModal();
  }
  event.target.closest("[data-nc-closes]")?.closest("dialog, .nc-toast")?.dispatchEvent(new Event("nc-close"));
});

document.addEventListener(
  "nc-close",
  ({ target }) => (target.tagName === "DIALOG" ? closeDialog(target) : target.remove()),
  true,
);

function closeDialog(dialog) {
  dialog.close();
  if (location.hash === `#${dialog.id}`) history.replaceState(null, "", location.pathname + location.search);
}

// Vietnamese as people type it in a hurry: no marks, đ as d.
export const folded = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();

async function enhanceSelects(scope) {
  const selects = scope.querySelectorAll("select[data-nc-search]");
  if (!selects.length) return;
  if (!window.accessibleAutocomplete) await load("asset:autocomplete.js");
  for (const select of selects) enhance(select);
}

function enhance(select) {
  const words = JSON.parse(select.dataset.ncSearch);
  const options = [...select.options].filter((o) => o.value).map((o) => [o.text, folded(o.text)]);
  delete select.dataset.ncSearch;
  window.accessibleAutocomplete.enhanceSelectElement({
    selectElement: select,
    defaultValue: select.selectedOptions[0]?.value ? select.selectedOptions[0].text : "",
    autoselect: true,
    confirmOnBlur: false,
    showAllValues: options.length <= 30,
    source: (query, show) => {
      const parts = folded(query).split(/\s+/);
      show(options.filter(([, plain]) => parts.every((p) => plain.includes(p))).map(([text]) => text).slice(0, 30));
    },
    tNoResults: () => words.none,
    tAssistiveHint: () => words.hint,
    tStatusQueryTooShort: (n) => words.short.replace("{n}", n),
    tStatusNoResults: () => words.none,
    tStatusSelectedOption: (text, n, at) => `${text}, ${at + 1}/${n}`,
    tStatusResults: (n, text) => `${words.found.replace("{n}", n)} ${text}`,
  });
}

// Photos are shown as drawn copies: our policy lets no other address into an image.
document.addEventListener("change", async ({ target }) => {
  if (target.type !== "file" || !("ncPreview" in target.dataset)) return;
  const place = document.getElementById(target.dataset.ncPreview);
  place.replaceChildren();
  for (const file of [...target.files].slice(0, 6)) {
    const image = await createImageBitmap(file).catch(() => null);
    if (!image) continue;
    const canvas = Object.assign(document.createElement("canvas"), {
      height: 120,
      width: Math.min(320, Math.round((120 * image.width) / image.height)),
    });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", file.name);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    place.append(canvas);
  }
});

document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRF-Token"] = token();
  if (detail.verb !== "get" && !detail.parameters.request_key)
    detail.headers["Idempotency-Key"] = crypto.randomUUID();
});

function start(scope) {
  initAll({ scope });
  enhanceSelects(scope);
  for (const folded of scope.querySelectorAll("details.nc-filters"))
    folded.open ||= matchMedia("(min-width: 641px)").matches;
}

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
start(document);
document.addEventListener("htmx:load", ({ target }) => target !== document.body && start(target));

// htmx starts at once only on a complete page; earlier it would wait for an event already past.
if (document.querySelector("[hx-get], [hx-post]")) {
  const startHtmx = () => load("asset:htmx.js");
  if (document.readyState === "complete") startHtmx();
  else addEventListener("load", startHtmx);
}
