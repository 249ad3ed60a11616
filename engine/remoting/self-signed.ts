/** A certificate for tests and for servers without one. Upstream: Netty's SelfSignedCertificate, used by TlsHelper. */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A key and a certificate, both as PEM. */
export interface KeyAndCertificate {
  key: string;
  cert: string;
}

// Tags of ASN.1 (X.690), as far as a certificate without extensions needs them (RFC 5280, section 4.1).
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;
const EXPLICIT_0 = 0xa0;

const COMMON_NAME = Buffer.from("550403", "hex"); // 2.5.4.3
const ECDSA_WITH_SHA256 = Buffer.from("2a8648ce3d040302", "hex"); // 1.2.840.10045.4.3.2
const VERSION_3 = Buffer.of(2);

/** Nobody can trust it: it keeps the bytes from being read on the way, and no more. */
export function selfSigned(commonName: string): KeyAndCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const serial = randomBytes(8);
  serial[0] = 1 + ((serial[0] ?? 0) & 0x3f); // positive, and without leading zeros
  const algorithm = der(SEQUENCE, der(OBJECT_ID, ECDSA_WITH_SHA256));
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), der(UTF8_STRING, utf8(commonName)))),
  );
  const content = der(
    SEQUENCE,
    der(EXPLICIT_0, der(INTEGER, VERSION_3)),
    der(INTEGER, serial),
    algorithm,
    name,
    der(
      SEQUENCE,
      der(GENERALIZED_TIME, utf8("20200101000000Z")),
      der(GENERALIZED_TIME, utf8("99991231235959Z")),
    ),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", content, privateKey);
  const certificate = der(
    SEQUENCE,
    content,
    algorithm,
    der(BIT_STRING, Buffer.concat([Buffer.of(0), signature])),
  );
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: pem(certificate),
  };
}

/** Tag, length and content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), content]);
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), content]);
}

function utf8(text: string): Buffer {
  return Buffer.from(text, "utf8");
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
