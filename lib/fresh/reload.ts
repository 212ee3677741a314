/** Dev only: reloads the page when the server comes back with another build. */
let running: string | null = null;
new EventSource("/_fresh/reload").onmessage = (event) => {
  if (running !== null && running !== event.data) location.reload();
  running = event.data;
};
