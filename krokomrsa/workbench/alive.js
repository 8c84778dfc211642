// Tells when what is written in a panel no longer reaches Python, and closes the panel: what is written there would be lost.
const ENDED = ["restarting", "autorestarting", "terminating", "dead"];

function render({ model, el }) {
  const told = document.createElement("div");
  told.setAttribute("role", "alert");
  el.classList.add("krokomrsa-alive");
  el.append(told);
  const kernel = model.widget_manager.kernel;

  const cut = () => {
    if (told.textContent) return;
    told.textContent = model.get("said");
    const panel = el.closest(".krokomrsa-panel");
    if (!panel) return;
    panel.classList.add("krokomrsa-cut");
    for (const part of panel.children) part.inert = !part.contains(el);
  };

  const heard = (_, status) => ENDED.includes(status) && cut();
  const looked = () => el.closest(".jupyter-widgets-disconnected") && cut();
  const later = () => setTimeout(looked); // the class is set by another listener of the same event

  kernel?.statusChanged.connect(heard);
  kernel?.disposed.connect(cut);
  model.on("comm_live_update", later);
  if (!kernel || kernel.isDisposed) setTimeout(cut);
  later();
  return () => {
    kernel?.statusChanged.disconnect(heard);
    kernel?.disposed.disconnect(cut);
  };
}

export default { render };
