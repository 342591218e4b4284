/** Ties the files of a module together: size and digest say whether bytes are those that were made with it. */
import { digest } from "./digest.js";
import { refuse } from "./refuse.js";

/** What a module knows of a file beside it, or of bytes that it carries. */
export interface FileFacts {
  readonly file: string;
  /** Size of the file, and where in it the data begins, a multiple of 8. */
  readonly bytes: number;
  readonly start: number;
  /** XXH32 of everything from `start` on. */
  readonly digest: number;
}

/** Bytes, and words for where they come from. */
export interface FoundFile {
  readonly bytes: Uint8Array;
  readonly place: string;
}

/** The data part of a file that has the size and the digest of `facts`; any other is refused with `<option>/mismatch`. */
export function checkFile(facts: FileFacts, { place, bytes }: FoundFile, option: string): Uint8Array {
  const { file, start } = facts;
  if (bytes.length !== facts.bytes) {
    const kind = bytes.length < facts.bytes ? "truncated or another model's" : "another model's";
    refuse(
      Error,
      `${option}/mismatch`,
      `${place} is ${kind}: ${file} has ${facts.bytes} bytes, this has ${bytes.length}. Use the file made together with this module`,
    );
  }
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const data = aligned.subarray(start);
  const found = digest(data);
  if (found !== facts.digest) {
    const [wanted, got] = [facts.digest, found].map((each) => each.toString(16).padStart(8, "0"));
    refuse(
      Error,
      `${option}/mismatch`,
      `${place} is damaged or another model's: the data of ${file} has digest ${wanted}, this has ${got}. Use the file made together with this module`,
    );
  }
  return data;
}
