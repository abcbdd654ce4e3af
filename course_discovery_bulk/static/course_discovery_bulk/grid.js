// The grid of rows with the keyboard and the pointer: one cell at a time has the focus, as in a spreadsheet; what is
// wrong with a cell is shown beside it, and a cell is opened in a panel. Without it every row has a page of its own.
(() => {
  "use strict";

  const ROW_LINES = 15; // rows that a press of Page Down goes on, where the height of the grid is not known
  const GAP = 4;
  let active = "";
  let hadFocus = false;
  let scrolled = [0, 0];
  let wanted = null; // where to go on after the next page has come: "first" or "last"

  const find = (selector) => document.querySelector(selector);
  const grid = () => find("[data-grid]");
  const panel = () => find("#cell-panel");
  const scroller = () => find(".grid-scroll");
  const isMarked = (cell) => cell.matches(".is-problem, .is-note, .is-changed, .is-new");

  // --- the cell that has the focus
  const keyOf = (cell) => cell.id || `${cell.parentElement.id || "head"} ${cell.cellIndex}`;
  const cellOf = (key) => {
    const byId = document.getElementById(key);
    if (byId) return byId;
    const [row, place] = key.split(" ");
    const line = row === "head" ? grid()?.tHead.rows[0] : document.getElementById(row);
    return line?.cells?.[Number(place)] ?? null;
  };
  const activate = (cell, isFocused = true) => {
    if (!cell) return;
    for (const other of grid().querySelectorAll("[tabindex='0']")) other.removeAttribute("tabindex");
    cell.tabIndex = 0;
    active = keyOf(cell);
    if (isFocused) cell.focus();
  };
  const prepare = () => {
    if (!grid()) return;
    for (const link of grid().querySelectorAll("a")) link.tabIndex = -1;
    const first = grid().querySelector("td.is-problem") ?? grid().tBodies[0]?.rows[0]?.cells[0];
    activate(cellOf(active) ?? first, false);
  };

  // What is marked may be far to the side: the grid begins there, not the page.
  const goToMark = () => {
    const mark = grid()?.querySelector("td.is-problem");
    if (!mark || scroller().scrollLeft) return;
    const box = mark.getBoundingClientRect();
    const edge = scroller().getBoundingClientRect();
    if (box.right > edge.right) scroller().scrollLeft = box.right - edge.right + GAP;
    if (box.left < edge.left) scroller().scrollLeft = box.left - edge.left - GAP;
  };

  // --- ways to go
  const rows = () => [...grid().rows];
  const step = (cell, down, right) => {
    const lines = rows();
    const line = Math.min(Math.max(lines.indexOf(cell.parentElement) + down, 0), lines.length - 1);
    const place = Math.min(Math.max(cell.cellIndex + right, 0), lines[line].cells.length - 1);
    activate(lines[line].cells[place]);
  };
  const page = (cell, direction) => {
    const height = cell.offsetHeight ? Math.max(1, Math.floor(scroller().clientHeight / cell.offsetHeight) - 2) : ROW_LINES;
    const lines = rows();
    const at = lines.indexOf(cell.parentElement);
    const isAtEnd = direction > 0 ? at === lines.length - 1 : at <= 1;
    const link = find(`#rows .pages a[rel=${direction > 0 ? "next" : "prev"}]`);
    if (isAtEnd && link) {
      wanted = direction > 0 ? "first" : "last";
      link.click();
    } else step(cell, direction * height, 0);
  };
  const nextMarked = (cell, direction) => {
    const cells = [...grid().querySelectorAll("tbody td")].filter((other) => other === cell || isMarked(other));
    const at = cells.indexOf(cell);
    if (at < 0) activate(cells[0]);
    else activate(cells[at + direction]);
  };

  // --- what is wrong, beside its cell
  let tip = null;
  const place = (element, cell) => {
    const box = cell.getBoundingClientRect();
    const isBelow = box.bottom + GAP + element.offsetHeight <= window.innerHeight;
    const top = isBelow ? box.bottom + GAP : Math.max(GAP, box.top - GAP - element.offsetHeight);
    const left = Math.min(Math.max(GAP, box.left), window.innerWidth - element.offsetWidth - 4 * GAP);
    element.style.top = `${top}px`;
    element.style.left = `${left}px`;
  };
  const hideTip = () => {
    tip?.remove();
    tip = null;
  };
  const showTip = (cell) => {
    hideTip();
    const said = cell?.querySelector(".tip");
    if (!said || !panel().hidden) return;
    tip = document.createElement("div");
    tip.className = "floating-tip";
    tip.setAttribute("aria-hidden", "true"); // the cell is described by the same words
    for (const node of said.childNodes) tip.append(node.cloneNode(true));
    tip.cell = cell;
    document.body.append(tip);
    place(tip, cell);
  };

  // --- one cell in its panel
  const addressOf = (cell) => {
    const [, line, name] = cell.id.match(/^cell-(\d+)-(.+)$/);
    return `${grid().dataset.cells}${line}/cells/${encodeURIComponent(name)}/`;
  };
  const close = () => {
    if (!panel() || panel().hidden) return;
    panel().hidden = true;
    panel().replaceChildren();
    cellOf(active)?.focus();
  };
  const load = async (cell) => {
    await window.htmx.ajax("GET", addressOf(cell), { target: "#cell-panel", swap: "innerHTML" });
    window.htmx.process(panel()); // now, not a moment later: a key may be pressed at once
  };
  const open = async (cell) => {
    activate(cell, false);
    hideTip();
    await load(cell);
    if (!panel().hasChildNodes()) return;
    panel().hidden = false;
    place(panel(), cell);
    for (const side of panel().querySelectorAll(".side")) { // both begin at the first difference
      const change = side.querySelector("del, ins");
      if (change) side.scrollTop = change.offsetTop - side.offsetTop - side.clientHeight / 3;
    }
    const field = panel().querySelector("[data-first]") ?? panel().querySelector("[data-close]");
    field?.focus();
    if (field?.select) field.select();
  };
  const takeSuggestion = async (cell) => {
    if (!cell.dataset.suggestion) return;
    await load(cell);
    panel().querySelector("[data-save]")?.click();
  };
  const enter = (cell) => {
    if (cell.id) open(cell);
    else cell.querySelector("a")?.click();
  };

  const isBackward = () => getComputedStyle(grid()).direction === "rtl";
  const goSideways = (cell, right, isFar) => {
    if (isFar) nextMarked(cell, right);
    else step(cell, 0, isBackward() ? -right : right);
  };
  const goDown = (cell, down, isFar) => {
    if (isFar) nextMarked(cell, down);
    else step(cell, down, 0);
  };
  const goToEnd = (cell, isLast, isFar) => {
    const lines = rows();
    const line = isFar ? lines[isLast ? lines.length - 1 : 0] : cell.parentElement;
    activate(line.cells[isLast ? line.cells.length - 1 : 0]);
  };
  const KEYS = {
    ArrowDown: (cell, isFar) => goDown(cell, 1, isFar),
    ArrowUp: (cell, isFar) => goDown(cell, -1, isFar),
    ArrowRight: (cell, isFar) => goSideways(cell, 1, isFar),
    ArrowLeft: (cell, isFar) => goSideways(cell, -1, isFar),
    Home: (cell, isFar) => goToEnd(cell, false, isFar),
    End: (cell, isFar) => goToEnd(cell, true, isFar),
    PageDown: (cell) => page(cell, 1),
    PageUp: (cell) => page(cell, -1),
    Enter: (cell, isFar) => (isFar ? takeSuggestion(cell) : enter(cell)),
    F2: (cell) => enter(cell),
    Escape: hideTip,
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel() && !panel().hidden) {
      event.preventDefault();
      close();
      return;
    }
    const cell = event.target.closest?.("[data-grid] th, [data-grid] td");
    const act = cell && KEYS[event.key];
    if (!act || event.altKey || event.shiftKey) return;
    event.preventDefault();
    act(cell, event.ctrlKey || event.metaKey);
  });
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("#cell-panel select, #cell-panel textarea");
    if (!field || event.key !== "Enter") return;
    if (field.matches("textarea") && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    field.form.requestSubmit();
  });
  document.addEventListener("focusin", (event) => {
    const cell = event.target.closest?.("[data-grid] td");
    if (cell && cell === event.target) showTip(cell);
    else if (!tip?.contains(event.target)) hideTip();
  });
  document.addEventListener("mouseover", (event) => {
    if (tip?.contains(event.target)) return;
    const cell = event.target.closest?.("[data-grid] td");
    if (cell?.querySelector(".tip")) showTip(cell);
    else if (tip) showTip(document.activeElement?.closest?.("[data-grid] td"));
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-close]")) {
      close();
      return;
    }
    const taken = event.target.closest?.("[data-take]");
    if (taken) {
      panel().querySelector("[data-first]").value = taken.dataset.take;
      panel().querySelector("[data-save]").click();
      return;
    }
    const named = event.target.closest?.("[data-cell]");
    const meant = named && document.getElementById(named.dataset.cell);
    if (meant) {
      event.preventDefault();
      meant.scrollIntoView({ block: "nearest", inline: "nearest" });
      open(meant);
      return;
    }
    const cell = event.target.closest?.("[data-grid] tbody td, [data-grid] tbody th");
    if (cell && !event.target.closest("a, button")) {
      const isAgain = keyOf(cell) === active && document.activeElement === cell;
      if (cell.id && (isMarked(cell) || (isAgain && event.detail === 2))) open(cell);
      else activate(cell);
      return;
    }
    if (panel() && !panel().hidden && !panel().contains(event.target)) close();
    for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("scroll", (event) => {
    if (tip) place(tip, tip.cell);
    const cell = active && cellOf(active);
    if (cell && panel() && !panel().hidden && !panel().contains(event.target)) place(panel(), cell);
  }, true);

  // --- what is swapped under the reader stays where it was
  document.addEventListener("htmx:beforeSwap", () => {
    if (!grid()) return;
    hadFocus = grid().contains(document.activeElement) || (panel()?.contains(document.activeElement) ?? false);
    scrolled = [scroller().scrollLeft, scroller().scrollTop];
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!grid()) return;
    const isNew = event.detail.target?.id === "rows" || event.detail.target?.id === "task";
    hideTip();
    if (isNew && wanted) {
      const lines = [...grid().tBodies[0].rows];
      active = keyOf((wanted === "first" ? lines[0] : lines[lines.length - 1]).cells[0]);
      hadFocus = true;
    } else if (isNew) scroller().scrollTo(...scrolled);
    wanted = null;
    prepare();
    const isLost = !document.activeElement || document.activeElement === document.body;
    if (hadFocus && (isNew || isLost)) cellOf(active)?.focus();
    if (isNew || isLost) hadFocus = false;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr?.getResponseHeader("X-Grid") === "saved") close();
  });
  document.addEventListener("DOMContentLoaded", () => {
    prepare();
    goToMark();
  });
})();
