/** Groups of particles of the delete-one-group jackknife. */
export const groups = 16;
