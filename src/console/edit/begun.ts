// What the editor's worker says once its code has come, in the place of an order's number: those begin at 1.
export const BEGUN = 0;
