/** The server itself. */
import * as v from "valibot";
import { answer, publicRoute } from "../route.ts";
import * as views from "../views.ts";

export const serverRoutes = [
  publicRoute({
    method: "GET",
    path: "/health",
    id: "getHealth",
    tag: "Server",
    summary: "Whether the server runs",
    responses: { 200: v.object({ status: v.literal("ok"), uptime_s: views.count }) },
    // performance.now() counts from the start of the process
    run: () => Promise.resolve(answer(200, { status: "ok" as const, uptime_s: Math.floor(performance.now() / 1_000) })),
  }),
];
