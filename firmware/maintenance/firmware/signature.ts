import { constants, createVerify, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';

/**
 * Whether `signature` is one over the whole file with SHA-256 (L01.FR.04). The white paper names RSA-PSS and ECSchnorr;
 * signers in the field use `openssl dgst -sha256 -sign`, that is RSASSA-PKCS1-v1_5 and ECDSA. All but ECSchnorr, which
 * no library has, are taken. The file is read as a stream.
 * @param signature Base64
 */
export async function isSignedBy(file: string, signature: string, publicKey: KeyObject): Promise<boolean> {
  const bytes = decodeBase64(signature);
  if (bytes === null) return false;
  const verify = createVerify('sha256');
  const again = createVerify('sha256');
  for await (const chunk of createReadStream(file)) {
    verify.update(chunk as Buffer);
    again.update(chunk as Buffer);
  }
  const holds = (check: () => boolean): boolean => {
    try {
      return check();
    } catch {
      // OpenSSL throws for what cannot be a signature of this key (a wrong length, for one).
      return false;
    }
  };
  switch (publicKey.asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss': {
      const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
      if (holds(() => verify.verify({ key: publicKey, ...pss }, bytes))) return true;
      return publicKey.asymmetricKeyType === 'rsa' && holds(() => again.verify(publicKey, bytes));
    }
    case 'ec':
      return (
        holds(() => verify.verify(publicKey, bytes)) ||
        holds(() => again.verify({ key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes))
      );
    default:
      return false;
  }
}

/** Null when it is no Base64 (line breaks are allowed) or empty. */
function decodeBase64(text: string): Buffer | null {
  const dense = text.replaceAll(/\s/g, '');
  if (dense === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(dense)) return null;
  return Buffer.from(dense, 'base64');
}
