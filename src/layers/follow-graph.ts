import { AuditError } from '../errors.js';
import { isInput } from './listed-layers.js';
import type { Graph, LayerNode, TensorReference } from '../load/keras/keras-model.js';

/** One call of a layer. */
export interface LayerCall {
  readonly node: LayerNode;
  readonly call: number;
  readonly arguments: readonly TensorReference[];
}

/** Identifies the result of one call of a layer. */
export const callKey = ({ layer, call }: TensorReference): string => `${call} ${layer}`;

/**
 * The calls of a graph's layers in topological order, otherwise in the order of the file.
 * @param prefix path of the graph, for messages
 * @throws AuditError FA202 when arguments are missing or the layers form a circle
 */
export function callsInOrder(graph: Graph, prefix: string): LayerCall[] {
  const calls = graph.nodes
    .filter((node) => !isInput(node))
    .flatMap((node) => node.calls.map((args, call): LayerCall => ({ node, call, arguments: args })));
  const byKey = new Map(calls.map((one) => [callKey({ layer: one.node.name, call: one.call }), one]));
  const done = new Set<LayerCall>();
  const given = new Set(graph.inputs.map(callKey));
  const isKnown = (key: string): boolean => given.has(key) || done.has(byKey.get(key)!);
  for (const start of calls) {
    // An explicit stack, because a long chain of layers could overflow the call stack. Each entry remembers how many of
    // its arguments are known, so that every argument is looked at once.
    const waiting = [{ one: start, known: 0 }];
    const begun = new Set([start]);
    for (let last = waiting.at(-1); last !== undefined; last = waiting.at(-1)) {
      const { one } = last;
      while (last.known < one.arguments.length && isKnown(callKey(one.arguments[last.known]!))) last.known++;
      const missing = one.arguments[last.known];
      if (missing === undefined) {
        done.add(one);
        waiting.pop();
        continue;
      }
      const next = byKey.get(callKey(missing));
      if (next === undefined || begun.has(next)) throw brokenGraph(prefix + one.node.name);
      waiting.push({ one: next, known: 0 });
      begun.add(next);
    }
  }
  return [...done];
}

export const brokenGraph = (name: string): AuditError =>
  new AuditError('FA202', {
    what: `the model's graph is incomplete: an input of ${name} is missing`,
    why: 'it names a layer that does not exist, or the layers form a circle',
    fix: 'save the model again with model.save()',
  });
