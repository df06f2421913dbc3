// Read aloud with the browser's own voices, sentence by sentence.

import { onKey } from "./keys.js";
import { message } from "./messages.js";
import { uncover } from "./reveal.js";
import { counterpart, current, isShown, reading } from "./rows.js";

const TAGS = { id: "id-ID", en: "en-US" };
const SIDES = { id: ".source", en: ".target" };
const NAMES = { id: message("indonesian"), en: message("english") };
const synthesis = window.speechSynthesis;
const player = document.getElementById("player");
const status = player.querySelector("[role=status]");
const language = player.querySelector("select");
const playing = player.querySelector("[data-do=play]");
const isStill = matchMedia("(prefers-reduced-motion: reduce)");

let spoken = null; // the sentence
let utterance = null; // kept, or the browser may throw it away while it speaks
let isPaused = false;

// Voices that are not of this computer would send the text away.
function voiceFor(code) {
  return synthesis
    .getVoices()
    .find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(code));
}

const sentences = () => [
  ...reading.querySelectorAll(`${SIDES[language.value]} .sentence`),
];

function light(sentence) {
  for (const lit of reading.querySelectorAll(".spoken")) lit.classList.remove("spoken");
  spoken = sentence;
  if (!sentence) return;
  uncover(sentence);
  for (const side of [sentence, counterpart(sentence)]) side?.classList.add("spoken");
  const seen = isShown(sentence) ? sentence : counterpart(sentence);
  const box = seen.getBoundingClientRect();
  if (box.top < 80 || box.bottom > innerHeight - 120) {
    seen.scrollIntoView({ block: "center", behavior: isStill.matches ? "auto" : "smooth" });
  }
}

function show() {
  const isPlaying = Boolean(spoken) && !isPaused;
  playing.classList.toggle("is-playing", isPlaying);
  const label = message(isPlaying ? "pause" : spoken ? "goOn" : "play");
  playing.ariaLabel = playing.title = label;
  document.querySelector("[data-open=player]").ariaExpanded = String(!player.hidden);
}

function silence() {
  utterance = null; // its events count no longer
  isPaused = false;
  synthesis.cancel();
}

function say(sentence) {
  silence();
  if (!sentence) return stop();
  const code = language.value;
  const voice = voiceFor(code);
  if (!voice) {
    stop();
    status.textContent = message("noVoice", { language: NAMES[code] });
    return;
  }
  status.textContent = "";
  light(sentence);
  utterance = new SpeechSynthesisUtterance(sentence.textContent);
  utterance.lang = TAGS[code];
  utterance.voice = voice;
  utterance.addEventListener("end", (event) => {
    if (event.target === utterance) step(1);
  });
  synthesis.speak(utterance);
  show();
}

function step(by) {
  const all = sentences();
  const at = all.findIndex((s) => s.dataset.segment === spoken?.dataset.segment);
  say(all[at + by]);
}

function begin() {
  const all = sentences();
  const id = (spoken ?? current())?.dataset.segment;
  const top = document.querySelector(".tools").getBoundingClientRect().bottom;
  say(
    all.find((sentence) => sentence.dataset.segment === id) ??
      all.find((sentence) => {
        const seen = isShown(sentence) ? sentence : counterpart(sentence);
        return seen.getBoundingClientRect().top >= top;
      }) ??
      all[0],
  );
}

function play() {
  if (!spoken) return begin();
  isPaused = !isPaused;
  if (isPaused) synthesis.pause();
  else synthesis.resume();
  show();
}

function stop() {
  silence();
  light(null);
  show();
}

function open(isOpen) {
  player.hidden = !isOpen;
  document.documentElement.classList.toggle("has-player", isOpen);
  if (isOpen) {
    playing.focus();
    begin();
  } else {
    stop();
    document.querySelector("[data-open=player]").focus();
  }
  show();
}

if (synthesis) {
  synthesis.getVoices(); // they come a while after they are asked for
  const opener = document.querySelector("[data-open=player]");
  opener.hidden = false;
  opener.addEventListener("click", () => open(player.hidden));
  player.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    ({ play, stop: () => open(false), next: () => step(1), previous: () => step(-1) })[
      button.dataset.do
    ]();
  });
  player.addEventListener("keydown", (event) => {
    if (event.key === "Escape") open(false);
  });
  language.addEventListener("change", begin);
  addEventListener("pagehide", silence);
  onKey("l", () => (player.hidden ? open(true) : play()));
}
