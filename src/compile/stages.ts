/** Runs the stages of a compilation in order: reports progress, takes snapshots, stops where it is told to. */
import type { Pass, PassContext } from "../passes/driver/pass.js";
import { runPipeline, type PassEvent, type Snapshot } from "../passes/driver/run-pipeline.js";
import type { Graph } from "../ir/graph/graph.js";

export interface StageOptions {
  /** Names of passes and stages to take snapshots after. */
  readonly printAfter?: readonly string[] | "all";
  readonly onSnapshot?: (snapshot: Snapshot) => void;
  /** Whether texts of graphs leave out the data of large constants; default true. */
  readonly elide?: boolean;
  /** The last pass or stage to run. */
  readonly stopAfter?: string | undefined;
  /** Called before each pass and stage with its name; a caller with a clock measures here. */
  readonly onStage?: (name: string) => void;
  /** Called after each graph pass; tests compare meaning before and after. */
  readonly onAfterPass?: (event: PassEvent<Graph>) => void;
}

export class Stages {
  private readonly options: StageOptions;
  private readonly context: PassContext;

  constructor(options: StageOptions, context: PassContext) {
    this.options = options;
    this.context = context;
  }

  /** The graph after all passes; undefined where one of them was the last to run. */
  pipeline(
    graph: Graph,
    passes: readonly Pass<Graph>[],
    verify: (graph: Graph) => void,
    print: (graph: Graph) => string,
  ): Graph | undefined {
    const { printAfter = [], stopAfter, onSnapshot, onStage, onAfterPass } = this.options;
    const { ir, stopped } = runPipeline(graph, passes, {
      context: this.context,
      verify,
      print,
      printAfter,
      ...(stopAfter === undefined ? {} : { stopAfter }),
      ...(onSnapshot && { onSnapshot }),
      ...(onStage && { onBeforePass: ({ name }: Pass<Graph>) => onStage(name) }),
      ...(onAfterPass && { onAfterPass }),
    });
    return stopped ? undefined : ir;
  }

  /** The result of one stage; undefined where it was the last to run. */
  run<Result>(name: string, stage: () => Result, print: (result: Result) => string): Result | undefined {
    const { printAfter = [], onSnapshot, onStage, stopAfter } = this.options;
    onStage?.(name);
    const result = stage();
    if (printAfter === "all" || printAfter.includes(name)) onSnapshot?.({ pass: name, text: print(result) });
    return stopAfter === name ? undefined : result;
  }
}
