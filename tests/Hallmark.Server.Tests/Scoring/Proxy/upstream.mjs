// A model server that answers as the header Accept says, tells its port, and keeps what it was asked: GET /asked gives it as JSON, bodies in base64.
import http from "node:http";
import zlib from "node:zlib";

const asked = [];
const json = (answer, status, text, headers = {}) => answer.writeHead(status, { "Content-Type": "application/json", ...headers }).end(text);

const modes = {
    "test/spaced": (answer) => answer.writeHead(200, { "Content-Type": "application/json; charset=utf-8; odd=1" }).end('{ "predictions" : [ 1.0, 2e0 ] }\n'),
    "test/beside": (answer) => json(answer, 200, '{"predictions":[1],"model":"b"}'),
    "test/bare": (answer) => json(answer, 200, '[1.5, 2]'),
    "test/nan": (answer) => json(answer, 200, '{"predictions": [NaN, 1]}'),
    "test/nan-beside": (answer) => json(answer, 200, '{"predictions": [-Infinity], "model": "b"}'),
    "test/long": (answer) => json(answer, 200, '{"predictions": [9007199254740993]}'),
    "test/no-json": (answer) => json(answer, 200, '{"predictions": [nan]}'),
    "test/bytes": (answer) => answer.writeHead(200, { "Content-Type": "application/x-tensor" }).end(Buffer.from([...Array(256).keys()])),
    "test/created": (answer) => json(answer, 201, '{"predictions":[3]}'),
    "test/untyped": (answer) => answer.writeHead(200).end('{"predictions":[4]}'),
    "test/hop": (answer) => json(answer, 200, '{"predictions":[5]}', {
        Connection: "close, X-Mine", "X-Mine": "1", "Keep-Alive": "timeout=5", "Proxy-Authenticate": "Basic", "Set-Cookie": "a=b", Server: "upstream",
        "Hallmark-Decision-Id": "00000000-0000-4000-8000-000000000000", "Hallmark-Receipt-State": "checkpointed",
    }),
    "test/refuses": (answer) => answer.writeHead(422, { "Content-Type": "application/problem+json" }).end('{"detail" : "no such column"}'),
    "test/broken": (answer) => answer.writeHead(500, { "Content-Type": "text/html" }).end("<h1>broken</h1>"),
    "test/busy": (answer) => answer.writeHead(503, { "Retry-After": "7", "Content-Type": "text/plain" }).end("later"),
    "test/moved": (answer) => answer.writeHead(307, { Location: "/elsewhere" }).end("moved"),
    "test/unauthorized": (answer) => json(answer, 401, '{"message":"who are you"}', { "WWW-Authenticate": "Basic" }),
    "test/gzip": (answer) => json(answer, 200, zlib.gzipSync('{"predictions":[1]}'), { "Content-Encoding": "gzip" }),
    "test/empty": (answer) => json(answer, 200, ""),
    "test/cut": (answer) => { answer.writeHead(200, { "Content-Length": 1000 }); answer.write('{"predictions":['); setTimeout(() => answer.destroy(), 20); },
    "test/endless": (answer) => {
        answer.writeHead(200, { "Content-Type": "application/json" });
        const more = () => { while (answer.write(" ".repeat(65536))); };
        answer.on("drain", more);
        more();
    },
};

const server = http.createServer((request, answer) => {
    if (request.url === "/asked") { json(answer, 200, JSON.stringify(asked)); return; }
    if (request.method === "GET") { json(answer, 200, request.url === "/version" ? "9.9" : "\n"); return; }
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
        asked.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString("base64") });
        (modes[request.headers.accept] ?? ((it) => json(it, 200, '{"predictions":[0]}')))(answer);
    });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
