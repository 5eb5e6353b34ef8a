"""An OpenAI-compatible HTTP/1.1 endpoint written apart from the project, which counts what reaches it: the witness against
which the run's own figures are checked. One thread a connection."""
import collections
import hashlib
import http.server
import json
import socket
import struct
import threading
import time


class CountingServer:
    """Answers POST .../chat/completions. Counts are complete once stop() has returned, and safe to read before.

    tokens, delay: how many content events an answer has, and the time before each.
    close_after: None, or the seconds after which a connection is closed once its stream has ended, though keep-alive was promised: what
      llama.cpp's server does. A request that arrives meanwhile is not read.
    fault: called with (the ordinal of this request's body among equals, from 1; the request's body as an object); returns None or
      "drop"        closes the connection before any byte of the response
      "reset"       the same with RST
      "silent"      never answers; ends when the client closes
      "cut"         ends the connection in the middle of the stream
      an int        answers with that HTTP status
    """

    def __init__(self, tokens=12, delay=0.004, fault=None, api_key=None, close_after=None):
        self.tokens, self.delay, self.fault, self.api_key, self.close_after = tokens, delay, fault, api_key, close_after
        self.lock = threading.Lock()
        self.connections = 0            # accepted
        self.connections_used = set()   # ordinals of those that carried a POST
        self.requests = []              # bodies, in the order of arrival, as objects
        self.seen = collections.Counter()  # by digest of the body
        self.answered = collections.Counter()  # those whose last byte was written
        self.other = collections.Counter()  # anything but POST, by method and path
        self.live = self.peak = 0
        self.headers = []               # of each POST
        self.stopping = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            server_version = "counting-server"
            disable_nagle_algorithm = True
            wbufsize = -1  # one flush an event

            def setup(self):
                super().setup()
                with outer.lock:
                    outer.connections += 1
                    self.ordinal = outer.connections

            def do_POST(self):
                outer.post(self)

            def do_GET(self):
                with outer.lock:
                    outer.other[f"GET {self.path}"] += 1
                if self.path.endswith("/models"):
                    outer.reply(self, 200, {"object": "list", "data": [{"id": "witness", "object": "model", "owned_by": "tests"}]})
                else:
                    outer.reply(self, 404, {"error": {"message": "no such path"}})

            def log_message(self, *_):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            request_queue_size = 1024
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_):
                pass  # a client that goes away is a normal event here

        self.listener = Listener(("127.0.0.1", 0), Handler)
        self.port = self.listener.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self.thread = threading.Thread(target=self.listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    @staticmethod
    def digest(body):
        return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()

    @staticmethod
    def answer_to(messages, tokens):
        """The pieces of the answer that this server gives: told from the messages alone, and different for each dialogue."""
        mark = CountingServer.digest(messages)[:12]
        return [f"answer-{mark}"] + [f" word{number}" for number in range(1, tokens)]

    def text_for(self, body):
        """The whole text that `body` is answered with."""
        return "".join(self.answer_to(body["messages"], min(self.tokens, body.get("max_tokens") or self.tokens)))

    def post(self, handler):
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        key = self.digest(body)
        with self.lock:
            self.requests.append(body)
            self.headers.append({name.lower(): value for name, value in handler.headers.items()})
            self.connections_used.add(handler.ordinal)
            self.seen[key] += 1
            nth = self.seen[key]
            self.live += 1
            self.peak = max(self.peak, self.live)
        fault = self.fault(nth, body) if self.fault else None
        if self.api_key is not None and handler.headers.get("Authorization") != f"Bearer {self.api_key}":
            fault = 401
        live = [True]

        def leave(answered=False):
            """One request less, counted before its last byte is written: a client that sees the end may send the next at once."""
            with self.lock:
                self.live -= live[0]
                live[0] = False
                self.answered[key] += answered

        try:
            self.answer(handler, body, key, fault, leave)
        except OSError:  # the client went away
            handler.close_connection = True
        leave()

    def answer(self, handler, body, key, fault, leave):
        if fault in ("drop", "reset"):
            leave()
            if fault == "reset":
                handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                handler.connection.shutdown(socket.SHUT_RDWR)
            handler.connection.close()
            handler.close_connection = True
            return
        if fault == "silent":
            handler.connection.settimeout(0.2)
            while not self.stopping.is_set():
                try:
                    if not handler.connection.recv(1):
                        break
                except TimeoutError:
                    pass
            handler.close_connection = True
            return
        if isinstance(fault, int):
            leave()
            self.reply(handler, fault, {"error": {"message": f"the test asked for {fault}", "type": "test", "code": str(fault)}})
            return
        words = self.answer_to(body["messages"], min(self.tokens, body.get("max_tokens") or self.tokens))
        usage = {"prompt_tokens": 7 * len(body["messages"]), "completion_tokens": len(words), "total_tokens": 7 * len(body["messages"]) + len(words)}
        if not body.get("stream"):
            time.sleep(self.delay * len(words))
            leave(answered=True)
            self.reply(handler, 200, {"id": f"c-{key[:8]}", "object": "chat.completion", "created": 1, "model": "witness", "usage": usage,
                                      "choices": [{"index": 0, "message": {"role": "assistant", "content": "".join(words)}, "finish_reason": "stop"}]})
            return
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Transfer-Encoding", "chunked")
        if self.close_after is not None:
            handler.send_header("Keep-Alive", "timeout=5, max=100")
        handler.end_headers()
        handler.wfile.flush()
        self.event(handler, key, {"role": "assistant", "content": ""})
        for number, word in enumerate(words):
            time.sleep(self.delay)
            if fault == "cut" and number == len(words) // 2:
                leave()
                handler.connection.shutdown(socket.SHUT_RDWR)
                handler.close_connection = True
                return
            self.event(handler, key, {"content": word})
        self.event(handler, key, {}, finish="stop")
        if (body.get("stream_options") or {}).get("include_usage"):
            self.chunk(handler, b"data: " + json.dumps(self.object(key, [], usage)).encode() + b"\n\n")
        leave(answered=True)
        handler.wfile.write(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")
        handler.wfile.flush()
        if self.close_after is not None:
            time.sleep(self.close_after)
            handler.close_connection = True

    @staticmethod
    def object(key, choices, usage=None):
        return {"id": f"c-{key[:8]}", "object": "chat.completion.chunk", "created": 1, "model": "witness", "choices": choices, "usage": usage}

    def event(self, handler, key, delta, finish=None):
        choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
        self.chunk(handler, b"data: " + json.dumps(self.object(key, choices)).encode() + b"\n\n")

    @staticmethod
    def chunk(handler, data):
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        handler.wfile.flush()

    @staticmethod
    def reply(handler, status, value):
        data = json.dumps(value).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)
        handler.wfile.flush()

    def stop(self):
        self.stopping.set()
        self.listener.shutdown()
        self.listener.server_close()
        self.thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
