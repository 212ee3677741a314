import { type Context, HttpError } from "fresh";
import { Head } from "fresh/runtime";
import { isErrorStatus, STATUS_TEXT } from "@std/http/status";
import { ChatError, traceOf } from "../lib/base/errors.ts";
import type { State } from "../lib/pages/app_state.ts";
import { define, MethodNotAllowed } from "../lib/pages/define.ts";
import { sealPage } from "../lib/pages/seal_page.ts";
import type { Language } from "../lib/protocol/settings.ts";
import { useBrand } from "../lib/ui/parts/server_brand.tsx";
import { usePageStrings, useStrings } from "../lib/ui/strings/context.ts";
import type { PageStrings } from "../lib/ui/strings/language.ts";
import { failureText } from "../lib/ui/strings/tables.ts";

/**
 * Answers every error, also those of middlewares. Fresh makes everything but its own HttpError a 500; here a refusal of
 * the chat keeps its own status.
 */
export const handler = define.handlers(async (ctx) => {
  const { error } = ctx;
  const status = statusOf(error);
  if (status >= 500) report(ctx, error);
  const headers = new Headers();
  if (error instanceof MethodNotAllowed) headers.set("allow", error.allow);
  if (error instanceof ChatError && error.retryAfter !== undefined) {
    headers.set("retry-after", String(Math.ceil(error.retryAfter)));
  }
  try {
    return sealPage(ctx, await ctx.render(<ErrorPage error={error} />, { status, headers }));
  } catch (broken) {
    report(ctx, broken);
    return sealPage(ctx, new Response(isErrorStatus(status) ? STATUS_TEXT[status] : null, { status, headers }));
  }
});

function statusOf(error: unknown) {
  return error instanceof HttpError || error instanceof ChatError ? error.status : 500;
}

function report({ state, url }: Context<State>, error: unknown): void {
  const path = url.pathname.slice(0, 500);
  state.chat.log.error("a request failed", { request_id: state.request_id, path, error: traceOf(error) });
}

/** The error page: a sentence that says what happened, and a link. */
function ErrorPage({ error }: { error: unknown }) {
  const { app, errors } = usePageStrings();
  const brand = useBrand();
  const { status, title, message } = explain(error, errors, useStrings().language);
  return (
    <main class="page failure">
      <Head>
        <title>{title} · {brand.name}</title>
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
}

function explain(error: unknown, t: PageStrings["errors"], language: Language) {
  const status = statusOf(error);
  if (status === 404) return { status, ...t.notFound };
  if (error instanceof ChatError) return { status, title: t.refused, message: failureText(language, error) };
  if (status === 403) return { status, ...t.foreign };
  if (status === 405) return { status, ...t.method };
  return { status, ...t.broken };
}
