// What the page of bulk operations can do beyond plain forms and links: a look at a picked file, drag and drop, times of
// the reader's own clock, words for a screen reader, and a calm way through lost connections. Nothing depends on it.
(() => {
  "use strict";

  const FIRST_RETRY_MS = 2000;
  const LAST_RETRY_MS = 30000;
  const TYPING_PAUSE_MS = 400;
  let retryMs = FIRST_RETRY_MS;
  let announced = "";

  const find = (selector) => document.querySelector(selector);

  // --- times: the server says UTC, the reader's clock is put before it
  const localTime = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
  const showLocalTimes = (within) => {
    for (const element of within.querySelectorAll("time[datetime]:not([data-local])")) {
      const moment = new Date(element.dateTime);
      element.dataset.local = "";
      if (moment.getTimezoneOffset() === 0) continue;
      element.title = element.textContent.trim();
      const clock = element.dateTime.slice(11, 16);
      element.textContent = `${localTime.format(moment)} (${clock} UTC)`;
    }
  };

  // --- words for a screen reader, only when there is news
  const announce = (text) => {
    if (!text || text === announced) return;
    announced = text;
    find("#announce").textContent = text;
  };

  // --- the picked file, or the pasted cells
  let checkedFor = "";
  const operation = () => find("input[name=task_type]").value;
  const hasFile = () => Boolean(find("#upload-form input[type=file]")?.files.length);
  const pasted = () => find("#upload-form textarea")?.value ?? "";
  const hasInput = () => hasFile() || pasted().trim() !== "";
  const sentSize = (text) => new Blob([text.replaceAll("\n", "\r\n")]).size;
  const isTooLarge = () => hasFile() && find("#upload-form input[type=file]").files[0].size > Number(find("[data-drop]").dataset.maxBytes);
  const isTooMuch = () => sentSize(pasted()) > Number(find("[data-too-much]").dataset.tooMuch);
  // The chosen file is shown by name and size, and can be taken away again.
  const sizeOf = (bytes) => {
    const [unit, number] = bytes < 1e6 ? ["kilobyte", Math.max(bytes / 1e3, .1)] : ["megabyte", bytes / 1e6];
    const format = { style: "unit", unit, maximumFractionDigits: number < 10 ? 1 : 0 };
    return new Intl.NumberFormat(document.documentElement.lang || undefined, format).format(number);
  };
  const showPicked = () => {
    const file = find("#upload-form input[type=file]").files[0];
    find("[data-drop]").classList.toggle("has-file", Boolean(file));
    find("[data-picked]").hidden = !file;
    if (!file) return;
    find("[data-picked-name]").textContent = file.name;
    find("[data-picked-size]").textContent = sizeOf(file.size);
  };
  // A file that cannot be used is not sent: a browser forgets what it has sent, and here it stays to be looked at.
  const showVerdict = () => {
    const isBlocked = isTooLarge() || find("#file-check [data-verdict]")?.dataset.verdict === "bad";
    for (const button of document.querySelectorAll("[data-needs-file]")) button.disabled = isBlocked;
    find("[data-blocked]").hidden = !isBlocked;
  };
  const checkInput = () => {
    showPicked();
    find("[data-too-large]").hidden = !isTooLarge();
    find("[data-too-much]").hidden = !isTooMuch();
    find("[data-changed]").hidden = true;
    checkedFor = operation();
    if (hasInput() && !isTooLarge() && !isTooMuch()) window.htmx.trigger("#file-check", "check-file");
    else find("#file-check").replaceChildren();
    showVerdict();
  };
  const checkFile = () => {
    find("#file-check").replaceChildren();
    checkInput();
  };
  // While the header stays as it is, what was chosen for its columns stays, too.
  let checkedHeader = "";
  let typing = 0;
  const checkPasted = () => {
    const header = pasted().trimStart().split("\n", 1)[0];
    if (header === checkedHeader) checkInput();
    else checkFile();
    checkedHeader = header;
  };
  document.addEventListener("input", (event) => {
    if (!event.target.matches("#upload-form textarea")) return;
    window.clearTimeout(typing);
    typing = window.setTimeout(checkPasted, TYPING_PAUSE_MS);
  });
  // A choice in the table of columns is looked at again; htmx keeps the focus where it was.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-match]") && hasInput()) window.htmx.trigger("#file-check", "check-file");
  });
  const prepareDrop = (zone) => {
    const input = zone.querySelector("input[type=file]");
    zone.querySelector(".can-drop").hidden = false;
    zone.querySelector("[data-remove]").addEventListener("click", () => {
      input.value = "";
      checkFile();
      input.focus();
    });
    // Picking the file of the same name again, once it is corrected, is no change unless nothing was picked before.
    input.addEventListener("click", () => { input.value = ""; });
    input.addEventListener("cancel", checkFile);
    input.addEventListener("change", checkFile);
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      if (!event.dataTransfer.files.length) return;
      const one = new DataTransfer();
      one.items.add(event.dataTransfer.files[0]);
      input.files = one.files;
      input.focus();
      checkFile();
    });
  };

  // A browser cannot send a file that was saved anew after it was picked; it would show an error page of its own.
  let isReadable = false;
  const readBeforeSending = async (event) => {
    if (isReadable || !hasFile()) return;
    event.preventDefault();
    try {
      await find("#upload-form input[type=file]").files[0].slice(0, 1).arrayBuffer();
      isReadable = true;
      event.target.requestSubmit(event.submitter);
    } catch {
      event.submitter?.classList.remove("busy");
      find("[data-changed]").hidden = false;
      find("#upload-form input[type=file]").focus();
    }
  };

  // --- the operations fold once one is chosen: at once by pointer, and when the keyboard moves on
  let isPointing = false;
  document.addEventListener("pointerdown", () => { isPointing = true; });
  document.addEventListener("keydown", () => { isPointing = false; });
  const prepareFold = (operations) => {
    let isChanged = false;
    const fold = () => {
      isChanged = false;
      operations.open = false;
    };
    operations.addEventListener("change", () => {
      isChanged = true;
      if (!isPointing) return;
      fold();
      operations.querySelector("summary").focus({ preventScroll: true });
    });
    operations.addEventListener("focusout", (event) => {
      if (isChanged && event.relatedTarget && !operations.contains(event.relatedTarget)) fold();
    });
  };

  // --- connections: one word at a time, and another try later
  const tell = (what) => {
    for (const note of document.querySelectorAll("#connection [data-when]")) note.hidden = note.dataset.when !== what;
  };
  const lookAgainLater = () => {
    window.setTimeout(() => {
      if (find("#progress")) window.htmx.trigger("#progress", "look-again");
    }, retryMs);
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  };
  const failed = (event) => {
    const status = event.detail.xhr?.status ?? 0;
    const isPolling = event.detail.elt?.id === "progress";
    if (status === 401) tell("expired");
    else if (status === 413 && find("[data-too-large]")) find("[data-too-large]").hidden = false;
    else tell(status === 0 || isPolling ? "offline" : "refused");
    if (isPolling) lookAgainLater();
  };

  // --- focus: whatever was replaced under the reader leaves it at the heading of what came instead
  const keepFocus = (target) => {
    if (document.activeElement && document.activeElement !== document.body) return;
    if (target.id === "task") find("#task-heading")?.focus({ preventScroll: true });
    if (target.id === "rows") find("#rows-heading")?.focus();
  };
  let hadFocus = false;

  document.addEventListener("htmx:beforeSwap", () => {
    hadFocus = document.activeElement !== null && document.activeElement !== document.body;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const target = document.getElementById(event.detail.target?.id) ?? event.detail.elt;
    showLocalTimes(document);
    if (target?.id === "file-check") showVerdict();
    const news = find("#progress") ?? find("#task");
    announce(news?.dataset.announce);
    if (hadFocus && target) keepFocus(target);
    if (hasInput() && operation() !== checkedFor) checkFile();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) return;
    retryMs = FIRST_RETRY_MS;
    tell("");
  });
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(name, failed);

  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post" || !event.submitter) return;
    event.submitter.classList.add("busy");
    if (!event.submitter.dataset.busy) return;
    event.submitter.lastElementChild.textContent = event.submitter.dataset.busy;
    announce(event.submitter.dataset.busy);
  });
  window.addEventListener("pageshow", () => {
    isReadable = false;
    // Somebody went back: the browser has picked the file again by itself, and what was said of it is gone.
    if (pasted()) find("#upload-form textarea").closest("details").open = true;
    if (hasInput() && !find("#file-check").hasChildNodes()) checkFile();
    else if (hasFile()) showPicked();
    for (const button of document.querySelectorAll(".busy")) button.classList.remove("busy");
  });

  document.addEventListener("DOMContentLoaded", () => {
    showLocalTimes(document);
    announced = find("#task")?.dataset.announce ?? "";
    for (const zone of document.querySelectorAll("[data-drop]")) prepareDrop(zone);
    if (find("#operations")) prepareFold(find("#operations"));
    find("#upload-form")?.addEventListener("submit", readBeforeSending);
    find("[data-focus]")?.focus();
  });
})();
