import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Reverse proxies whose word on where a request came from, and whether by TLS, is taken. Nobody else's is. */
export interface TrustedProxies {
  readonly count: number;
  isTrusted(address: string): boolean;
  /**
   * @param address of the socket
   * @param secure whether the socket itself is TLS
   */
  origin(address: string, secure: boolean, headers: IncomingHttpHeaders): { remoteAddress: string; secure: boolean };
}

/** @throws RangeError naming what is neither an address nor a network */
export function createTrustedProxies(networks: readonly string[]): TrustedProxies {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits, ...more] = network.split('/');
    const family = isIP(address);
    const prefix = bits === undefined ? (family === 4 ? 32 : 128) : Number(bits);
    const fits = /^\d+$/.test(bits ?? '0') && prefix <= (family === 4 ? 32 : 128);
    if (family === 0 || more.length > 0 || !fits)
      throw new RangeError(`${network} is neither an IP address nor a network like 10.0.0.0/8`);
    list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
  const isTrusted = (given: string): boolean => {
    const address = given.replace(/^::ffff:(?=\d+\.)/i, '');
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  };
  return {
    count: networks.length,
    isTrusted,
    origin(address, secure, headers) {
      if (!isTrusted(address)) return { remoteAddress: address, secure };
      const proto = last(headers['x-forwarded-proto']).toLowerCase();
      const isSecure = proto === 'https' || proto === 'wss' ? true : proto === '' ? secure : false;
      // From the right: each proxy has appended whom it heard. What stands left of the first stranger is his own word.
      let client = address;
      for (const hop of hops(headers['x-forwarded-for']).reverse()) {
        if (isIP(hop) === 0) break;
        client = hop;
        if (!isTrusted(hop)) break;
      }
      return { remoteAddress: client, secure: isSecure };
    },
  };
}

function hops(header: string | string[] | undefined): string[] {
  return [header ?? []]
    .flat()
    .flatMap((text) => text.split(','))
    .map((text) => withoutPort(text.trim()));
}

function last(header: string | string[] | undefined): string {
  return hops(header).at(-1) ?? '';
}

/** `192.0.2.1:4711` and `[2001:db8::1]:4711` as some proxies write them. */
function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text);
  if (bracketed?.[1] !== undefined) return bracketed[1];
  return /^\d+(\.\d+){3}:\d+$/.test(text) ? text.slice(0, text.lastIndexOf(':')) : text;
}
