// What a page must not hold, told as a list of sentences. Run by tests/browser/trapping.py.
() => {
  const found = [];
  const tell = (what, element) => found.push(`${what}: ${element.outerHTML.slice(0, 160)}`);
  const OURS = location.origin;
  const all = [...document.querySelectorAll("*")];
  const foreign = (url) => {
    try { return !["http:", "https:", "mailto:"].includes(new URL(url, document.baseURI).protocol); }
    catch { return false; }
  };

  for (const element of all) {
    const tag = element.localName;
    if (/^(iframe|object|embed|applet|base|frame|portal|fencedframe|style|math|foreignobject|animate|set|use|marquee|video|audio|template|xmp)$/.test(tag)) {
      tell("a forbidden element", element);
    }
    if (tag === "script" && !(element.src && new URL(element.src).origin === OURS)) tell("a script", element);
    if (tag === "link" && new URL(element.href).origin !== OURS) tell("a link elsewhere", element);
    if (tag === "meta" && element.httpEquiv) tell("a meta element that acts", element);
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) tell("a handler", element);
      if (/^(data-)?hx-on/.test(name) || /^js:/.test(value)) tell("a handler of htmx", element);
      if (name === "style") tell("a style", element);
      if (/^(src|srcset|poster|background|data|action|formaction|ping)$/.test(name)
        && !(tag === "img" && /^data:image\/(png|jpeg|gif|webp);/.test(value))
        && new URL(value, OURS).origin !== OURS) tell("an address elsewhere", element);
      if (/^(href|xlink:href|action|formaction)$/.test(name) && foreign(value)) tell("an address that acts", element);
    }
  }

  // Within what traces and managers wrote, nothing but text and its plain marks, and what we put
  // around code, tables, unseen characters, pictures, footnotes and the boxes of tasks.
  const AROUND = "div.code, div.code > :is([data-copy-code], [data-wrap-code]), div.scroll[role=region], span.unseen[role=img], "
    + "span.box[role=img], span.picture, sup.footnote, sup.footnote > a[href^='#fn-']";
  const PLAIN = /^(p|br|hr|h[1-6]|strong|em|s|code|pre|blockquote|ul|ol|li|a|table|thead|tbody|tr|th|td)$/;
  for (const element of document.querySelectorAll(`.prose :not(${AROUND})`)) {
    if (!PLAIN.test(element.localName)) tell("not plain prose", element);
    for (const { name, value } of element.attributes) {
      if (/^(tabindex|role|aria-label)$/.test(name) && element.localName === "pre") continue;
      if (name === "dir" && value === (element.localName === "pre" ? "ltr" : "auto")) continue;
      if (!/^(href|title|rel|target|start|align|class)$/.test(name)) tell("an attribute in prose", element);
    }
    if (element.localName === "a" && !element.relList.contains("noopener")) tell("a link with an opener", element);
  }
  for (const element of document.querySelectorAll(".reading *")) {
    for (const { name } of element.attributes) {
      if (/^(data-)?hx-/.test(name)) tell("htmx within a trace", element);
    }
  }

  // A text that turns the direction of reading, with words of ours after it in the same line.
  const TURNING = /[\u202a-\u202e\u2066-\u2069]/;
  const restOf = (text) => (/q\d{5}/.test(text.data) ? text.data.replace(/^[^]*q\d{5}/, "") : "");
  const lineAfter = (text, place) => {
    let words = "", node = text;
    while (node !== place) {
      if (node.nextSibling) {
        node = node.nextSibling;
        if (node.nodeType === 3) words += node.data;
        if (node.nodeType === 1 && node.localName === "br") break;
        if (node.nodeType === 1 && node.checkVisibility()) {
          if (!getComputedStyle(node).display.startsWith("inline")) break;
          words += node.textContent;
        }
      } else node = node.parentNode;
    }
    return words;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (!TURNING.test(text.data) || !text.parentElement.checkVisibility()) continue;
    let place = text.parentElement;
    while (getComputedStyle(place).unicodeBidi === "normal" && getComputedStyle(place).display === "inline") {
      place = place.parentElement;
    }
    const after = restOf(text) + lineAfter(text, place);
    if (/\w/.test(after) && !place.closest("pre, .prose, .sr-only, script, style, option, textarea")) {
      found.push(`words after a turned text: ${place.localName}.${place.className} … ${after.trim().slice(0, 60)}`);
    }
  }

  const ids = new Map();
  for (const element of all) if (element.id) ids.set(element.id, (ids.get(element.id) ?? 0) + 1);
  for (const [id, times] of ids) if (times > 1) found.push(`the id ${id} stands ${times} times`);
  if (typeof document.getElementById !== "function" || document.body.querySelector !== Element.prototype.querySelector) {
    found.push("the document is clobbered");
  }
  if ({}.polluted) found.push("Object.prototype is polluted");
  if (/(^|\D)1337(\D|$)/.test(document.body.innerText)) found.push("a template was evaluated");
  return found;
}
