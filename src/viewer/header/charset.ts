// SPDX-License-Identifier: GPL-3.0-or-later
// Text of DICOM in its character sets (PS3.3 C.12.1.1.2, PS3.5 6.1): one set for all of it, or several
// that escape sequences of ISO 2022 switch between. What a browser's TextDecoder knows is left to it.

/** Labels of TextDecoder; "latin1" and "ascii" are done here, because browsers take them for
 * windows-1252. */
const SINGLE: Record<string, string> = {
  "": "ascii",
  "ISO_IR 6": "ascii",
  "ISO_IR 100": "latin1",
  "ISO_IR 101": "iso-8859-2",
  "ISO_IR 109": "iso-8859-3",
  "ISO_IR 110": "iso-8859-4",
  "ISO_IR 144": "iso-8859-5",
  "ISO_IR 127": "iso-8859-6",
  "ISO_IR 126": "iso-8859-7",
  "ISO_IR 138": "iso-8859-8",
  "ISO_IR 148": "windows-1254",
  "ISO_IR 203": "iso-8859-15",
  "ISO_IR 13": "shift_jis",
  "ISO_IR 166": "windows-874",
  "ISO_IR 192": "utf-8",
  GB18030: "gb18030",
  GBK: "gbk",
};

/** What an escape sequence designates. G0 is bytes 21 to 7E, G1 bytes A1 to FE. */
interface Designation {
  half: "G0" | "G1";
  label: string;
  /** Bytes a character. */
  width: 1 | 2;
}

const ESCAPES: Record<string, Designation> = {
  "(B": { half: "G0", label: "ascii", width: 1 },
  "(J": { half: "G0", label: "ascii", width: 1 },
  ")I": { half: "G1", label: "shift_jis", width: 1 },
  "-A": { half: "G1", label: "latin1", width: 1 },
  "-B": { half: "G1", label: "iso-8859-2", width: 1 },
  "-C": { half: "G1", label: "iso-8859-3", width: 1 },
  "-D": { half: "G1", label: "iso-8859-4", width: 1 },
  "-L": { half: "G1", label: "iso-8859-5", width: 1 },
  "-G": { half: "G1", label: "iso-8859-6", width: 1 },
  "-F": { half: "G1", label: "iso-8859-7", width: 1 },
  "-H": { half: "G1", label: "iso-8859-8", width: 1 },
  "-M": { half: "G1", label: "windows-1254", width: 1 },
  "-b": { half: "G1", label: "iso-8859-15", width: 1 },
  "-T": { half: "G1", label: "windows-874", width: 1 },
  "$B": { half: "G0", label: "jis0208", width: 2 },
  "$(D": { half: "G0", label: "jis0212", width: 2 },
  "$)C": { half: "G1", label: "euc-kr", width: 2 },
  "$)A": { half: "G1", label: "gbk", width: 2 },
};

const ESC = 0x1b;
const decoders = new Map<string, TextDecoder>();

function decodeLatin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    text += String.fromCharCode(byte);
  }
  return text;
}

function decodeBy(label: string, bytes: Uint8Array): string {
  if (label === "latin1" || label === "ascii") {
    return decodeLatin1(bytes);
  }
  let decoder = decoders.get(label);
  if (decoder === undefined) {
    decoder = new TextDecoder(label);
    decoders.set(label, decoder);
  }
  return decoder.decode(bytes);
}

/** JIS sets stand in seven bits; browsers know them as EUC-JP, in eight. */
function decodeJis(bytes: Uint8Array, label: string): string {
  const pairs = Math.floor(bytes.length / 2);
  const isSecond = label === "jis0212";
  const out = new Uint8Array(pairs * (isSecond ? 3 : 2));
  let at = 0;
  for (let i = 0; i < 2 * pairs; i += 2) {
    if (isSecond) {
      out[at++] = 0x8f;
    }
    out[at++] = bytes[i] | 0x80;
    out[at++] = bytes[i + 1] | 0x80;
  }
  return decodeBy("euc-jp", out);
}

function isDelimiter(byte: number, isName: boolean): boolean {
  return byte === 0x5c || byte === 0x0a || byte === 0x0c || byte === 0x0d || byte === 0x09
    || (isName && (byte === 0x5e || byte === 0x3d));
}

/** Walks over text whose sets change, gathering runs of one set. */
class SwitchingDecoder {
  private text = "";
  private g0 = ESCAPES["(B"];
  private g1: Designation | null;

  constructor(private readonly bytes: Uint8Array, private readonly first: Designation | null,
    private readonly isName: boolean) {
    this.g1 = first;
  }

  decode(): string {
    let i = 0;
    while (i < this.bytes.length) {
      i = this.bytes[i] === ESC ? this.escape(i) : this.run(i);
    }
    return this.text;
  }

  /** Returns where the text goes on. An unknown sequence is left out. */
  private escape(at: number): number {
    for (const length of [2, 3]) {
      const key = decodeLatin1(this.bytes.subarray(at + 1, at + 1 + length));
      const found = ESCAPES[key];
      if (found !== undefined) {
        if (found.half === "G0") {
          this.g0 = found;
        } else {
          this.g1 = found;
        }
        return at + 1 + length;
      }
    }
    return at + 1;
  }

  private run(at: number): number {
    const byte = this.bytes[at];
    const isHigh = byte >= 0x80;
    const set = isHigh ? this.g1 : this.g0;
    if (!isHigh && this.g0.width === 1 && isDelimiter(byte, this.isName)) {
      this.reset();
      this.text += String.fromCharCode(byte);
      return at + 1;
    }
    if (byte <= 0x20 || (!isHigh && this.g0.width === 1)) {
      this.text += String.fromCharCode(byte);
      return at + 1;
    }
    let end = at;
    while (end < this.bytes.length && this.bytes[end] !== ESC && this.bytes[end] > 0x20
      && this.bytes[end] >= 0x80 === isHigh) {
      end += set?.width ?? 1;
    }
    end = Math.min(end, this.bytes.length);
    this.append(set, this.bytes.subarray(at, end));
    return end;
  }

  private append(set: Designation | null, run: Uint8Array): void {
    if (set === null) {
      this.text += "\ufffd".repeat(run.length);
    } else if (set.label.startsWith("jis")) {
      this.text += decodeJis(run, set.label);
    } else {
      this.text += decodeBy(set.label, run);
    }
  }

  private reset(): void {
    this.g0 = ESCAPES["(B"];
    this.g1 = this.first;
  }
}

function normal(name: string): string {
  return name.trim().toUpperCase().replace(/^ISO[ _-]?2022[ _-]IR[ _-]?/, "ISO 2022 IR ")
    .replace(/^ISO[ _-]IR[ _-]?/, "ISO_IR ");
}

function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte >= 0x80 || byte === ESC) {
      return false;
    }
  }
  return true;
}

/** The set of the first value, as one that stands in G1 from the start. */
function firstSet(name: string): Designation | null {
  const label = SINGLE[name.replace("ISO 2022 IR ", "ISO_IR ")];
  return label === undefined || label === "ascii" ? null : { half: "G1", label, width: 1 };
}

/** Bytes that no set explains: UTF-8 when they happen to be it, else Latin-1. */
function guess(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return decodeLatin1(bytes);
  }
}

/** `sets`: Specific Character Set (0008,0005). `isName`: VR PN, whose ^ and = end a switch too. */
export function decodeText(bytes: Uint8Array, sets: string[], isName: boolean): string {
  if (isAscii(bytes)) {
    return decodeLatin1(bytes);
  }
  const names = sets.map(normal);
  const first = names[0] ?? "";
  const label = SINGLE[first];
  if (names.length > 1 || first.startsWith("ISO 2022") || bytes.includes(ESC)) {
    return new SwitchingDecoder(bytes, firstSet(first), isName).decode();
  }
  return label === undefined || label === "ascii" ? guess(bytes) : decodeBy(label, bytes);
}
