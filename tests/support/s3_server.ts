/** A bucket in memory that holds requests to their signatures (AWS Signature Version 4), as real ones do. */
import { createHash, createHmac } from "node:crypto";
import type { S3Config } from "../../lib/base/config/config.ts";

export interface S3Server extends AsyncDisposable {
  readonly config: S3Config;
  readonly objects: Map<string, Uint8Array<ArrayBuffer>>;
  /** Answered with this status instead, so many times. */
  failing: { status: number; times: number };
  /** Answers a GET with the whole object, as a server may. */
  ignoresRanges: boolean;
  /** Sends the first half of an object, and then nothing. */
  stalls: boolean;
  /** Requests whose signature was wrong. */
  refused: number;
}

export function openS3Server(): S3Server {
  const objects = new Map<string, Uint8Array<ArrayBuffer>>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, handle);
  const config: S3Config = {
    endpoint: `http://127.0.0.1:${server.addr.port}`,
    bucket: "parley-files",
    region: "eu-central-1",
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  };
  const opened: S3Server = {
    config,
    objects,
    failing: { status: 503, times: 0 },
    ignoresRanges: false,
    stalls: false,
    refused: 0,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  async function handle(request: Request): Promise<Response> {
    const body = new Uint8Array(await request.arrayBuffer());
    if (opened.failing.times > 0) {
      opened.failing.times--;
      return new Response("<Error/>", { status: opened.failing.status });
    }
    if (!isSigned(request, body, config)) {
      opened.refused++;
      return new Response("<Error><Code>SignatureDoesNotMatch</Code></Error>", { status: 403 });
    }
    return answer(request, body);
  }
  function answer(request: Request, body: Uint8Array<ArrayBuffer>): Response {
    const key = new URL(request.url).pathname;
    if (request.method === "PUT") {
      objects.set(key, body);
      return new Response(null, { status: 200 });
    }
    if (request.method === "DELETE") return new Response(null, { status: objects.delete(key) ? 204 : 404 });
    const object = objects.get(key);
    if (object === undefined) return new Response("<Error><Code>NoSuchKey</Code></Error>", { status: 404 });
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "") ?? [];
    if (opened.stalls) return new Response(half(object), { status: 200 });
    if (opened.ignoresRanges || first === undefined) return new Response(object);
    return new Response(object.slice(Number(first), Number(last) + 1), { status: 206 });
  }
  return opened;
}

function half(object: Uint8Array<ArrayBuffer>): ReadableStream {
  return new ReadableStream({ start: (controller) => controller.enqueue(object.slice(0, object.length >> 1)) });
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function isSigned(request: Request, body: Uint8Array, config: S3Config): boolean {
  const { headers } = request;
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/;
  const [, id, day = "", region, names = "", signature] = pattern.exec(headers.get("authorization") ?? "") ?? [];
  const at = headers.get("x-amz-date") ?? "";
  const digest = headers.get("x-amz-content-sha256") ?? "";
  if (id !== config.accessKeyId || region !== config.region || !at.startsWith(day)) return false;
  if (request.method === "PUT" && digest !== sha256(body)) return false;
  const { pathname, searchParams } = new URL(request.url);
  const signed = names.split(";").map((name) => `${name}:${(headers.get(name) ?? "").trim()}\n`).join("");
  const canonical = [request.method, pathname, searchParams.toString(), signed, names, digest].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", at, scope, sha256(canonical)].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce<string | Uint8Array>(
    (secret, part) => createHmac("sha256", secret).update(part ?? "").digest(),
    `AWS4${config.secretAccessKey}`,
  );
  return createHmac("sha256", key).update(toSign).digest("hex") === signature;
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
