import { HttpError } from "fresh";
import { Head } from "fresh/runtime";
import { ChatError } from "../lib/base/errors.ts";
import type { Language } from "../lib/protocol/settings.ts";
import { define } from "../lib/pages/define.ts";
import { usePageStrings, useStrings } from "../lib/ui/strings/context.ts";
import type { PageStrings } from "../lib/ui/strings/en_pages.ts";
import { failureText } from "../lib/ui/strings/tables.ts";

/** What people see instead of a page: what happened in a sentence, and where to go. */
export default define.page(function ErrorPage({ error }) {
  const { app, errors } = usePageStrings();
  const { status, title, message } = explain(error, errors, useStrings().language);
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
          <a class="button button-main" href="/">{app.back}</a>
        </div>
      </div>
    </main>
  );
});

function explain(error: unknown, t: PageStrings["errors"], language: Language) {
  const status = error instanceof HttpError || error instanceof ChatError ? error.status : 500;
  if (status === 404) return { status, ...t.notFound };
  if (error instanceof ChatError) return { status, title: t.refused, message: failureText(language, error) };
  if (status === 403) return { status, ...t.foreign };
  if (status === 405) return { status, ...t.method };
  return { status, ...t.broken };
}
