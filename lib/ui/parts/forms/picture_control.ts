/** The buttons that choose and remove a picture, on pages that the server renders. */
export function startPictureControl(save: (file?: File) => Promise<boolean>, onSaved: () => void): void {
  const control = document.querySelector<HTMLElement>(".avatar-control");
  const input = control?.querySelector("input");
  if (!control || !input) return;
  const change = async (file?: File) => {
    if (await save(file)) return onSaved();
    const note = control.querySelector("p");
    if (note !== null) note.textContent = control.dataset["failed"] ?? "";
    input.value = "";
  };
  control.querySelector("[data-choose]")?.addEventListener("click", () => input.click());
  control.querySelector("[data-remove]")?.addEventListener("click", () => void change());
  input.addEventListener("change", () => input.files?.[0] && void change(input.files[0]));
}
