"""Real HTTP/2 front ends before an HTTP/1.1 endpoint: nginx and nghttpx, each with a certificate made for the test."""
import os
import re
import subprocess
import urllib.request

import harness

STREAMS = 8  # the limit of concurrent streams that both advertise


def certificate(folder):
    """A key and a self-signed certificate for 127.0.0.1 and localhost, made by the openssl program."""
    key, cert = folder / "front.key", folder / "front.crt"
    subprocess.run([harness.tool("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", key, "-out", cert], check=True, capture_output=True)
    return key, cert


class Nginx(harness.Child):
    """nginx: HTTP/2 over TLS (or HTTP/1.1 in the clear) in front, kept-alive HTTP/1.1 to the endpoint behind."""

    def __init__(self, folder, upstream_port, tls=True, keep_upstream=True):
        binary = harness.tool("nginx")
        self.port, self.status_port = harness.free_port(), harness.free_port()
        self.requests_log, self.status_asked = folder / "nginx-requests.log", 0
        secure, keep = "", " keepalive 64;" if keep_upstream else ""
        if tls:
            key, self.ca = certificate(folder)
            secure = f"ssl_certificate {self.ca}; ssl_certificate_key {key}; ssl_protocols TLSv1.2 TLSv1.3; http2_max_concurrent_streams {STREAMS};"
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/v1"
        # A master that is root drops its workers to a user who may not write here.
        user = "user root;" if os.geteuid() == 0 else ""
        config = folder / "nginx.conf"
        config.write_text(f"""{user} daemon off; pid {folder}/nginx.pid; error_log stderr warn; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  log_format plain '$connection $server_protocol $request_method $status';
  upstream endpoint {{ server 127.0.0.1:{upstream_port};{keep} }}
  server {{
    listen 127.0.0.1:{self.port} backlog=512{' ssl http2' if tls else ''}; {secure}
    access_log {self.requests_log} plain; client_max_body_size 64m; client_body_buffer_size 1m;
    keepalive_requests 100000; keepalive_timeout 300s;
    location / {{ proxy_pass http://endpoint; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
      proxy_next_upstream off; proxy_read_timeout 300s; }}
  }}
  server {{ listen 127.0.0.1:{self.status_port}; access_log off; keepalive_timeout 0; location / {{ stub_status; }} }}
}}
""")
        super().__init__([binary, "-p", folder, "-c", config], folder / "nginx.log")
        # Waiting by connecting to the status port leaves the other port's counters clean; both open at once.
        harness.wait_until(lambda: self.listening(), "nginx to listen", alive=self)

    def listening(self):
        self.status_asked += 1
        if harness.listening(self.status_port):
            return True
        self.status_asked -= 1
        return False

    def accepted(self):
        """Connections that nginx accepted from clients, its own status page's left out."""
        self.status_asked += 1
        with urllib.request.urlopen(f"http://127.0.0.1:{self.status_port}/", timeout=10) as page:
            text = page.read().decode()
        return int(re.search(r"accepts handled requests\s+(\d+)", text).group(1)) - self.status_asked

    def posts(self):
        """(connection, protocol, status) of each POST, from the access log; complete once every request has ended."""
        lines = [line.split() for line in self.requests_log.read_text().splitlines()]
        return [(connection, protocol, int(status)) for connection, protocol, method, status in lines if method == "POST"]


class Nghttpx(harness.Child):
    """nghttpx: HTTP/2 over TLS in front, HTTP/1.1 to the endpoint behind."""

    def __init__(self, folder, upstream_port):
        binary = harness.tool("nghttpx")
        key, self.ca = certificate(folder)
        self.port = harness.free_port()
        self.url = f"https://127.0.0.1:{self.port}/v1"
        self.requests_log = folder / "nghttpx-requests.log"
        super().__init__([binary, "--conf=/dev/null", f"-f127.0.0.1,{self.port}", f"-b127.0.0.1,{upstream_port};;proto=http/1.1", "--workers=1",
                          f"--frontend-http2-max-concurrent-streams={STREAMS}", "--backend-connections-per-host=256", "--errorlog-file=/dev/stderr",
                          f"--accesslog-file={self.requests_log}", "--accesslog-format=$remote_port $alpn $method $status", key, self.ca],
                         folder / "nghttpx.log")
        harness.wait_until(lambda: harness.listening(self.port), "nghttpx to listen", alive=self)

    def posts(self):
        lines = [line.split() for line in self.requests_log.read_text().splitlines()]
        return [(connection, protocol, int(status)) for connection, protocol, method, status in lines if method == "POST"]


def simulator(folder, *arguments):
    """penstock-sim on a free port, with its counters under stats()."""
    port = harness.free_port()
    child = harness.Child([harness.program("penstock-sim"), "--port", port, *arguments], folder / "sim.log")
    child.port, child.url = port, f"http://127.0.0.1:{port}/v1"
    child.stats = lambda: harness.get_json(f"http://127.0.0.1:{port}/stats")
    try:
        harness.wait_until(lambda: harness.listening(port), "penstock-sim to listen", alive=child)
    except BaseException:
        child.stop()
        raise
    return child
