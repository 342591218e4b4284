/** constant + Σ coefficient · loop variable: where a schedule's loops stand. */

export interface Linear {
  readonly constant: number;
  /** By the loop variable's name, no zero coefficient. */
  readonly terms: ReadonlyMap<string, number>;
}

export function constantLinear(constant: number): Linear {
  return { constant, terms: new Map() };
}

export function variableLinear(name: string, coefficient = 1): Linear {
  return { constant: 0, terms: new Map([[name, coefficient]]) };
}

export function addLinear(a: Linear, b: Linear): Linear {
  const terms = new Map(a.terms);
  for (const [name, coefficient] of b.terms) {
    const sum = (terms.get(name) ?? 0) + coefficient;
    if (sum === 0) terms.delete(name);
    else terms.set(name, sum);
  }
  return { constant: a.constant + b.constant, terms };
}

export function scaleLinear(a: Linear, by: number): Linear {
  if (by === 1) return a;
  if (by === 0) return constantLinear(0);
  return { constant: a.constant * by, terms: new Map([...a.terms].map(([name, c]) => [name, c * by])) };
}
