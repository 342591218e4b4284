/**
 * Graphs as text with other numbers than they had: what no front end has looked at. The texts are those of the legal models of one node,
 * printed; types that no longer follow are left to the reader to infer, by making all of them wrong alike or by none.
 */
import { graphOfModel } from "../../../src/frontends/onnx/import-model.js";
import { readOnnxModel } from "../../../src/frontends/onnx/read-model.js";
import { inferNodeTypes, completeAttributes } from "../../../src/ir/graph/verify-node.js";
