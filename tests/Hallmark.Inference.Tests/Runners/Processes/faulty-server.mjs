// A scoring process that misbehaves in one way. Arguments: mode, port or path of a socket, folder of the model.
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import http from "node:http";

const [mode, where, model] = process.argv.slice(2);
const secret = process.env.HALLMARK_SCORING_SECRET;
const json = (answer, status, text) => answer.writeHead(status, { "Content-Type": "application/json" }).end(text);
const predictions = (value) => JSON.stringify({ predictions: value });

const modes = {
    echo: (body, answer) => json(answer, 200, predictions(JSON.parse(body))),
    where: (_, answer) => json(answer, 200, predictions({ pid: process.pid, args: process.argv, folder: process.cwd(), model })),
    environment: (_, answer) => json(answer, 200, predictions(process.env)),
    secret: (body, answer, request) => json(answer, request.headers["hallmark-scoring-secret"] === secret && secret.length === 64 ? 200 : 401, predictions("told")),
    garbage: (_, answer) => json(answer, 200, "no json \u0000 at all"),
    html: (_, answer) => answer.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><p>hello"),
    "html-500": (_, answer) => answer.writeHead(500, { "Content-Type": "text/html" }).end("<h1>Internal Server Error</h1>"),
    "json-500": (_, answer) => json(answer, 500, '{"error_code":"INTERNAL_ERROR","message":"it \\u001b[31mbroke"}'),
    empty: (_, answer) => json(answer, 200, ""),
    bare: (_, answer) => json(answer, 200, "[1,2]"),
    says: (_, answer) => json(answer, 200, readFileSync(model + "/answer")),
    nan: (_, answer) => json(answer, 200, '{"predictions": [1.5, NaN]}'),
    infinity: (_, answer) => json(answer, 200, '{"predictions": [-Infinity]}'),
    twice: (_, answer) => json(answer, 200, '{"predictions": 1, "predictions": 2}'),
    deep: (_, answer) => json(answer, 200, '{"predictions": ' + "[".repeat(5000) + "]".repeat(5000) + "}"),
    cut: (_, answer) => { answer.writeHead(200, { "Content-Length": 1000 }); answer.write('{"predictions": ['); setTimeout(() => answer.destroy(), 20); },
    endless: (_, answer) => {
        answer.writeHead(200, { "Content-Type": "application/json" });
        const more = () => { while (answer.write("[".repeat(65536))); };
        answer.on("drain", more);
        more();
    },
    hundred: (_, answer) => answer.writeHead(200, { "Content-Length": 100 << 20 }).end(Buffer.alloc(100 << 20, 32)),
    silent: () => {},
    busy: (_, answer) => answer.writeHead(503, { "Retry-After": "7" }).end("later"),
    moved: (_, answer) => answer.writeHead(302, { Location: "http://example.com/invocations" }).end(),
    refuses: (_, answer) => json(answer, 400, JSON.stringify({ error_code: "BAD_REQUEST", message: "no \u001b[2J column\nat all " + "x".repeat(100000) })),
    // Neither predictions nor /ping are answered any more.
    hangs: () => { writeFileSync(model + "/hangs", ""); for (;;); },
    crash: () => process.exit(9),
};

if (mode === "dies") {
    for (let i = 1; i <= 60; i++) console.error(`line ${i}`);
    console.log(`the secret is ${secret}\u001b[0m`);
    process.exit(3);
}
if (mode === "chatty") {
    // Blocks for ever, before it listens, where nobody reads.
    for (let i = 0; i < 20000; i++) console.log("chatter ".repeat(20) + i);
}
if (mode === "stubborn") process.on("SIGTERM", () => {});
if (mode === "polite") process.on("SIGTERM", () => { writeFileSync(model + "/farewell", "bye"); process.exit(0); });
if (mode === "family") {
    const child = spawn("sleep", ["600"], { stdio: "ignore" });
    writeFileSync(model + "/grandchild", String(child.pid));
}
if (mode === "once" && existsSync(model + "/ran")) process.exit(4);
if (mode === "once") writeFileSync(model + "/ran", "");

const server = http.createServer((request, answer) => {
    if (request.url === "/ping" && (mode === "unready" || mode === "silent")) appendFileSync(model + "/pings", ".");
    if (request.url === "/ping" && mode === "no-ping") return answer.writeHead(404).end();
    if (request.url === "/ping" || request.url === "/health") return mode === "unready" ? answer.writeHead(503).end() : answer.end("\n");
    if (request.url === "/version") return answer.end("3.6.1");
    const parts = [];
    request.on("data", (part) => parts.push(part)).on("end", () => (modes[mode] ?? modes.where)(Buffer.concat(parts).toString(), answer, request));
});
if (mode !== "deaf") server.listen(/^\d+$/.test(where) ? { port: Number(where), host: mode === "everywhere" ? undefined : "127.0.0.1" } : { path: where });
else setInterval(() => {}, 1000);
