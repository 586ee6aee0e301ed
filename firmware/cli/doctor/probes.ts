/** Everything that the checks ask the machine. Tests give answers of their own. */
export interface Probes {
  platform: NodeJS.Platform;
  arch: string;
  nodeVersion: string;
  /** process.versions.modules */
  nodeAbi: string;
  isRoot: boolean;
  nowMs(): number;
  /** Null when it is not there or may not be read. */
  read(path: string): string | null;
  /** Null when it may be read and written, else the system's code. */
  refusal(path: string): string | null;
  list(path: string): string[];
  /** Null when there is no such program. */
  command(file: string, args: readonly string[]): Promise<{ status: number; stdout: string; stderr: string } | null>;
  /** Runs ES module code in a Node process of its own, in the folder of the program: a crash there is an answer. */
  inChild(code: string, timeoutMs: number): Promise<{ ok: boolean; stdout: string; message: string }>;
  freeBytes(path: string): number | null;
  /** Addresses of a host name. @throws with the resolver's code. */
  resolve(host: string): Promise<string[]>;
  /** Opens a WebSocket as the charge point would and closes it. */
  upgrade(options: UpgradeOptions): Promise<UpgradeOutcome>;
}

export interface UpgradeOptions {
  url: string;
  protocols: readonly string[];
  username: string;
  passwordFile: string | null;
  rootCertificateFile: string | null;
  clientCertificateFile: string | null;
  clientKeyFile: string | null;
  verifyHostname: boolean;
}

/** How far it came. */
export type UpgradeOutcome =
  | { step: 'tcp'; code: string; message: string }
  | { step: 'tls'; code: string; message: string }
  | { step: 'http'; status: number }
  | { step: 'subprotocol'; protocol: string | null }
  | { step: 'done'; protocol: string };
