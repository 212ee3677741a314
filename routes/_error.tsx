import { HttpError } from "fresh";
import { Head } from "fresh/runtime";
import { ChatError } from "../lib/errors.ts";
import { define } from "../lib/define.ts";

/** What people see instead of a page: what happened in a sentence, and where to go. */
export default define.page(function ErrorPage({ error }) {
  const { status, title, message } = explain(error);
  return (
    <main class="page failure">
      <Head>
        <title>{title} · Parley</title>
      </Head>
      <div class="sheet">
        <div class="sheet-head">
          <p class="failure-code">{status}</p>
          <h1>{title}</h1>
          <p>{message}</p>
        </div>
        <div>
          <a class="button button-main" href="/">Back to the conversation</a>
        </div>
      </div>
    </main>
  );
});

function explain(error: unknown): { status: number; title: string; message: string } {
  const status = error instanceof HttpError || error instanceof ChatError ? error.status : 500;
  if (status === 404) {
    return { status, title: "Nothing here", message: "This page was removed, or the address has a slip in it." };
  }
  if (error instanceof ChatError) return { status, title: "That did not work", message: error.message };
  if (status === 403) {
    return { status, title: "Not from here", message: "Open the page on this site itself and send the form again." };
  }
  if (status === 405) {
    return { status, title: "Not that way", message: "This address does not take that kind of request." };
  }
  return {
    status,
    title: "Something broke",
    message: "The fault is ours. Nothing you sent before is lost; try again in a moment.",
  };
}
