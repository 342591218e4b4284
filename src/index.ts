/** The public API. */
export { compile, graphPasses, lower, type Compiled, type CompileOptions } from "./compile.js";
export { InternalError, UnstrideError, formatDiagnostic, type Diagnostic } from "./diagnostics/error.js";
export { graph, type GraphTools } from "./frontends/code/graph.js";
export { evaluateGraph } from "./ir/graph/evaluate.js";
export type { Graph, Node, Port, Value } from "./ir/graph/graph.js";
export { tensor, type Tensor, type TensorType } from "./ir/types/tensor.js";
export { version } from "./version.js";
