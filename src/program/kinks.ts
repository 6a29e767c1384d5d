/** Where second derivatives are taken: nowhere behind kinks, or wherever they exist. */
export const kinksNames = ['strict', 'almost-everywhere'] as const;

export type Kinks = (typeof kinksNames)[number];
