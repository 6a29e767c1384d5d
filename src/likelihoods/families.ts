/** Names of the families, apart from their code so that the command line's help loads fast. */
export const families = ['categorical', 'bernoulli', 'gaussian', 'poisson'] as const;

export type Family = (typeof families)[number];
