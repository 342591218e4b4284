/** Headless Chromium and pages served on loopback, for tests of what runs in browsers. */
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Browser } from "playwright-core";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);

/** Whether there is a browser to test in. */
export const hasChromium = executablePath !== undefined;

const flags =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking " +
  "--disable-component-update --disable-sync";

export async function launchChromium(): Promise<Browser> {
  if (executablePath === undefined) throw new Error("there is no Chromium");
  return chromium.launch({ executablePath, args: flags.split(" ") });
}

const mediaTypes: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  safetensors: "application/octet-stream",
};

export interface ServedFolder {
  /** `http://127.0.0.1:12345` */
  readonly origin: string;
  close(): void;
}

/** Serves the files by their paths, each with `headers`. */
export async function serve(
  files: ReadonlyMap<string, string | Uint8Array>,
  headers: Readonly<Record<string, string>>,
): Promise<ServedFolder> {
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "/").slice(1));
    const contents = files.get(path);
    const type = mediaTypes[path.split(".").at(-1) ?? ""] ?? "text/plain";
    response.writeHead(contents === undefined ? 404 : 200, { ...headers, "Content-Type": type });
    response.end(contents);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}
