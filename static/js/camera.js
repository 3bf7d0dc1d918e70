// Document camera (高拍仪) or webcam: pictures go into the file input named by data-camera="input id".
// The dialog holds a <video>, [data-camera-shoot], [data-camera-done], [data-camera-shots], [data-camera-say].

let stream = null;

async function open(dialog) {
  const say = dialog.querySelector("[data-camera-say]");
  say.textContent = "";
  dialog.showModal();
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 2592 }, height: { ideal: 1944 } }, audio: false });
    const video = dialog.querySelector("video");
    video.srcObject = stream;
    await video.play();
  } catch {
    say.textContent = say.dataset.none;
  }
}

function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
}

function shots(dialog) {
  return (dialog.shots ??= []);
}

function draw(dialog) {
  const list = dialog.querySelector("[data-camera-shots]");
  list.replaceChildren(
    ...shots(dialog).map((file, at) => {
      const figure = document.createElement("figure");
      const image = document.createElement("img");
      image.src = URL.createObjectURL(file);
      image.alt = file.name;
      image.addEventListener("load", () => URL.revokeObjectURL(image.src));
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "link small";
      remove.textContent = list.dataset.remove;
      remove.addEventListener("click", () => {
        shots(dialog).splice(at, 1);
        draw(dialog);
      });
      figure.append(image, remove);
      return figure;
    }),
  );
}

function shoot(dialog) {
  const video = dialog.querySelector("video");
  if (!video.videoWidth) return;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  canvas.toBlob(
    (blob) => {
      const number = String(shots(dialog).length + 1).padStart(2, "0");
      shots(dialog).push(new File([blob], `${dialog.dataset.cameraName}-${number}.jpg`, { type: "image/jpeg" }));
      draw(dialog);
    },
    "image/jpeg",
    0.88,
  );
}

function done(dialog) {
  const input = document.getElementById(dialog.dataset.camera);
  if (input && shots(dialog).length) {
    const all = new DataTransfer();
    if (input.multiple) for (const file of input.files) all.items.add(file);
    for (const file of input.multiple ? shots(dialog) : shots(dialog).slice(-1)) all.items.add(file);
    input.files = all.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  dialog.shots = [];
  draw(dialog);
  dialog.close();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-camera-open]");
  if (opener) open(document.getElementById(opener.dataset.cameraOpen));
  const dialog = event.target.closest("dialog[data-camera]");
  if (!dialog) return;
  if (event.target.closest("[data-camera-shoot]")) shoot(dialog);
  if (event.target.closest("[data-camera-done]")) done(dialog);
});
document.addEventListener("close", (event) => event.target.matches?.("dialog[data-camera]") && stop(), true);
