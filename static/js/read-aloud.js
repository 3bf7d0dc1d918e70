// 长者模式: reads the page by the browser's own voice, sentence by sentence, and stops when asked.

const speech = window.speechSynthesis;

function sentences() {
  const main = document.querySelector("main");
  const text = (document.getSelection()?.toString() || main.innerText).replace(/[ \t]+/g, " ");
  return text.split(/(?<=[。！？；\n])/u).map((part) => part.trim()).filter(Boolean);
}

function show(button, reading) {
  const label = button.querySelector("span");
  button.dataset.readAloudStart ??= label.textContent;
  label.textContent = reading ? button.dataset.readAloudStop : button.dataset.readAloudStart;
  button.setAttribute("aria-pressed", String(reading));
}

function read(button) {
  const all = sentences();
  const voice = speech.getVoices().find((each) => each.lang.startsWith("zh"));
  show(button, true);
  all.forEach((text, at) => {
    const words = new SpeechSynthesisUtterance(text);
    words.lang = "zh-CN";
    words.rate = 0.9;
    if (voice) words.voice = voice;
    if (at === all.length - 1) words.onend = () => show(button, false);
    words.onerror = () => show(button, false);
    speech.speak(words);
  });
}

for (const button of document.querySelectorAll("[data-read-aloud]")) {
  if (!speech) button.hidden = true;
  button.addEventListener("click", () => {
    const reading = speech.speaking;
    speech.cancel();
    if (reading) show(button, false);
    else read(button);
  });
}
window.addEventListener("pagehide", () => speech?.cancel());
