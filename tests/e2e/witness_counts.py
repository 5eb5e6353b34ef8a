"""The witness itself: it counts what plain clients do to it, and its faults are what they are called."""
import concurrent.futures
import http.client
import json
import subprocess
import threading

import front_ends
import harness
from counting_server import CountingServer

CAP, REQUESTS = 7, 42


def body(number, **more):
    return json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": f"say {number}"}], **more})


def ask(connection, number, **more):
    connection.request("POST", "/v1/chat/completions", body(number, **more), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def counts_peak_and_connections():
    with CountingServer(tokens=5) as server:
        started = threading.Barrier(CAP)

        def client(share):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
            connection.connect()
            started.wait()
            return [ask(connection, number, stream_options={"include_usage": True}) for number in share]

        with concurrent.futures.ThreadPoolExecutor(CAP) as pool:
            answers = [one for some in pool.map(client, [range(first, REQUESTS, CAP) for first in range(CAP)]) for one in some]
        harness.equal({status for status, _ in answers}, {200}, "statuses")
        harness.equal(all(text.endswith("data: [DONE]\n\n") and '"completion_tokens": 5' in text for _, text in answers), True, "whole streams with usage")
        harness.equal((server.peak, server.connections, len(server.connections_used)), (CAP, CAP, CAP), "peak, connections, those that were used")
        harness.equal((len(server.requests), set(server.seen.values()), set(server.answered.values())), (REQUESTS, {1}, {1}), "requests, each once")
        harness.equal(server.live, 0, "left in flight")


def faults_are_what_they_are_called():
    faults = {"drop 1": "drop", "reset 1": "reset", "cut 1": "cut", "status 1": 503}
    with CountingServer(tokens=6, delay=0.001, fault=lambda nth, sent: faults.get(sent["messages"][0]["content"][4:])) as server:
        def outcome(what):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
            try:
                status, text = ask(connection, what)
                return status if status != 200 else text.count("data: ")
            except http.client.RemoteDisconnected:
                return "disconnected"
            except (ConnectionResetError, http.client.IncompleteRead) as problem:
                return type(problem).__name__
            finally:
                connection.close()
        harness.equal(outcome("drop 1"), "disconnected", "drop")
        harness.equal(outcome("reset 1"), "ConnectionResetError", "reset")
        harness.equal(outcome("cut 1"), "IncompleteRead", "cut")
        harness.equal(outcome("status 1"), 503, "status")
        harness.equal(outcome("none"), 6 + 3, "an untroubled stream's events")
        harness.equal(len(server.requests), 5, "requests")
        harness.wait_until(lambda: server.live == 0, "every request to have left")
    with CountingServer(fault=lambda nth, sent: "silent") as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=0.3)
        try:
            ask(connection, 1)
            raise AssertionError("a silent server answered")
        except TimeoutError:
            harness.equal(server.live, 1, "in flight at a silent server")
        connection.close()
        harness.wait_until(lambda: server.live == 0, "the silent server to notice that its client left")


def front_ends_count(folder):
    curl = harness.tool("curl")
    with CountingServer(tokens=5, delay=0.02) as server:
        for make in (front_ends.Nginx, front_ends.Nghttpx):
            room = folder / make.__name__
            room.mkdir()
            with make(room, server.port) as front:
                before = len(server.requests)
                command = [curl, "--silent", "--fail", "--http2", "--cacert", front.ca, "--parallel", "--parallel-max", "4", "-d", body(1),
                           "-H", "Content-Type: application/json", "-o", "/dev/null"]
                address = f"{front.url}/chat/completions"
                subprocess.run(command + [f"{address}?{number}" for number in range(4)], check=True, capture_output=True, timeout=30)
                harness.wait_until(lambda: len(front.posts()) == 4, "the access log")
                harness.equal({(protocol.replace("HTTP/2.0", "h2"), status) for _, protocol, status in front.posts()}, {("h2", 200)}, f"{make.__name__}: protocol and status")
                harness.equal(len(server.requests) - before, 4, f"{make.__name__}: requests that reached the endpoint")
                if hasattr(front, "accepted"):
                    harness.equal(front.accepted(), len({connection for connection, _, _ in front.posts()}), "accepted connections, by both of nginx's counts")


def test(folder):
    counts_peak_and_connections()
    faults_are_what_they_are_called()
    front_ends_count(folder)


harness.main(test)
