/** Op tests of onnxruntime-web in the report; its third domain is its own layout of data, which no file has. */
import { reportSuites } from "../../support/conformance/report-suites.js";
import type { NotTried } from "../../support/conformance/suite.js";
import { ortWebCases } from "../../support/onnxruntime-web-cases.js";
import { onnxruntimeWeb, onnxruntimeWebMicrosoft } from "../suites/onnxruntime-web.js";

const internal = "com.ms.internal.nhwc";

function notTried(folder: string): readonly NotTried[] {
  return [{ what: internal, cases: ortWebCases(folder, internal).length, reason: "a domain that no file has" }];
}

reportSuites("onnxruntime-web", [{ ...onnxruntimeWeb, notTried }, onnxruntimeWebMicrosoft]);
