"use strict";
// Asks once a second what is new, and shows it. Text from posts only ever becomes text, never markup.

const POSTS_SHOWN_MAX = 60;
const ASK_EVERY_MS = 1000;
const ASK_AGAIN_MS = 3000;
const REMOVED = "(removed by its author or its platform)";
const LABELS = {
  edited: "edited",
  rerouted: "moved by a person",
  closed: "closed by a person",
  reopened: "reopened by a person",
  merged: "merged by a person",
  split: "split by a person",
};
let after = null;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function say(id, text) {
  // Said once: a screen reader would read the same words anew each second.
  const place = document.getElementById(id);
  if (place.textContent !== text) place.textContent = text;
}

function teamName(team) {
  const row = document.querySelector(`#teams tr[data-team="${CSS.escape(team)}"] th`);
  return row ? row.textContent : "not for us";
}

function postText(item) {
  const said = element("p", item.kind === "removed" ? "text removed" : "text", item.text);
  if (item.language) said.lang = item.language;
  said.dir = "auto";
  return said;
}

function postWhere(item) {
  const where = element("p", "where");
  if (item.team) where.append(element("span", "team", teamName(item.team)), " ");
  if (item.theme) where.append(element("span", "theme", item.theme.replaceAll("-", " ")), " ");
  if (item.priority === "emergency" || item.priority === "urgent") {
    where.append(element("span", "pressing", item.priority), " ");
  }
  if (LABELS[item.kind]) where.append(element("span", "label", LABELS[item.kind]));
  return where;
}

function postFacts(item) {
  const said = [item.at, item.channel, item.language, item.intent, item.sentiment];
  if (item.deadline) said.push("answer due " + item.deadline);
  return element("p", "facts", said.filter(Boolean).join(" · "));
}

function postRow(item) {
  const row = element("li", item.priority === "emergency" ? "emergency" : "");
  if (item.post) row.dataset.post = item.post;
  row.append(postText(item), postWhere(item));
  if (item.reason) row.append(element("p", "reason", item.reason));
  row.append(postFacts(item));
  return row;
}

function hide(list, post) {
  for (const row of list.children) {
    if (row.dataset.post === post) {
      const said = row.querySelector(".text");
      said.textContent = REMOVED;
      said.className = "text removed";
    }
  }
}

function showPosts(items) {
  const list = document.getElementById("posts");
  for (const item of items) {
    if (item.kind === "removed") hide(list, item.post);
    list.prepend(postRow(item));
  }
  while (list.children.length > POSTS_SHOWN_MAX) list.lastElementChild.remove();
  document.getElementById("nothing").hidden = list.children.length > 0;
}

function showTeams(rows) {
  const counts = new Map(rows.map((row) => [row.team, row]));
  for (const row of document.querySelectorAll("#teams tr")) {
    const count = counts.get(row.dataset.team);
    row.children[1].textContent = count ? count.open_cases : 0;
    row.children[2].textContent = count ? count.overdue_cases : 0;
  }
}

function showParts(parts) {
  const list = document.getElementById("parts");
  list.replaceChildren(...parts.map((part) => {
    const row = element("li", part.working ? "working" : "stopped");
    row.append(element("span", "mark", part.working ? "✓" : "✗"), " ");
    row.append(element("span", "name", part.name), " ", element("span", "sentence", part.sentence));
    return row;
  }));
  const replay = parts.find((part) => part.progress !== null && part.progress < 1);
  document.getElementById("progress").hidden = !replay;
  if (replay) {
    document.getElementById("bar").value = replay.progress;
    say("percent", Math.floor(replay.progress * 100) + " %");
  }
}

function showState(away, parts) {
  const stopped = parts.filter((part) => part.needed && !part.working);
  document.getElementById("state").classList.toggle("wrong", away || stopped.length > 0);
  if (away) say("state", "Mercat does not answer. It may be stopped or restarting; asking again.");
  else if (stopped.length) say("state", "Not everything works: see “How Mercat is”.");
  else say("state", "Listening.");
}

function many(count, one, more) {
  return count === 1 ? "1 " + one : count + " " + more;
}

function showSpeaking(speaking) {
  const place = document.getElementById("speaking");
  place.hidden = !speaking;
  if (!speaking) return;
  const said = [
    speaking.held ? many(speaking.held, "act waits", "acts wait") + " for consent" : "No act waits for consent",
    speaking.halts ? many(speaking.halts, "halt is", "halts are") + " in force" : "nothing is halted",
  ];
  if (speaking.in_doubt) said.push(many(speaking.in_doubt, "act needs", "acts need") + " a person to say whether it was sent");
  say("speaking", said.join("; ") + ".");
  place.classList.toggle("wrong", speaking.halts > 0 || speaking.in_doubt > 0);
}

async function ask() {
  let wait = ASK_EVERY_MS;
  try {
    const answer = await fetch("/live.json" + (after === null ? "" : "?after=" + after));
    if (!answer.ok) throw new Error("answer " + answer.status);
    const news = await answer.json();
    after = news.next;
    showPosts(news.items);
    showTeams(news.teams);
    showParts(news.parts);
    showSpeaking(news.speaking);
    showState(false, news.parts);
  } catch {
    showState(true, []);
    wait = ASK_AGAIN_MS;
  }
  window.setTimeout(ask, wait);
}

ask();
