import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A certificate authority nobody knows, and a server it has certified for 127.0.0.1 and localhost. PEM. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes them with the `openssl` program: Node can read certificates but not write them. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(path.join(tmpdir(), "halyard-tls-"));
  const file = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync("openssl", args, { stdio: "pipe" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  try {
    openssl(
      "req",
      "-x509",
      ...newKey,
      "-keyout",
      file("ca.key"),
      "-out",
      file("ca.pem"),
      "-days",
      "2",
      "-subj",
      "/CN=Test CA",
    );
    openssl("req", ...newKey, "-keyout", file("key.pem"), "-out", file("csr.pem"), "-subj", "/CN=localhost");
    writeFileSync(file("ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
    const signer = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial"];
    openssl(
      "x509",
      "-req",
      "-in",
      file("csr.pem"),
      ...signer,
      "-days",
      "2",
      "-extfile",
      file("ext"),
      "-out",
      file("cert.pem"),
    );
    const [ca = "", cert = "", key = ""] = ["ca.pem", "cert.pem", "key.pem"].map((name) =>
      readFileSync(file(name), "utf8"),
    );
    return { ca, cert, key };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
