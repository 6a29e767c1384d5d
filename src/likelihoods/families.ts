/** Names of the families, in a module without their code, so that the help of the command line loads fast. */
export const families = ['categorical', 'bernoulli', 'gaussian', 'poisson'] as const;

export type Family = (typeof families)[number];
