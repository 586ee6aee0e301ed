/** Where the plot is drawn: the alternate screen of a terminal, which gives the one before it back at the end. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  draw(lines: readonly string[]): void;
  onResize(listener: () => void): void;
  /** Gives the terminal back as it was. Idempotent. */
  restore(): void;
}

type Terminal = Pick<NodeJS.WriteStream, 'write' | 'columns' | 'rows' | 'on' | 'off'>;

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

export function openScreen(terminal: Terminal): Screen {
  let isOpen = true;
  let resized = (): void => {};
  const onResize = (): void => resized();
  terminal.write(ENTER);
  terminal.on('resize', onResize);
  return {
    get columns() {
      return terminal.columns || 80;
    },
    get rows() {
      return terminal.rows || 24;
    },
    draw(lines) {
      // Overwritten, not cleared first: nothing flickers over a slow line.
      if (isOpen) terminal.write(`${HOME}${lines.map((line) => line + CLEAR_LINE).join('\r\n')}${CLEAR_BELOW}`);
    },
    onResize(listener) {
      resized = listener;
    },
    restore() {
      if (!isOpen) return;
      isOpen = false;
      terminal.off('resize', onResize);
      terminal.write(LEAVE);
    },
  };
}
