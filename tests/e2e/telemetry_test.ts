/** OpenTelemetry by Deno's own exporter, to a collector that keeps what it is told. */
import { assert, assertEquals } from "@std/assert";
import { type Json, signUp, TestSocket } from "../support/client.ts";
import { startProcess } from "../support/server_process.ts";
import { until } from "../support/until.ts";

Deno.test("telemetry: with OTEL_DENO a collector gets named spans and the metrics", async () => {
  const spans = new Set<string>();
  const values = new Map<string, Json>();
  await using collector = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const body: Json = await request.json();
    for (const { scopeSpans } of body.resourceSpans ?? []) {
      for (const { spans: some } of scopeSpans) for (const { name } of some) spans.add(name);
    }
    for (const { scopeMetrics } of body.resourceMetrics ?? []) {
      for (const { metrics } of scopeMetrics) for (const metric of metrics) values.set(metric.name, metric);
    }
    return Response.json({});
  });
  const dir = await Deno.makeTempDir({ prefix: "parley-telemetry-" });
  {
    await using server = await startProcess(dir, {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.addr.port}`,
      OTEL_METRIC_EXPORT_INTERVAL: "300",
      OTEL_BSP_SCHEDULE_DELAY: "200",
      SOCKETS: "guarded",
    });
    const ada = await signUp(server.origin, "ada");
    const socket = await TestSocket.open(server.origin, ada);
    assert((await socket.command({ type: "chat_message", room_id: "general", content: "Hello" })).ok);
    await until(() => spans.has("store.commit") && spans.has("socket.chat_message") && values.has("parley_sockets"));
    await until(() => values.get("parley_sockets").gauge.dataPoints[0].asDouble === 1);
    await until(() => values.get("parley_store_commit_seconds")?.histogram.dataPoints[0].count > 0);
    assert(values.get("parley_events_total").sum.isMonotonic);
    assert(spans.has("POST"), "the platform's own: signing up");
    socket.close();
    await socket.closed;
  }
  await Deno.remove(dir, { recursive: true });
});

for (const SOCKETS of ["native", "guarded"]) {
  Deno.test(`${SOCKETS}: with LOG_FORMAT=json every line is JSON for any input, with the ids that clients see; /metrics is not public`, async () => {
    const dir = await Deno.makeTempDir({ prefix: "parley-telemetry-" });
    try {
      await using server = await startProcess(dir, { SOCKETS, LOG_FORMAT: "json", LOG_LEVEL: "debug" });
      const ada = await signUp(server.origin, "ada");
      const said = () => server.log().split("\n").slice(0, -1).map((line): Json => JSON.parse(line));
      const found = async (is: (line: Json) => boolean) => await until(() => said().some(is));

      const answer = await fetch(`${server.origin}/nowhere%0a{"level":"error"}%E2%80%A8?a`, {
        headers: { "x-request-id": "mine" },
        redirect: "manual",
      });
      await answer.body?.cancel();
      const id = answer.headers.get("x-request-id") ?? "";
      assert(id.length >= 16 && id !== "mine", id);
      await found(({ request_id, status, method }) =>
        request_id === id && status === answer.status && method === "GET"
      );

      const socket = await TestSocket.open(server.origin, ada);
      const { connection_id } = await socket.frame(({ type }) => type === "hello");
      await found((line) => line.connection_id === connection_id && line.user_id === ada.user.id);
      socket.send('{"type":"\\u2028\\n{}"}\n\u2028');
      socket.close();
      await socket.closed;
      await found((line) => line.connection_id === connection_id && line.message === "a socket closed");

      const metrics = await fetch(`${server.origin}/metrics`);
      assertEquals([metrics.status, (await metrics.json()).error.code], [401, "unauthorized"]);
      for (const { time, level, message } of said()) assert(Date.parse(time) > 0 && level && message);
      assertEquals(await server.stop(), 0);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  });
}
