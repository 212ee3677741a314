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
  publicRoute({
    method: "GET",
    path: "/ready",
    id: "getReady",
    tag: "Server",
    summary: "Whether the server should be sent traffic",
    about: "503 while it stops, and while its store cannot be written.",
    responses: { 200: v.object({ status: v.literal("ready") }) },
    errors: ["shutting_down", "storage_unavailable"],
    async run({ chat }) {
      await chat.readiness.check();
      return answer(200, { status: "ready" as const });
    },
  }),
];
