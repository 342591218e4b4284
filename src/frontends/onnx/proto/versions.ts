/**
 * The versions a model is written for. Operators changed their meaning between versions, so one that is not known is refused,
 * not guessed. Source: https://github.com/onnx/onnx/blob/main/docs/Versioning.md, table of released versions.
 */
import type { ModelProto, OperatorSetIdProto } from "./messages.js";
import type { OnnxOpsets } from "./model.js";
import { canonicalDomain } from "./nodes.js";
import { quoted } from "../../../diagnostics/quoted.js";
import type { Reading } from "./reading.js";

/** Of ONNX 1.0; from 7 on broadcasting is NumPy's. */
export const oldestOpset = 1;
/** Of ONNX 1.23. */
export const newestOpset = 28;
/** Of ONNX 1.23. */
const newestIrVersion = 14;

/** The format's own version; 0 with a problem recorded where it is absent or not known. */
export function readIrVersion({ irVersion }: ModelProto, { source, problems }: Reading): number {
  const expected = `ir_version from 1 to ${newestIrVersion}`;
  if (irVersion === undefined) problems.add("import/missing", { at: source, expected });
  else if (irVersion >= 1n && irVersion <= BigInt(newestIrVersion)) return Number(irVersion);
  else problems.add("import/version", { at: source, expected, found: `ir_version ${irVersion}` });
  return 0;
}

/** The operator sets by domain; where a domain is named twice its highest version counts. `at` is the model or function. */
export function readOpsets(
  protos: readonly OperatorSetIdProto[] | undefined,
  at: string,
  { problems }: Reading,
): OnnxOpsets {
  if (protos === undefined) problems.add("import/missing", { at, expected: "opset_import, the operator sets in use" });
  const opsets = new Map<string, number>();
  for (const { domain, version = 0n } of protos ?? []) {
    const key = canonicalDomain(domain);
    const [oldest, newest] = key === "" ? [oldestOpset, newestOpset] : [1, Number.MAX_SAFE_INTEGER];
    if (version >= BigInt(oldest) && version <= BigInt(newest)) {
      opsets.set(key, Math.max(Number(version), opsets.get(key) ?? 0));
      continue;
    }
    const expected = `operator set ${oldest} to ${newest}`;
    problems.add("import/version", { at, expected, found: `version ${version} of ${nameOfDomain(key)}` });
    opsets.set(key, newest);
  }
  return opsets;
}

/** Records a problem where nodes use ONNX's own operators without saying which version. Other domains the importer knows or refuses. */
export function checkOpsets(
  usedDomains: ReadonlySet<string>,
  opsets: OnnxOpsets,
  at: string,
  { problems }: Reading,
): void {
  if (opsets.size === 0 || opsets.has("") || !usedDomains.has("")) return;
  problems.add("import/missing", { at, expected: "opset_import of ai.onnx, which nodes of the model come from" });
}

function nameOfDomain(domain: string): string {
  return domain === "" ? "ai.onnx" : quoted(domain);
}
