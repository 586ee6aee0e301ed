import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { certificateProblems, type ReadText, readText } from './certificateChecks.js';
import type { ChargePointConfig } from './config.js';
import type { Path } from './schemaWalk.js';

/** A mistake that only shows when several values are looked at together, or at the disk. */
export interface CheckProblem {
  path: Path;
  message: string;
  hint: string;
}

/** What the checks ask the disk. Answers null when all is well, else the reason. */
export interface CheckFiles {
  unreadable(file: string): string | null;
  firstLine(file: string): string;
  /** Null when it cannot be read. */
  text: ReadText;
  /** The file that stands where a folder of `directory` should be; null when there is none. */
  inTheWay(directory: string): string | null;
}

export const nodeFiles: CheckFiles = {
  unreadable(file) {
    try {
      accessSync(file, constants.R_OK);
      return null;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
    }
  },
  firstLine: (file) => readFileSync(file, 'utf8').split(/\r?\n/, 1)[0] ?? '',
  text: readText,
  inTheWay(directory) {
    for (let at = directory; ; at = dirname(at)) {
      const found = kindOf(at);
      if (found !== 'nothing') return found === 'folder' ? null : at;
      if (dirname(at) === at) return null;
    }
  },
};

/** What cannot be looked at (a folder of another user, something below a file) counts as nothing: its parent decides. */
function kindOf(path: string): 'nothing' | 'folder' | 'file' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    return 'nothing';
  }
}

/** sun_path has 108 bytes on Linux and 104 on macOS, one of them for the end. */
const MAXIMUM_SOCKET_PATH = 103;

/** Every mistake that the schema cannot see. Expects a configuration that fits the schema, with absolute paths. */
export function crossChecks(config: ChargePointConfig, files: CheckFiles): CheckProblem[] {
  return [
    ...connectorIds(config),
    ...canIds(config),
    ...pins(config),
    ...wiring(config),
    ...security(config, files),
    ...certificateProblems(config, files.text),
    ...reconnect(config),
    ...socketPath(config),
    ...folders(config, files),
  ];
}

function connectorIds({ connectors }: ChargePointConfig): CheckProblem[] {
  return connectors.flatMap((connector, index) => {
    const first = connectors.findIndex((other) => other.id === connector.id);
    if (first === index) return [];
    const free = Math.max(...connectors.map((c) => c.id)) + 1;
    return [
      {
        path: ['connectors', index, 'id'],
        message: `connector ${connector.id} is there twice`,
        hint: `give each connector a number of its own; ${free} is free`,
      },
    ];
  });
}

const CAN_BASE_IDS = [0x200, 0x201, 0x210, 0x300];

function canIds({ connectors }: ChargePointConfig): CheckProblem[] {
  const owner = new Map<number, number>();
  return connectors.flatMap((connector, index) => {
    const ids = CAN_BASE_IDS.map((base) => base + connector.canIdOffset);
    const clash = ids.find((id) => owner.has(id));
    if (clash !== undefined) {
      return [
        {
          path: ['connectors', index, 'canIdOffset'],
          message: `CAN id 0x${clash.toString(16)} is already used by connector ${owner.get(clash) ?? '?'}`,
          hint: 'use another offset, for example 2 for the second connector, 4 for the third',
        },
      ];
    }
    for (const id of ids) owner.set(id, connector.id);
    return [];
  });
}

/** Two functions on one pin would fight; GPIO 2 and 3 are the I2C bus of the reader. */
function pins({ connectors, gpio, reader }: ChargePointConfig): CheckProblem[] {
  const uses: { pin: number; path: Path; name: string }[] = [];
  const use = (pin: number | null, path: Path, name: string): void => {
    if (pin !== null) uses.push({ pin, path, name });
  };
  if (reader.kind === 'pn532') {
    use(reader.irqPin, ['reader', 'irqPin'], 'the reader IRQ');
    use(reader.resetPin, ['reader', 'resetPin'], 'the reader reset');
  }
  if (gpio.backend !== 'simulated') {
    use(gpio.indicatorPin, ['gpio', 'indicatorPin'], 'the indicator');
    connectors.forEach((connector, index) => {
      for (const key of ['relayPin', 'plugPin', 'lockPin', 'pwmPin'] as const) {
        use(connector[key], ['connectors', index, key], `${key} of connector ${connector.id}`);
      }
    });
  }
  const onI2c = reader.kind === 'pn532' && reader.i2cBus === 1 ? [2, 3] : [];
  return uses.flatMap(({ pin, path, name }, index) => {
    const hint = `wire ${name} to a free pin and write its BCM number, or null when it is not wired`;
    if (onI2c.includes(pin)) return [{ path, message: `GPIO ${pin} carries the I2C bus of the reader`, hint }];
    const other = uses.slice(0, index).find((earlier) => earlier.pin === pin);
    if (other === undefined) return [];
    return [{ path, message: `GPIO ${pin} is already ${other.name}`, hint }];
  });
}

/** With real pins, a sensor or a lock that is said to exist needs its pin. */
function wiring({ connectors, gpio }: ChargePointConfig): CheckProblem[] {
  if (gpio.backend === 'simulated') return [];
  return connectors.flatMap((connector, index) => {
    const problems: CheckProblem[] = [];
    if (connector.hasPlugSensor && connector.plugPin === null) {
      problems.push({
        path: ['connectors', index, 'hasPlugSensor'],
        message: `connector ${connector.id} has a plug sensor but no plugPin`,
        hint: 'write plugPin: with its BCM number, or hasPlugSensor: false (then a tap alone starts)',
      });
    }
    if (connector.hasLock && connector.lockPin === null) {
      problems.push({
        path: ['connectors', index, 'hasLock'],
        message: `connector ${connector.id} has a lock but no lockPin`,
        hint: 'write lockPin: with its BCM number, or hasLock: false for a fixed cable',
      });
    }
    return problems;
  });
}

function security({ csms }: ChargePointConfig, files: CheckFiles): CheckProblem[] {
  const problems: CheckProblem[] = [];
  const { security: settings } = csms;
  const section = (key: string): Path => ['csms', 'security', key];
  const readable = (path: Path, file: string | null): void => {
    const reason = file === null ? null : files.unreadable(file);
    if (reason !== null) {
      problems.push({ path, message: `${file}: ${reason}`, hint: 'correct the path, or put the file there' });
    }
  };

  if (settings.profile >= 2 && csms.tlsUrl === null && !csms.url.startsWith('wss://')) {
    problems.push({
      path: ['csms', 'url'],
      message: `security profile ${settings.profile} needs TLS, but the address begins with ws://`,
      hint: `write wss://${csms.url.slice('ws://'.length)}, or profile: 0 or 1`,
    });
  }
  if (settings.profile === 1 || settings.profile === 2) {
    if (settings.passwordFile === null) {
      problems.push({
        path: section('profile'),
        message: `security profile ${settings.profile} needs a password`,
        hint: 'write the password into a file that only tapwatt may read, and its path as passwordFile:',
      });
    } else if (files.unreadable(settings.passwordFile) === null && files.firstLine(settings.passwordFile) === '') {
      problems.push({
        path: section('passwordFile'),
        message: `${settings.passwordFile}: its first line is empty`,
        hint: 'write the password into the first line',
      });
    }
  }
  if (settings.profile === 3) {
    for (const key of ['clientCertificateFile', 'clientKeyFile'] as const) {
      if (settings[key] !== null) continue;
      problems.push({
        path: section('profile'),
        message: `security profile 3 needs ${key}`,
        hint: `write ${key}: with the path of the PEM file`,
      });
    }
  }
  for (const key of ['passwordFile', 'rootCertificateFile', 'clientCertificateFile', 'clientKeyFile'] as const) {
    readable(section(key), settings[key]);
  }
  for (const key of ['csmsRootCertificates', 'manufacturerRootCertificates'] as const) {
    settings[key].forEach((file, index) => {
      readable([...section(key), index], file);
    });
  }
  return problems;
}

function reconnect({ csms }: ChargePointConfig): CheckProblem[] {
  if (csms.reconnect.minimumS <= csms.reconnect.maximumS) return [];
  return [
    {
      path: ['csms', 'reconnect', 'minimumS'],
      message: `${csms.reconnect.minimumS} is more than maximumS (${csms.reconnect.maximumS})`,
      hint: 'make minimumS the smaller of the two',
    },
  ];
}

function socketPath({ controlSocket }: ChargePointConfig): CheckProblem[] {
  const bytes = Buffer.byteLength(controlSocket);
  if (bytes <= MAXIMUM_SOCKET_PATH) return [];
  return [
    {
      path: ['controlSocket'],
      message: `the path has ${bytes} bytes; a unix socket may have ${MAXIMUM_SOCKET_PATH}`,
      hint: 'choose a shorter one, for example /run/tapwatt/control.sock',
    },
  ];
}

/** A folder cannot be made below a file. */
function folders({ stateDirectory, controlSocket }: ChargePointConfig, files: CheckFiles): CheckProblem[] {
  const wanted: [Path, string][] = [
    [['stateDirectory'], stateDirectory],
    [['controlSocket'], dirname(controlSocket)],
  ];
  return wanted.flatMap(([path, directory]) => {
    const file = files.inTheWay(directory);
    if (file === null) return [];
    return [{ path, message: `${file} is a file and no folder`, hint: 'name a folder, or move the file away' }];
  });
}
