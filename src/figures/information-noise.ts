/*
 * Information that is estimated from label draws contains noise. With the estimate Î = I + e at one input and
 * E[e²] = noise (a mean over the inputs), statistics over the inputs are too large by the following amounts.
 */

/** In the square of the mean: E[mean(Î)²] = mean(I)² + noise / inputs. */
export const noiseOfSquaredMean = (noise: number, inputs: number): number => noise / inputs;

/** In the mean of the squares: E[mean(Î²)] = mean(I²) + noise. */
export const noiseOfMeanSquare = (noise: number): number => noise;

/** In the variance over the inputs, which is the difference of the two. */
export const noiseOfInputVariance = (noise: number, inputs: number): number => (1 - 1 / inputs) * noise;
