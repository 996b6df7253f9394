/** φ of `theory.md` §0: linear h, relu max(h,0), erf erf(h), tanh, quadratic h²−1. The order is the code given to shaders. */
export const activations = ['linear', 'relu', 'erf', 'tanh', 'quadratic'] as const;
export type Activation = (typeof activations)[number];
/** The number by which shaders know an activation. */
export const activationCode = (activation: Activation): number => activations.indexOf(activation);
